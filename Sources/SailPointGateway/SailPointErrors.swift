internal import HTTPTypes
package import RESTGateway
internal import RPCCore
internal import Texts

extension SailPointRoutes {
  /// The published bodies: of 401 and 429 their own, of all others ErrorResponseDto. What is not
  /// published, such as a server that is stopping, is an internal fault.
  package func answer(to failure: HTTPFailure) -> MountedAnswer {
    var headers = failure.headers
    switch failure.status.code {
    case 401:
      return .json(
        #"{"error":"JWT validation failed: JWT is expired"}"#, .unauthorized, headers: headers)
    case 429:
      if headers[.retryAfter] == nil { headers[.retryAfter] = "10" }
      return .json(#"{"message":" Rate Limit Exceeded "}"#, .tooManyRequests, headers: headers)
    case 400 where !failure.code.utf8.starts(with: "ERROR_TEMPLATE_BROKEN".utf8):
      return error("400.1 Bad Request Content", failure.message, .badRequest, headers)
    case 403:
      return error(
        "403 Forbidden", "The server understood the request but refuses to authorize it.",
        .forbidden, headers)
    case 404, 410:
      return error(
        "404 Not found",
        "The server did not find a current representation for the target resource.", .notFound,
        headers)
    case 405, 412, 413, 415, 416:
      return error("400.0 Bad Request", failure.message, failure.status, headers)
    default:
      return error("500.0 Internal Fault", failure.message, .internalServerError, headers)
    }
  }

  private func error(
    _ code: String, _ text: String, _ status: HTTPResponse.Status, _ headers: HTTPFields
  ) -> MountedAnswer {
    // Readers look for a text in `error`, `message` and `causes` before they come to `messages`.
    .json(
      #"{"detailCode":\#(JSONText.string(code)),"trackingId":"\#(Incident.newID())\#(Incident.newID())","#
        + #""messages":[{"locale":"en-US","localeOrigin":"DEFAULT","text":\#(JSONText.string(text))}],"#
        + #""causes":[]}"#, status, headers: headers)
  }
}
