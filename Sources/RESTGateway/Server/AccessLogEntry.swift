import HTTPTypes
import Logging
import RPCCore
internal import Texts

/// What is logged of one request. The query is not: it holds the signature.
struct AccessLogEntry: Sendable {
  private static let traceparent = HTTPField.Name(Metadata.traceparent)!

  private let method: String
  private let path: String
  private let peer: String
  private let requestID: String
  private let trace: TraceParent?
  private let start = ContinuousClock.now

  var status = 0
  /// Of the body, as far as written.
  var bytes: Int64 = 0
  var code = "OK"
  private(set) var incident = ""
  private var cause: (any Error)?

  init(_ request: HTTPRequest, path: String, peer: String, requestID: String) {
    self.requestID = requestID
    trace = request.headerFields[Self.traceparent].flatMap(TraceParent.init)
    method = request.method.rawValue
    self.path = path
    self.peer = peer
  }

  /// Whether it asks for a file.
  var isDownload: Bool { DownloadTicket.isPath(path) }

  /// Something broke that the peer is not told of, but for the number of the incident.
  mutating func fail(_ error: any Error) {
    code = "ERROR_UNKNOWN"
    incident = Incident.newID()
    cause = error
  }

  func log(to logger: Logger) {
    let level: Logger.Level = cause == nil ? .info : .error
    guard logger.logLevel <= level else { return }
    var metadata: Logger.Metadata = [
      "method": "\(method)", "path": "\(path)", "peer": "\(peer)",
      "status": "\(status)",
      "code": "\(code)", "request_id": "\(requestID)", "bytes": "\(bytes)",
      "duration_us": "\(microseconds)",
    ]
    if let trace { metadata["trace_id"] = "\(trace.traceID)" }
    if let cause {
      metadata["incident"] = "\(incident)"
      metadata["cause"] = "\(cause)"
    }
    logger.log(level: level, "http", metadata: metadata)
  }

  private var microseconds: Int64 {
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
  }
}
