package import Logging
package import ReportCore
private import Synchronization

/// Told what becomes of messages, by those who measure.
package protocol ForwardingMeter: Sendable {
  /// So many messages have arrived.
  func delivered(_ count: Int)
  /// A message failed, or could not be sent: all that are on their way are sent again after a pause.
  func failed()
}

/// Hands what waits in an outbox to Kafka, in order and at least once.
///
/// A message is taken out of the outbox when Kafka has acknowledged it. If one fails, what is on its way has a
/// while to arrive; then all that is not acknowledged is sent once more, after a pause that grows. Messages
/// that had arrived all the same come again under the same event id.
package final class OutboxForwarder: Sendable {
  package struct Limits: Hashable, Sendable {
    /// Messages in memory.
    package var messagesMax = 2000
    /// Between two looks for new messages, while there are none.
    package var lookEvery = Duration.seconds(1)
    /// What is on its way when a message fails gets so long to be acknowledged.
    package var settleMax = Duration.seconds(5)
    /// Between two looks whether events found no room.
    package var statusEvery = Duration.seconds(10)
    /// After the first failure; each time twice as long, up to `pauseMax`.
    package var pauseMin = Duration.seconds(1)
    package var pauseMax = Duration.seconds(30)
    /// For so long another process waits for one that says nothing.
    package var leaseFor = Duration.seconds(30)
    /// What is left at a stop gets so long.
    package var drainMax = Duration.seconds(5)

    package init() {}
  }

  /// Why a producer was given up.
  private enum End {
    case stopped
    case failed(String)
    /// Another process hands on what waits.
    case lostHold
  }

  private let outbox: any AuditOutbox
  private let owner: String
  private let isOnlyOwner: Bool
  private let make: @Sendable (DeliveryMailbox) throws(KafkaProblem) -> any OutboxProducer
  private let limits: Limits
  private let clock: any EngineClock
  private let meter: any ForwardingMeter
  private let logger: Logger
  private let state = Mutex(State())

  private struct State {
    /// When all ends, whatever is left; nil: it goes on.
    var stopBy: MonotonicInstant?
    /// Events that found no room, as far as that is in the log; nil: it is not known yet.
    var dropped: Int64?
    /// Of the present producer: one that was given up must not be heard any more.
    var mailbox = DeliveryMailbox()
  }

  /// A forwarder to Kafka.
  ///
  /// - Parameter isOnlyOwner: no other process works on the outbox.
  /// - Throws: what is wrong with the settings.
  package convenience init(
    _ outbox: any AuditOutbox, to settings: KafkaSettings, isOnlyOwner: Bool,
    clock: any EngineClock = SystemClock(), ids: any IDSource = RandomIDs(),
    meter: any ForwardingMeter, logger: Logger
  ) throws(KafkaProblem) {
    try KafkaProducer.check(settings)
    self.init(
      outbox, isOnlyOwner: isOnlyOwner, clock: clock, ids: ids, meter: meter, logger: logger
    ) { (mailbox) throws(KafkaProblem) in
      let producer = try KafkaProducer(
        settings, mailbox: mailbox, clock: clock, logger: logger)
      producer.start()
      return producer
    }
  }

  /// - Parameter make: makes a producer that tells the mailbox.
  init(
    _ outbox: any AuditOutbox, isOnlyOwner: Bool, limits: Limits = Limits(),
    clock: any EngineClock, ids: any IDSource, meter: any ForwardingMeter, logger: Logger,
    make: @escaping @Sendable (DeliveryMailbox) throws(KafkaProblem) -> any OutboxProducer
  ) {
    self.outbox = outbox
    owner = ids.next("forwarder-")
    self.isOnlyOwner = isOnlyOwner
    self.limits = limits
    self.clock = clock
    self.meter = meter
    self.logger = logger
    self.make = make
  }

  /// Works until the task is cancelled; then what is left gets `Limits.drainMax`. To be called once.
  package func run() async {
    await withTaskCancellationHandler {
      // In a task that is not cancelled, or its waits would not be any.
      await Task { await work() }.value
    } onCancel: {
      state.withLock { state in
        state.stopBy = clock.monotonic.advanced(by: limits.drainMax)
        return state.mailbox
      }.wake()
    }
  }

  private var stopMoment: MonotonicInstant? { state.withLock(\.stopBy) }

  private func newMailbox() -> DeliveryMailbox {
    state.withLock { state in
      state.mailbox = DeliveryMailbox()
      return state.mailbox
    }
  }

  private func work() async {
    var pause = limits.pauseMin
    loop: while true {
      var session = Session(
        mailbox: newMailbox(), window: OutboxWindow(messagesMax: limits.messagesMax))
      let end = await run(&session)
      if session.hasDelivered { pause = limits.pauseMin }
      switch end {
      case .stopped: break loop
      case .lostHold: logger.warning("another process hands the audit to Kafka")
      case .failed(let reason):
        meter.failed()
        logger.warning(
          "events of the audit wait for Kafka",
          metadata: ["problem": "\(reason)", "again_in": "\(pause)"])
      }
      await sleep(pause, session.mailbox)
      pause = min(pause * 2, limits.pauseMax)
      if let stop = stopMoment, clock.monotonic >= stop { break }
    }
    // Whoever comes next need not wait for the end of the lease.
    try? await outbox.releaseOutbox(by: owner)
  }

  /// Ends early at a stop.
  private func sleep(_ pause: Duration, _ mailbox: DeliveryMailbox) async {
    let end = clock.monotonic.advanced(by: pause)
    while clock.monotonic < min(end, stopMoment ?? end) {
      await mailbox.wait(until: min(end, stopMoment ?? end), clock)
    }
  }

  // MARK: One producer

  /// What is known while one producer works.
  private struct Session {
    let mailbox: DeliveryMailbox
    var window: OutboxWindow
    /// Acknowledged, and still in the outbox.
    var arrived: [Int64] = []
    var hasDelivered = false
    /// Why a message failed, and how long the others are waited for; nil: none did.
    var failure: (reason: String, settleBy: MonotonicInstant)?
    /// Whether it was looked for the last messages that there are.
    var isStopping = false
    var nextLook: MonotonicInstant?
    var nextStatus: MonotonicInstant?
    /// When the hold is to be renewed; nil: there is none.
    var renewal: MonotonicInstant?
  }

  private func run(_ session: inout Session) async -> End {
    let producer: any OutboxProducer
    do throws(KafkaProblem) { producer = try make(session.mailbox) } catch {
      return .failed("\(error)")
    }
    let end = await forward(&session, by: producer)
    await producer.close()
    // What arrived until the end need not be sent again.
    read(&session)
    try? await outbox.removeMessages(session.arrived)
    return end
  }

  private func forward(_ session: inout Session, by producer: any OutboxProducer) async -> End {
    while true {
      read(&session)
      if let failure = session.failure,
        session.window.onTheWayCount == 0 || clock.monotonic >= failure.settleBy
      {
        return .failed(failure.reason)
      }
      let stop = stopMoment
      if stop != nil, !session.isStopping {
        session.isStopping = true
        session.nextLook = nil
      }
      do {
        guard try await hold(&session) else { return .lostHold }
        if session.failure == nil {
          try await look(&session)
          try send(&session, by: producer)
        }
        try await remove(&session)
        try await noteDropped(&session)
      } catch let problem as KafkaProblem {
        return .failed("\(problem)")
      } catch let error as StoreError where error.code == .closed {
        return .stopped
      } catch {
        logger.error("the audit's outbox does not answer", metadata: ["error": "\(error)"])
        let later = clock.monotonic.advanced(by: limits.pauseMin)
        session.nextLook = later
        // What is due stays due, but is not tried without a pause.
        session.renewal = session.renewal.map { max($0, later) }
      }
      if let stop {
        let isDone = session.window.count == 0 && session.arrived.isEmpty
        if isDone || clock.monotonic >= stop { return .stopped }
      }
      await wait(session)
    }
  }

  /// Reads what the producer told.
  private func read(_ session: inout Session) {
    var count = 0
    for delivery in session.mailbox.take() {
      if let reason = delivery.failure {
        session.window.failed(delivery.number)
        if session.failure == nil {
          session.failure = (reason, clock.monotonic.advanced(by: limits.settleMax))
        }
      } else {
        session.window.acknowledged(delivery.number)
        session.arrived.append(delivery.number)
        count += 1
      }
    }
    if count > 0 {
      session.hasDelivered = true
      meter.delivered(count)
    }
  }

  /// Keeps the right to hand on what waits, as long as something is on its way.
  ///
  /// - Returns: false if another process has it now.
  private func hold(_ session: inout Session) async throws -> Bool {
    guard let renewal = session.renewal, clock.monotonic >= renewal else { return true }
    guard session.window.count > 0 else {
      session.renewal = nil
      return true
    }
    return try await takeHold(&session)
  }

  private func takeHold(_ session: inout Session) async throws -> Bool {
    let isHeld = try await outbox.holdOutbox(
      by: owner, leaseFor: limits.leaseFor, takingOver: isOnlyOwner)
    // Nobody else asks for it where there is nobody else.
    session.renewal =
      isHeld
      ? clock.monotonic.advanced(by: isOnlyOwner ? .seconds(Int64.max >> 32) : limits.leaseFor / 3)
      : nil
    return isHeld
  }

  /// Reads what waits, if it is time and there is room.
  private func look(_ session: inout Session) async throws {
    let now = clock.monotonic
    guard session.window.room > 0, now >= session.nextLook ?? now else { return }
    let last = session.window.lastNumber
    // Who does not hold it only looks whether there are any.
    var found = try await outbox.waitingMessages(
      after: last, countMax: session.renewal == nil ? 1 : session.window.room)
    if !found.isEmpty, session.renewal == nil {
      guard try await takeHold(&session) else {
        session.nextLook = now.advanced(by: limits.lookEvery)
        return
      }
      // Another process may have removed some of them in between.
      found = try await outbox.waitingMessages(after: last, countMax: session.window.room)
    }
    session.window.add(found)
    // Where there was no room for more there may be more.
    session.nextLook =
      session.window.room == 0 ? now : now.advanced(by: limits.lookEvery)
  }

  private func send(
    _ session: inout Session, by producer: any OutboxProducer
  ) throws(KafkaProblem) {
    while let message = session.window.next() {
      guard try producer.send(message) else { return session.window.putBack(message) }
    }
  }

  private func remove(_ session: inout Session) async throws {
    guard !session.arrived.isEmpty else { return }
    try await outbox.removeMessages(session.arrived)
    session.arrived = []
  }

  /// Says in the log that events found no room.
  private func noteDropped(_ session: inout Session) async throws {
    let now = clock.monotonic
    guard now >= session.nextStatus ?? now else { return }
    session.nextStatus = now.advanced(by: limits.statusEvery)
    let status = try await outbox.outboxStatus()
    let known = state.withLock { state in
      defer { state.dropped = status.dropped }
      return state.dropped ?? status.dropped
    }
    guard status.dropped > known else { return }
    logger.error(
      "events of the audit found no room in the backlog and will not come to Kafka",
      metadata: ["events": "\(status.dropped - known)", "waiting": "\(status.waiting)"])
  }

  private func wait(_ session: Session) async {
    let now = clock.monotonic
    // A full window waits for the producer.
    let next =
      session.failure?.settleBy
      ?? (session.window.room == 0 ? now.advanced(by: limits.lookEvery) : session.nextLook ?? now)
    let end = [next, stopMoment, session.renewal].compactMap(\.self).min() ?? next
    await session.mailbox.wait(until: end, clock)
  }
}
