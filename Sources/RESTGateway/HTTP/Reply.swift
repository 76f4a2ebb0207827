import HTTPTypes
internal import RPCServing

/// A response before it is written.
struct Reply {
  enum Body {
    case none
    case text(String)
    /// What a call answers, as long as it is kept.
    case bytes([UInt8], KeptBytes)
    case stream(MessageStream)
    case artifact(ArtifactSlice)
  }

  var status: HTTPResponse.Status
  var headers: HTTPFields
  var body: Body = .none
  /// Whether the connection ends with this response, because what follows on it is not wanted.
  var isLast = false

  /// Shorter ones are not worth being compressed.
  private static let compressedBytesMin = 1024

  /// Longer ones are written piece by piece and counted until they are written; there is room for others as
  /// long as a connection has a request to answer. In bytes.
  static let wholeBytesMax = 65_536

  /// What was made for a request, compressed where its sender takes that.
  ///
  /// - Parameter encodings: the value of Accept-Encoding; nil: there is none.
  static func bytes(
    _ bytes: [UInt8], _ kept: KeptBytes, _ headers: HTTPFields, accepting encodings: String?
  ) async -> Reply {
    guard isCompressed(bytes, accepting: encodings),
      let compressed = await elsewhere({ Gzip.compressed(bytes) }), compressed.count < bytes.count
    else { return Reply(status: .ok, headers: headers, body: .bytes(bytes, kept)) }
    var headers = headers
    headers[.contentEncoding] = "gzip"
    return Reply(status: .ok, headers: headers, body: .bytes(compressed, kept))
  }

  private static func isCompressed(_ bytes: [UInt8], accepting encodings: String?) -> Bool {
    guard bytes.count >= compressedBytesMin, let encodings else { return false }
    return Preferences(encodings).quality(of: "gzip", "*") > 0
  }

  /// Whether there is more to be done with an answer than to write it.
  static func isLong(_ bytes: [UInt8], accepting encodings: String?) -> Bool {
    bytes.count > wholeBytesMax || isCompressed(bytes, accepting: encodings)
  }

  /// As a response to HEAD: no body, but its length.
  var withoutBody: Reply {
    var reply = self
    reply.headers[.contentLength] = "\(bodyBytes)"
    reply.body = .none
    return reply
  }

  var bodyBytes: Int64 {
    switch body {
    case .none, .stream: 0
    case .bytes(let bytes, _): Int64(bytes.count)
    case .text(let text): Int64(text.utf8.count)
    case .artifact(let slice): Int64(slice.range.count)
    }
  }
}
