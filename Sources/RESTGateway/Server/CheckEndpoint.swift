import HTTPTypes
import Hummingbird

/// `GET /check`: whether the server serves, as every SpaceONE server answers it.
struct CheckEndpoint: Endpoint {
  let methods: [HTTPRequest.Method] = [.get, .head]

  func owns(_ path: String) -> Bool {
    path == "/check"
  }

  func reply(to request: Request) -> Reply {
    Reply(
      status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
      body: .text(#"{"status":"SERVING"}"#))
  }
}
