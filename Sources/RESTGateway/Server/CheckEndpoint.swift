import HTTPTypes
import Hummingbird
import ReportCore

/// `GET /check`: whether the server serves, as every SpaceONE server answers it: 200 with `SERVING`, or
/// 503 with `NOT_SERVING`. A data source that is away does not change that: it is named, and reports
/// from the others are made.
struct CheckEndpoint: Endpoint {
  let isServing: @Sendable () async -> Bool
  let unavailableSources: @Sendable () -> [String]
  let methods: [HTTPRequest.Method] = [.get, .head]

  func owns(_ path: String) -> Bool {
    path == "/check"
  }

  func reply(to request: Request) async -> Reply {
    let isServing = await isServing()
    let sources = unavailableSources()
    let more = sources.isEmpty ? "" : #","unavailable_sources":"# + JSONText.array(sources)
    return Reply(
      status: isServing ? .ok : .serviceUnavailable,
      headers: [.contentType: "application/json", .cacheControl: "no-store"],
      body: .text(#"{"status":"\#(isServing ? "SERVING" : "NOT_SERVING")""# + more + "}"))
  }
}
