import HTTPTypes
import HummingbirdCore
package import ReportCore

/// `GET /artifacts/<domain>/<report>/<format>` with a signature: the file itself.
struct DownloadEndpoint: Sendable {
  let signer: DownloadSigner
  let files: FileEndpoint
  let resolver: DownloadResolver

  /// - Throws: `HTTPFailure` for what the peer is to know.
  func reply(to request: Request, from origin: DownloadAudit.Origin) async throws -> Reply {
    // Once its signature was found good.
    var ticket: DownloadTicket?
    do {
      return try await reply(to: request, from: origin, &ticket)
    } catch {
      await files.refused(error, request, ticket.map { DownloadGrant($0) }, origin)
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
    return try await files.reply(to: request, with: found, for: DownloadGrant(ticket), from: origin)
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
final class ContentReader: ArtifactReader {
  private let content: [UInt8]

  init(content: [UInt8]) {
    self.content = content
  }

  var byteCount: Int64 { Int64(content.count) }

  func read(at offset: Int64, countMax: Int) -> [UInt8] {
    Array(content.dropFirst(Int(offset)).prefix(countMax))
  }
}
