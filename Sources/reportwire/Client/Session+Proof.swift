internal import ManifestSigning
internal import RPCCore
internal import ReportAPI
internal import ReportwireClient

/// What a server says of the files of its reports.
extension Session {
  /// The reports of the domain that have a file with a SHA-256, the newest first.
  func reportIDs(ofFileWith sha256: String) async throws(CommandFailure) -> [String] {
    try await call(
      ReportControlMethods.find, FindReportsRequest(domainID: domainID, sha256: sha256)
    ).results.map(\.reportID)
  }

  /// The manifest of a finished report.
  func manifest(of reportID: String) async throws -> [UInt8] {
    try await content(of: try await downloadURL(of: reportID, format: Self.manifestFormat))
  }

  /// The manifest, and the keys that the same server says are its own.
  func proof(of reportID: String) async throws -> (manifest: [UInt8], keys: [ManifestPublicKey]) {
    let url = try await downloadURL(of: reportID, format: Self.manifestFormat)
    // The last: a server may be reached below a path of that name.
    guard let base = url.ranges(of: "/artifacts/").last.map({ url[..<$0.lowerBound] }) else {
      throw CommandFailure(
        .callFailed, "the server's download URL leads elsewhere, so its keys are not known")
    }
    let keys = try await content(of: base + "/keys")
    return (
      try await content(of: url),
      ManifestPublicKey.keys(in: String(decoding: keys, as: UTF8.self))
    )
  }

  static let manifestFormat = "manifest"

  /// Bytes of a manifest, or of keys, that are taken from a server.
  private static let contentBytesMax = 16_777_216

  private func content(of url: String) async throws -> [UInt8] {
    var content: [UInt8] = []
    do throws(RPCError) {
      _ = try await ArtifactDownload(url: url, network: network).read(restart: { content = [] }) {
        (bytes) throws(RPCError) in
        content.append(contentsOf: bytes)
        guard content.count <= Self.contentBytesMax else {
          throw RPCError(
            .resourceExhausted,
            message: "The server sends more than \(Self.contentBytesMax) bytes for a manifest.")
        }
      }
    } catch {
      throw CommandFailure(.callFailed, error.description)
    }
    return content
  }
}
