import RPCCore
import Testing

@Suite("Errors and their text on the wire")
struct RPCErrorTests {
  @Test(
    "a text is split at the first colon behind a reason",
    arguments: [
      ("ERROR_NOT_FOUND: It is gone.", "ERROR_NOT_FOUND", "It is gone."),
      ("E1: a: b", "E1", "a: b"),
      ("ERROR_X: ", "ERROR_X", ""),
      ("Cannot open: no such file", "", "Cannot open: no such file"),
      (": nothing", "", ": nothing"),
      ("ERROR_X:no space", "", "ERROR_X:no space"),
      ("ERROR-X: dash", "", "ERROR-X: dash"),
      ("ERROR_X: \u{301}a", "ERROR_X", "\u{301}a"),
      ("no colon", "", "no colon"),
      ("", "", ""),
    ])
  func parsesText(text: String, reason: String, message: String) {
    let error = RPCError(code: .internal, wireMessage: text)
    #expect(error.reason == reason)
    #expect(error.message == message)
    #expect(error.wireMessage == text)
  }

  @Test("errors are equal when a peer cannot tell them apart")
  func equality() {
    let error = RPCError(.notFound, reason: "A", message: "b")
    #expect(error == RPCError(.notFound, reason: "A", message: "b", cause: CancellationError()))
    #expect(error != RPCError(.internal, reason: "A", message: "b"))
    #expect(error != RPCError(.notFound, reason: "B", message: "b"))
    #expect(error != RPCError(.notFound, reason: "A", message: "c"))
  }

  @Test("describes itself with code, reason and message")
  func description() {
    #expect(
      "\(RPCError.permissionDenied)"
        == "PERMISSION_DENIED: ERROR_PERMISSION_DENIED: Permission denied.")
    #expect("\(RPCError(.unknown, message: "x"))" == "UNKNOWN: x")
  }

  @Test("codes have gRPC's names and numbers")
  func codes() {
    #expect(StatusCode.all.map(\.rawValue) == Array(0...16))
    #expect(Set(StatusCode.all.map(\.description)).count == 17)
    #expect("\(StatusCode.resourceExhausted)" == "RESOURCE_EXHAUSTED")
    #expect("\(StatusCode(rawValue: 99))" == "CODE_99")
    #expect("\(StatusCode(rawValue: -1))" == "CODE_-1")
  }

  @Test("an unexpected failure is named by an incident, and keeps its cause on this side")
  func incident() {
    let error = RPCError.unknown(incident: "0123456789abcdef", cause: CancellationError())
    #expect(error.code == .internal)
    #expect(error.wireMessage.contains("0123456789abcdef"))
    #expect(error.cause is CancellationError)
    let id = Incident.newID()
    #expect(id.count == 16)
    #expect(id.allSatisfy { $0.isHexDigit && !$0.isUppercase })
    #expect(id != Incident.newID())
  }
}
