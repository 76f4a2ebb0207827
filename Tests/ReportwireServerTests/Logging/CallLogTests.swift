import Logging
import ProtobufWire
import RPCCore
import Synchronization
import Testing

@testable import ReportwireServer

@Suite struct CallLogTests {
  /// Keeps what is logged.
  private final class Log: Sendable {
    let lines = Mutex<[(level: Logger.Level, metadata: Logger.Metadata)]>([])

    func logger(_ level: Logger.Level) -> Logger {
      Logger(label: "test") { _ in Handler(log: self, logLevel: level) }
    }
  }

  private struct Handler: LogHandler {
    let log: Log
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      log.lines.withLock { $0.append((event.level, event.metadata ?? [:])) }
    }
  }

  private static let method = MethodDescriptor(
    service: "s.S", name: "get", input: Empty.self, output: Empty.self)

  private func call(
    _ log: Log, _ level: Logger.Level, error: RPCError?, domainID: String = ""
  ) throws {
    let interceptor = CallLog(logger: log.logger(level))
    var context = CallContext(
      metadata: ["transaction_id": "t1", "token": "secret"], peer: "127.0.0.1:1",
      transport: "ttrpc")
    try interceptor.begin(&context, of: Self.method)
    context.notes?.note(domainID: domainID, resourceID: "report-1")
    interceptor.end(context, of: Self.method, error: error)
  }

  @Test(arguments: [
    (RPCError(.unavailable, message: "It is full.", cause: Cause()), true),
    (RPCError(.internal, message: "It broke.", cause: Cause()), true),
    // What the caller did, and a server that stops.
    (RPCError(.invalidArgument, message: "It is wrong.", cause: Cause()), false),
    (RPCError(.unavailable, message: "It stops."), false),
  ])
  func aFaultOfTheServersIsToldWithItsCauseAtAnyLevel(_ error: RPCError, _ isTold: Bool) throws {
    let log = Log()
    try call(log, .error, error: error)
    let lines = log.lines.withLock { $0 }
    #expect(lines.map(\.level) == (isTold ? [.error] : []))
    #expect(lines.first?.metadata["cause"] == (isTold ? "the disk is full" : nil))
  }

  private struct Cause: Error, CustomStringConvertible {
    let description = "the disk is full"
  }

  @Test func aCallIsOneLineWithItsIDsAndNoSecrets() throws {
    let log = Log()
    try call(log, .info, error: nil, domainID: "d")
    let lines = log.lines.withLock { $0 }
    #expect(lines.count == 1)
    let metadata = lines[0].metadata
    #expect(lines[0].level == .info)
    #expect(metadata["method"] == "s.S/get")
    #expect(metadata["peer"] == "127.0.0.1:1")
    #expect(metadata["domain"] == "d")
    #expect(metadata["id"] == "report-1")
    #expect(metadata["code"] == "OK")
    #expect(metadata["transaction"] == "t1")
    #expect(metadata["duration_us"] != nil)
    #expect(!"\(metadata)".contains("secret"))
  }

  @Test func nothingIsDoneWhereTheLevelIsOff() throws {
    let log = Log()
    let interceptor = CallLog(logger: log.logger(.warning))
    var context = CallContext(peer: "p", transport: "ttrpc")
    try interceptor.begin(&context, of: Self.method)
    #expect(context.notes == nil)
    interceptor.end(context, of: Self.method, error: .notFound("report_id", "x"))
    let lines = log.lines.withLock { $0 }
    #expect(lines.isEmpty)
  }

  @Test func whatBrokeInsideIsLoggedWithItsCauseAtAnyLevel() throws {
    struct Cause: Error {}
    let log = Log()
    try call(log, .error, error: .unknown(incident: "0123", cause: Cause()))
    let lines = log.lines.withLock { $0 }
    #expect(lines.map(\.level) == [.error])
    #expect("\(lines[0].metadata["cause"] ?? "")".contains("Cause"))
    #expect("\(lines[0].metadata["reason"] ?? "")".contains("incident = 0123"))
  }
}
