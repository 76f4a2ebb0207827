import HTTPTypes
import Hummingbird

/// Answers the requests to some paths.
protocol Endpoint: Sendable {
  /// What may be done with its paths; others are answered with 405.
  var methods: [HTTPRequest.Method] { get }
  /// Whether a path, as the request has it, is one of its own.
  func owns(_ path: String) -> Bool
  /// - Throws: `HTTPFailure` for what the peer is to know.
  func reply(to request: Request) async throws -> Reply
}
