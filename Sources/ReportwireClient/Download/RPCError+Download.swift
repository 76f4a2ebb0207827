import NIOHTTP1
import RPCCore

/// What goes wrong with a download.
extension RPCError {
  static func downloadBroken(_ url: DownloadURL, _ reason: String) -> RPCError {
    RPCError(
      .unavailable, reason: "ERROR_DOWNLOAD_BROKEN",
      message: "The download of \(url.publicText) broke: \(reason). "
        + "Check that the server's HTTP address can be reached from here.")
  }

  static func downloadCorrupt(_ url: DownloadURL, _ reason: String) -> RPCError {
    RPCError(
      .dataLoss, reason: "ERROR_DOWNLOAD_CORRUPT",
      message: "The download of \(url.publicText) is not what was announced: \(reason). "
        + "Download it again.")
  }

  static func downloadRefused(
    _ url: DownloadURL, status: HTTPResponseStatus, body: String
  ) -> RPCError {
    let code: StatusCode =
      switch status.code {
      case 401: .unauthenticated
      case 403: .permissionDenied
      case 404, 410: .notFound
      case 416: .outOfRange
      case 429: .resourceExhausted
      case 500...599: .unavailable
      default: .unknown
      }
    return RPCError(
      code, reason: "ERROR_DOWNLOAD_REFUSED",
      message: "GET \(url.publicText) answered \(status.code) \(status.reasonPhrase)"
        + (body.isEmpty ? "." : ": \(body)"))
  }
}
