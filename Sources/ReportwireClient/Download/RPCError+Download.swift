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

  static func downloadRedirected(_ url: DownloadURL, _ reason: String) -> RPCError {
    RPCError(
      .failedPrecondition, reason: "ERROR_DOWNLOAD_REDIRECTED",
      message: "GET \(url.publicText) \(reason). It is not followed, because whoever gets the "
        + "request can fetch the file; the server's public_url should name the address itself.")
  }

  static func downloadUntrusted(_ url: DownloadURL, _ cause: any Error) -> RPCError {
    RPCError(
      .permissionDenied, reason: "ERROR_DOWNLOAD_UNTRUSTED",
      message: "The certificate of \(url.origin) is not trusted, or not for this host. If its "
        + "authority is one of your own, name the file of its certificate in SSL_CERT_FILE.",
      cause: cause)
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
