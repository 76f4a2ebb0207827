package import HTTPTypes
package import RPCCore
internal import RPCServing
import ReportCore
internal import Texts

/// Why a request is not granted, as its sender is told: the REST error body of SpaceONE.
package struct HTTPFailure: Error {
  package var status: HTTPResponse.Status
  /// Such as `ERROR_NOT_FOUND`.
  package var code: String
  package var message: String
  package var headers: HTTPFields = [:]

  package init(
    status: HTTPResponse.Status, code: String, message: String, headers: HTTPFields = [:]
  ) {
    self.status = status
    self.code = code
    self.message = message
    self.headers = headers
  }

  static func permissionDenied(_ reason: String) -> HTTPFailure {
    HTTPFailure(
      status: .forbidden, code: "ERROR_PERMISSION_DENIED",
      message: "Permission denied. (reason = \(reason))")
  }

  package static func notFound(_ key: String, _ value: String) -> HTTPFailure {
    HTTPFailure(
      status: .notFound, code: "ERROR_NOT_FOUND",
      message: "Resource cannot be found or access is denied. (\(key) = \(value))")
  }

  /// The report is there and names the file, but the file was removed.
  static func artifactGone(_ grant: DownloadGrant) -> HTTPFailure {
    HTTPFailure(
      status: .gone, code: "ERROR_ARTIFACT_GONE",
      message: "The file was removed from the server; create the report again. (report_id = "
        + "\(grant.reportID), format = \(grant.format.rawValue))")
  }

  package static func methodNotAllowed(_ allowed: [String]) -> HTTPFailure {
    let methods = allowed.joined(separator: ", ")
    return HTTPFailure(
      status: .methodNotAllowed, code: "ERROR_METHOD_NOT_ALLOWED",
      message: "Method is not allowed. (allowed = \(methods))", headers: [.allow: methods])
  }

  static func notAcceptable(_ types: [String]) -> HTTPFailure {
    HTTPFailure(
      status: .notAcceptable, code: "ERROR_NOT_ACCEPTABLE",
      message: "No type that is accepted can be had. (types = \(types.joined(separator: ", ")))")
  }

  /// - Parameter accepted: what could be read.
  static func unsupportedMediaType(
    _ reason: String, accepted: String = "application/json"
  ) -> HTTPFailure {
    HTTPFailure(
      status: .unsupportedMediaType, code: "ERROR_UNSUPPORTED_MEDIA_TYPE",
      message: "The request body cannot be read. (reason = \(reason))",
      headers: [.accept: accepted, .acceptEncoding: "gzip"])
  }

  static func bodyTooLarge(bytesMax: Int) -> HTTPFailure {
    HTTPFailure(
      status: .contentTooLarge, code: "ERROR_LIMIT_REACHED",
      message: "The request body is too large. (bytes_max = \(bytesMax))",
      headers: [.connection: "close"])
  }

  static func unknown(incident: String) -> HTTPFailure {
    HTTPFailure(
      status: .internalServerError, code: "ERROR_UNKNOWN",
      message: "An unexpected error occurred. (incident = \(incident))")
  }

  /// The body, in one line.
  var text: String {
    "{\"detail\":{\"code\":\(JSONText.string(code)),\"message\":\(JSONText.string(message))}}"
  }

  var reply: Reply {
    var headers = headers
    headers[.contentType] = "application/json"
    headers[.cacheControl] = "no-store"
    headers[.xContentTypeOptions] = "nosniff"
    return Reply(
      status: status, headers: headers, body: .text(text),
      isLast: headers[.connection] == "close")
  }
}

extension HTTPFailure {
  /// What a call failed with.
  ///
  /// - Parameter isLast: the rest of the request is not read.
  package init(_ error: RPCError, isLast: Bool = false) {
    status = HTTPResponse.Status(error.code)
    code = error.reason.isEmpty ? "\(error.code)" : error.reason
    message = error.message
    if isLast { headers[.connection] = "close" }
    if error.code == .unauthenticated { headers[.wwwAuthenticate] = "Bearer" }
    if let excess = error.cause as? RateExceeded { headers[.retryAfter] = "\(excess.seconds)" }
  }
}

extension HTTPResponse.Status {
  /// As gRPC's codes are told over HTTP (google/rpc/code.proto).
  init(_ code: StatusCode) {
    self =
      switch code {
      case .ok: .ok
      case .invalidArgument, .failedPrecondition, .outOfRange: .badRequest
      case .unauthenticated: .unauthorized
      case .permissionDenied: .forbidden
      case .notFound: .notFound
      case .alreadyExists, .aborted: .conflict
      case .resourceExhausted: .tooManyRequests
      case .cancelled: HTTPResponse.Status(code: 499, reasonPhrase: "Client Closed Request")
      case .unimplemented: .notImplemented
      case .unavailable: .serviceUnavailable
      case .deadlineExceeded: .gatewayTimeout
      default: .internalServerError
      }
  }
}
