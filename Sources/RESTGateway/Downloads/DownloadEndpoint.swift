import HTTPTypes
import Hummingbird
package import ReportCore

/// `GET /artifacts/<domain>/<report>/<format>` with a signature: the file itself.
///
/// Serves one range of bytes (of several it serves the whole), and the conditions If-Match,
/// If-None-Match and If-Range on the entity tag, which is the SHA-256 of the file. There is no
/// Last-Modified, so conditions on dates are not met.
struct DownloadEndpoint: Sendable {
  let signer: DownloadSigner
  let artifacts: ArtifactStoreMap
  let resolver: DownloadResolver
  /// nil: nobody wants to know.
  let audit: DownloadAudit?

  /// - Throws: `HTTPFailure` for what the peer is to know.
  func reply(to request: Request, from origin: DownloadAudit.Origin) async throws -> Reply {
    // Once its signature was found good.
    var ticket: DownloadTicket?
    do {
      return try await reply(to: request, from: origin, &ticket)
    } catch {
      // Whoever asks for the header downloads nothing.
      if request.method == .get {
        let failure = error as? HTTPFailure ?? .unknown(incident: "")
        await audit?.refused(failure, ticket, origin)
      }
      throw error
    }
  }

  private func reply(
    to request: Request, from origin: DownloadAudit.Origin, _ known: inout DownloadTicket?
  ) async throws -> Reply {
    let ticket = try checkedTicket(of: request, &known)
    guard let found = try await resolver(ticket.domainID, ticket.reportID, ticket.format) else {
      throw HTTPFailure.notFound("report_id", ticket.reportID)
    }
    let artifact = found.artifact
    let tag = EntityTag(value: artifact.sha256)
    if let condition = request.headers[.ifMatch],
      EntityTags(condition)?.matchesStrongly(tag) != true
    {
      throw HTTPFailure(
        status: .preconditionFailed, code: "ERROR_PRECONDITION_FAILED",
        message: "The file is not the one asked for. (etag = \(tag.text))",
        headers: [.eTag: tag.text])
    }
    let headers = headers(of: found, tag: tag)
    if let condition = request.headers[.ifNoneMatch], EntityTags(condition)?.matches(tag) == true {
      return Reply(status: .notModified, headers: headers)
    }
    let reader: any ArtifactReader
    if let content = found.content {
      reader = ContentReader(content: content)
    } else {
      reader = try await open(found, ticket)
    }
    var reply = try reply(to: request, artifact, reader, headers, tag)
    if let audit, case .artifact(var slice) = reply.body {
      let range = slice.range
      slice.begin = { audit.begin(ticket, range, byteCount: artifact.bytes, origin) }
      reply.body = .artifact(slice)
    }
    return reply
  }

  private func open(
    _ found: DownloadableArtifact, _ ticket: DownloadTicket
  ) async throws -> any ArtifactReader {
    do {
      return try await ArtifactSlice.open(found.artifact, in: artifacts.store(of: found.storageID))
    } catch let failure as ReportFailure where failure.cause is ArtifactGone {
      throw HTTPFailure.artifactGone(ticket)
    }
  }

  private func checkedTicket(
    of request: Request, _ known: inout DownloadTicket?
  ) throws -> DownloadTicket {
    guard let ticket = DownloadTicket(path: request.uri.path, query: request.uri.query) else {
      throw HTTPFailure.permissionDenied("the download URL is not valid")
    }
    let verdict = signer.verdict(on: ticket)
    if verdict != .foreign { known = ticket }
    switch verdict {
    case .good: return ticket
    case .expired:
      throw HTTPFailure.permissionDenied("the download URL has expired, ask for a new one")
    case .foreign: throw HTTPFailure.permissionDenied("the download URL is not valid")
    }
  }

  private func headers(of found: DownloadableArtifact, tag: EntityTag) -> HTTPFields {
    return [
      .eTag: tag.text,
      .acceptRanges: "bytes",
      .cacheControl: "private",
      .contentType: found.artifact.mediaType,
      .contentDisposition: ContentDisposition.attachment(
        name: found.name, fileExtension: found.artifact.fileExtension),
      .xContentTypeOptions: "nosniff",
    ]
  }

  private func reply(
    to request: Request, _ artifact: Artifact, _ reader: any ArtifactReader,
    _ headers: HTTPFields, _ tag: EntityTag
  ) throws -> Reply {
    var headers = headers
    var range = 0..<artifact.bytes
    var status = HTTPResponse.Status.ok
    switch Self.asked(request, artifact.bytes, tag) {
    case .whole: break
    case .part(let part):
      range = part
      status = .partialContent
      headers[.contentRange] =
        "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(artifact.bytes)"
    case .unsatisfiable:
      throw HTTPFailure(
        status: .rangeNotSatisfiable, code: "ERROR_RANGE_NOT_SATISFIABLE",
        message: "The range is outside of the file. (bytes = \(artifact.bytes))",
        headers: [.contentRange: "bytes */\(artifact.bytes)", .eTag: tag.text])
    }
    let slice = ArtifactSlice(reader: reader, path: artifact.path, range: range)
    return Reply(status: status, headers: headers, body: .artifact(slice))
  }

  /// Ranges are for GET only, and not if the file is another than the one that was begun.
  private static func asked(
    _ request: Request, _ byteCount: Int64, _ tag: EntityTag
  ) -> ByteRange {
    guard request.method == .get, let range = request.headers[.range] else { return .whole }
    if let condition = request.headers[.ifRange] {
      guard case .list(let tags)? = EntityTags(condition), tags == [tag] else { return .whole }
    }
    return ByteRange(range, of: byteCount)
  }
}

/// Finds the file of a finished report. nil if the domain has no such report, or the report no such
/// file any more.
package typealias DownloadResolver =
  @Sendable (_ domainID: String, _ reportID: String, _ format: ReportFormat) async throws
  -> DownloadableArtifact?

/// A file to hand out, with a name for the person who saves it.
package struct DownloadableArtifact: Hashable, Sendable {
  package var artifact: Artifact
  /// Where the file is.
  package var storageID: String
  /// What it is saved as; any text: what a system would not take of it is replaced.
  package var name: String
  /// The file itself, where it is in no storage.
  package var content: [UInt8]?

  package init(artifact: Artifact, storageID: String, name: String, content: [UInt8]? = nil) {
    self.content = content
    self.artifact = artifact
    self.storageID = storageID
    self.name = name
  }
}

/// A file that is in memory.
private final class ContentReader: ArtifactReader {
  private let content: [UInt8]

  init(content: [UInt8]) {
    self.content = content
  }

  var byteCount: Int64 { Int64(content.count) }

  func read(at offset: Int64, countMax: Int) -> [UInt8] {
    Array(content.dropFirst(Int(offset)).prefix(countMax))
  }
}
