import HTTPTypes
import HummingbirdCore
import NIOCore
package import RPCCore
import RPCServing

/// What `GET /metrics` answers with.
package struct MetricsSource: Sendable {
  /// How they can be written, with the value of `Content-Type`.
  package struct Form: Sendable {
    package let mediaType: String
    package let contentType: String
    /// Writes them as they are now.
    package let write: @Sendable () async -> [UInt8]

    package init(
      mediaType: String, contentType: String, write: @escaping @Sendable () async -> [UInt8]
    ) {
      self.mediaType = mediaType
      self.contentType = contentType
      self.write = write
    }
  }

  /// Lets somebody have them, or throws why not. Gets what came of tokens, and whom the connection
  /// shows.
  package let admit: @Sendable (Metadata, Caller) throws(RPCError) -> Void
  /// The first one is for who does not say what it takes.
  package let forms: [Form]

  package init(
    forms: [Form], admit: @escaping @Sendable (Metadata, Caller) throws(RPCError) -> Void
  ) {
    self.forms = forms
    self.admit = admit
  }
}

/// `GET /metrics`, for Prometheus and what reads the same.
struct MetricsEndpoint: Sendable {
  let source: MetricsSource
  let connections: HTTPConnections
  let budget: ServerBudget

  /// - Throws: `HTTPFailure` for what the peer is to know.
  func reply(to request: Request, on connection: ObjectIdentifier) async throws -> Reply {
    var metadata = Metadata()
    if let header = request.headers[.authorization] {
      metadata.append(Metadata.authorization, header)
    }
    do throws(RPCError) {
      try source.admit(metadata, connections.caller(on: connection))
    } catch {
      throw HTTPFailure(error)
    }
    let form = form(for: Preferences(request.headers[.accept]))
    let bytes = await form.write()
    let kept = KeptBytes(budget)
    guard kept.grow(by: bytes.count) else { throw HTTPFailure(.serverFull) }
    return await .bytes(
      bytes, kept,
      [
        .contentType: form.contentType, .cacheControl: "no-store", .vary: "Accept, Accept-Encoding",
      ],
      accepting: request.headers[.acceptEncoding])
  }

  /// The one that is liked best. Who takes none of them gets the first: that is what scrapers expect.
  private func form(for accepted: Preferences) -> MetricsSource.Form {
    let qualities = source.forms.map { accepted.quality(ofMedia: $0.mediaType) }
    let most = qualities.max() ?? 0
    return source.forms[most > 0 ? qualities.firstIndex(of: most) ?? 0 : 0]
  }
}
