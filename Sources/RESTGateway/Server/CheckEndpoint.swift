import HTTPTypes
import Hummingbird

/// `GET /check`: whether the server serves, as every SpaceONE server answers it: 200 with `SERVING`, or
/// 503 with `NOT_SERVING`.
struct CheckEndpoint: Endpoint {
  let isServing: @Sendable () async -> Bool
  let methods: [HTTPRequest.Method] = [.get, .head]

  func owns(_ path: String) -> Bool {
    path == "/check"
  }

  func reply(to request: Request) async -> Reply {
    let isServing = await isServing()
    return Reply(
      status: isServing ? .ok : .serviceUnavailable,
      headers: [.contentType: "application/json", .cacheControl: "no-store"],
      body: .text(#"{"status":"\#(isServing ? "SERVING" : "NOT_SERVING")"}"#))
  }
}
