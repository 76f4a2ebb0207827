import HTTPTypes
import HummingbirdCore
package import RPCCore
package import ReportCore
internal import Texts

/// Hands out files, whoever has found out that they may be had.
///
/// Serves one range of bytes (of several it serves the whole), and the conditions If-Match,
/// If-None-Match and If-Range on the entity tag, which is the SHA-256 of the file. There is no
/// Last-Modified, so conditions on dates are not met.
struct FileEndpoint: Sendable {
  let artifacts: ArtifactStoreMap
  /// nil: nobody wants to know.
  let audit: DownloadAudit?

  /// A file is refused, or cannot be had: that is for the audit.
  ///
  /// - Parameter grant: nil: nobody knows what it would have been.
  func refused(
    _ error: any Error, _ request: Request, _ grant: DownloadGrant?, _ origin: DownloadAudit.Origin
  ) async {
    // Whoever asks for the header downloads nothing.
    guard request.method == .get else { return }
    let failure = error as? HTTPFailure ?? .unknown(incident: "")
    await audit?.refused(failure, grant, origin)
  }

  /// - Throws: `HTTPFailure` for what the peer is to know.
  func reply(
    to request: Request, with found: DownloadableArtifact, for grant: DownloadGrant,
    from origin: DownloadAudit.Origin
  ) async throws -> Reply {
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
      reader = try await open(found, grant)
    }
    var reply = try reply(to: request, artifact, reader, headers, tag)
    // Whoever asks for the header downloads nothing.
    if let audit, request.method == .get, case .artifact(var slice) = reply.body {
      slice.part = try await audit.begin(grant, slice.range, byteCount: artifact.bytes, origin)
      reply.body = .artifact(slice)
    }
    return reply
  }

  private func open(
    _ found: DownloadableArtifact, _ grant: DownloadGrant
  ) async throws -> any ArtifactReader {
    do {
      return try await ArtifactSlice.open(found.artifact, in: artifacts.store(of: found.storageID))
    } catch let failure as ReportFailure where failure.cause is ArtifactGone {
      throw HTTPFailure.artifactGone(grant)
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

/// What gives somebody a file: a signed URL, or who they are.
package struct DownloadGrant: Hashable, Sendable {
  /// The same for all requests that are parts of one download.
  let key: ExactText
  let domainID: String
  let reportID: String
  let format: ReportFormat
  /// Empty if nobody said.
  let subject: String
  let authentication: Caller.Authentication
  /// Whether an event is asked for.
  let isAuditable: Bool

  /// A caller's, who may have the file.
  ///
  /// - Parameter isAuditable: an event is asked for, so a download that was begun without is another.
  package init(
    domainID: String, reportID: String, format: ReportFormat, subject: String,
    authentication: Caller.Authentication, isAuditable: Bool = false
  ) {
    // Signatures have no such character.
    key =
      "\(domainID)\u{0}\(reportID)\u{0}\(format.rawValue)\u{0}\(isAuditable)\u{0}\(subject)".exact
    self.isAuditable = isAuditable
    self.domainID = domainID
    self.reportID = reportID
    self.format = format
    self.subject = subject
    self.authentication = authentication
  }

  /// A signed URL's, which was found good.
  init(_ ticket: DownloadTicket) {
    key = ticket.signature.exact
    domainID = ticket.domainID
    reportID = ticket.reportID
    format = ticket.format
    subject = ""
    authentication = .signedURL
    isAuditable = false
  }
}
