import RPCCore
import ReportAPI
import ReportwireClient
import TTRPC
import Testing

@Suite("Backoff and retry rules")
struct BackoffTests {
  @Test(
    "waits double up to the bound",
    arguments: [(1, 100), (2, 200), (3, 400), (7, 6_400), (8, 10_000), (1_000_000, 10_000)])
  func doubles(failures: Int, milliseconds: Int) {
    #expect(
      Backoff().delay(afterFailures: failures, random: 0.5) == .milliseconds(milliseconds))
  }

  @Test("jitter stretches and shortens", arguments: [(0.0, 80), (0.25, 90), (0.75, 110), (1, 120)])
  func jitter(random: Double, milliseconds: Int) {
    let delay = Backoff().delay(afterFailures: 1, random: random)
    let expected = Duration.milliseconds(milliseconds)
    #expect(delay > expected - .microseconds(1) && delay < expected + .microseconds(1))
  }

  @Test(
    "only what can do no harm is tried again",
    arguments: [
      // Reason, idempotent, with a key: may be tried again.
      ("ERROR_CANNOT_CONNECT", false, false, true),
      ("ERROR_CONNECTION_CLOSED", false, false, true),
      ("", false, false, false),
      ("", true, false, true),
      ("ERROR_CONNECTION_LOST", false, false, false),
      ("ERROR_CONNECTION_LOST", true, false, true),
      ("ERROR_CONNECTION_LOST", false, true, true),
      ("ERROR_SOMETHING", false, false, false),
      ("ERROR_SOMETHING", true, false, true),
    ])
  func unavailable(reason: String, isIdempotent: Bool, hasKey: Bool, mayRetry: Bool) {
    let method =
      isIdempotent ? ReportMethods.get.descriptor : ReportMethods.create.descriptor
    var metadata = Metadata()
    if hasKey { metadata[Metadata.idempotencyKey] = "k" }
    let error = RPCError(.unavailable, reason: reason, message: "x")
    #expect(RetryRules.mayRetry(error, method, metadata) == mayRetry)
  }

  @Test("a call that a stopping server refused is tried again, as it came over the wire")
  func stopping() {
    let refused = RPCError(code: .unavailable, wireMessage: RPCError.serverStopping.wireMessage)
    #expect(RetryRules.mayRetry(refused, ReportMethods.create.descriptor, Metadata()))
  }

  @Test("an empty key is none")
  func emptyKey() {
    let error = RPCError(.unavailable, reason: "ERROR_CONNECTION_LOST", message: "x")
    let metadata: Metadata = ["idempotency-key": ""]
    #expect(!RetryRules.mayRetry(error, ReportMethods.create.descriptor, metadata))
  }

  @Test(
    "no other status is tried again",
    arguments: StatusCode.all.filter { $0 != .unavailable })
  func otherCodes(code: StatusCode) {
    let error = RPCError(code, reason: "ERROR_CANNOT_CONNECT", message: "x")
    #expect(!RetryRules.mayRetry(error, ReportMethods.get.descriptor, Metadata()))
  }
}
