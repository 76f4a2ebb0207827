import HTTPTypes
import ReportCore
internal import Texts

/// Why a request is not granted, as its sender is told: the REST error body of SpaceONE.
struct HTTPFailure: Error {
  var status: HTTPResponse.Status
  /// Such as `ERROR_NOT_FOUND`.
  var code: String
  var message: String
  var headers: HTTPFields = [:]

  static func permissionDenied(_ reason: String) -> HTTPFailure {
    HTTPFailure(
      status: .forbidden, code: "ERROR_PERMISSION_DENIED",
      message: "Permission denied. (reason = \(reason))")
  }

  static func notFound(_ key: String, _ value: String) -> HTTPFailure {
    HTTPFailure(
      status: .notFound, code: "ERROR_NOT_FOUND",
      message: "Resource cannot be found or access is denied. (\(key) = \(value))")
  }

  /// The report is there and names the file, but the file was removed.
  static func artifactGone(_ ticket: DownloadTicket) -> HTTPFailure {
    HTTPFailure(
      status: .gone, code: "ERROR_ARTIFACT_GONE",
      message: "The file was removed from the server; create the report again. (report_id = "
        + "\(ticket.reportID), format = \(ticket.format.rawValue))")
  }

  static func methodNotAllowed(_ allowed: [HTTPRequest.Method]) -> HTTPFailure {
    let methods = allowed.map(\.rawValue).joined(separator: ", ")
    return HTTPFailure(
      status: .methodNotAllowed, code: "ERROR_METHOD_NOT_ALLOWED",
      message: "Method is not allowed. (allowed = \(methods))", headers: [.allow: methods])
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

  var reply: Reply {
    var headers = headers
    headers[.contentType] = "application/json"
    headers[.cacheControl] = "no-store"
    headers[.xContentTypeOptions] = "nosniff"
    let detail = "{\"code\":\(JSONText.string(code)),\"message\":\(JSONText.string(message))}"
    return Reply(
      status: status, headers: headers, body: .text("{\"detail\":\(detail)}"),
      isLast: headers[.connection] == "close")
  }
}
