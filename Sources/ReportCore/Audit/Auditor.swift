package import Logging
private import Synchronization
internal import Texts

/// Writes the audit: one event for each call of an audited method and each download, whatever door they
/// come through.
///
/// What was changed is written with the change itself, in its transaction. What failed is written by
/// itself, and only as much of it as `FailureGauge` lets through: whoever may do nothing must not fill the
/// disk.
package final class Auditor: Sendable {
  /// How often it is looked for peers whose failures were left out and who are silent since.
  static let settleAfter = Duration.seconds(60)

  private let sink: any AuditSink
  private let clock: any EngineClock
  private let ids: any IDSource
  private let logger: Logger
  private let gauge: Mutex<FailureGauge>

  package init(
    sink: any AuditSink, clock: any EngineClock = SystemClock(), ids: any IDSource = RandomIDs(),
    limits: AuditLimits = AuditLimits(), logger: Logger
  ) {
    self.sink = sink
    self.clock = clock
    self.ids = ids
    self.logger = logger
    gauge = Mutex(FailureGauge(limits))
  }

  /// A new event, from now on.
  package func event(_ method: String) -> AuditEvent {
    let now = clock.now
    let time = Hex.text(
      UInt64(bitPattern: now.nanosecondsSinceEpoch) ^ (1 << 63), digits: 16)
    return AuditEvent(id: ids.next("audit-\(time)-"), at: now, method: method)
  }

  /// Whether a failure has its line.
  ///
  /// - Parameter event: is told how many failures of its peer have none.
  package func admits(failure event: inout AuditEvent, isRefusal: Bool) -> Bool {
    let host = PeerAddress.host(of: event.peer.text).exact
    let leftOut = gauge.withLock { gauge in
      gauge.take(host, isRefusal: isRefusal, at: clock.monotonic)
    }
    guard let leftOut else { return false }
    event.leftOut = Int64(leftOut)
    return true
  }

  /// Keeps an event, also where the caller's task is cancelled.
  ///
  /// - Throws: why it is not kept. Then the log has it.
  package func keep(_ event: AuditEvent) async throws(UseCaseError) {
    do {
      try await Task { [sink] in try await sink.record(event) }.value
    } catch {
      logger.error(
        "not in the audit",
        metadata: [
          "id": "\(event.id)", "method": "\(event.method.text)", "domain": "\(event.domainID.text)",
          "caller": "\(event.subject.text)", "peer": "\(event.peer.text)",
          "resource": "\(event.resourceID.text)", "code": "\(event.code)", "cause": "\(error)",
        ])
      throw UseCaseError(error)
    }
  }

  /// Writes how many failures were left out of peers that say nothing any more, until the task is
  /// cancelled, and then of all.
  package func run() async {
    await clock.repeating(after: Self.settleAfter) {
      await settle(silentFor: Self.settleAfter)
    }
    await settle(silentFor: .zero)
  }

  func settle(silentFor silence: Duration) async {
    let counts = gauge.withLock { $0.settled(silentFor: silence, at: clock.monotonic) }
    for (host, count) in counts {
      var event = event(AuditEvent.leftOut)
      event.peer = host
      event.leftOut = Int64(count)
      // What is wrong is in the log.
      try? await keep(event)
    }
  }
}

/// The event of one call, while it is not known how it ends. What changes something writes it together with
/// the change.
package final class AuditDraft: Sendable {
  private let event: AuditEvent
  private let isWritten = Atomic<Bool>(false)

  package init(_ event: AuditEvent) {
    self.event = event
  }

  /// The event of a success, for the transaction that it is the event of.
  func success(of resourceID: String) -> AuditEvent {
    var event = event
    event.resourceID = AuditEvent.bounded(resourceID)
    return event
  }

  /// The transaction is on disk.
  func written() { isWritten.store(true, ordering: .releasing) }

  /// Whether it was written with what it tells of.
  package var wasWritten: Bool { isWritten.load(ordering: .acquiring) }
}
