import Logging
import ReportCore
import ReportwireTestKit
import Synchronization
import Testing

@testable import KafkaAudit

@Suite(.timeLimit(.minutes(5))) struct OutboxForwarderTests {
  /// Where the messages of all producers go, as a test has it.
  private final class Broker: Sendable {
    struct State {
      /// Event ids in the order that they were handed over in.
      var sent: [String] = []
      /// Those that arrived.
      var log: [String] = []
      var producers = 0
      var closed = 0
      /// Numbers that fail so often.
      var failures: [Int64: Int] = [:]
      /// Messages that a producer takes before it wants to have told of some.
      var takenMax = Int.max
      var isAway = false
      var held: [(number: Int64, id: String, mailbox: DeliveryMailbox)] = []
      /// Settings that are wrong, so many times.
      var brokenStarts = 0
      var onTheWayMax = 0
    }

    let state = Mutex(State())
    let arrived = Signal()
    let handedOver = Signal()
    let failed = Signal()

    var log: [String] { state.withLock(\.log) }

    /// Acknowledges what waits, and all that comes.
    func comeBack() {
      let held = state.withLock { state in
        state.isAway = false
        defer { state.held = [] }
        for message in state.held { state.log.append(message.id) }
        return state.held
      }
      for message in held {
        message.mailbox.put([.init(number: message.number)])
        arrived.fire()
      }
    }

    func take(_ message: OutboxMessage, _ mailbox: DeliveryMailbox) -> Bool {
      enum Fate { case refused, held, fails, arrives }
      let fate: Fate = state.withLock { state in
        guard state.held.count < state.takenMax else { return .refused }
        state.sent.append(message.message.eventID)
        if let left = state.failures[message.number], left > 0 {
          state.failures[message.number] = left - 1
          return .fails
        }
        if state.isAway {
          state.held.append((message.number, message.message.eventID, mailbox))
          state.onTheWayMax = max(state.onTheWayMax, state.held.count)
          return .held
        }
        state.log.append(message.message.eventID)
        return .arrives
      }
      if fate == .refused { return false }
      handedOver.fire()
      switch fate {
      case .arrives:
        mailbox.put([.init(number: message.number)])
        arrived.fire()
      case .fails:
        mailbox.put([.init(number: message.number, failure: "Broker: denied")])
        failed.fire()
      case .held, .refused: break
      }
      return true
    }
  }

  private final class Producer: OutboxProducer {
    private let broker: Broker
    private let mailbox: DeliveryMailbox

    init(_ broker: Broker, _ mailbox: DeliveryMailbox) {
      self.broker = broker
      self.mailbox = mailbox
    }

    func send(_ message: OutboxMessage) throws(KafkaProblem) -> Bool {
      broker.take(message, mailbox)
    }

    func close() async {
      broker.state.withLock { state in
        state.closed += 1
        state.held = []
      }
    }
  }

  private final class Meter: ForwardingMeter {
    let arrived = Mutex(0)
    let failures = Signal()

    func delivered(_ count: Int) { arrived.withLock { $0 += count } }
    func failed() { failures.fire() }
  }

  /// What is logged as an error.
  private final class Log: Sendable {
    let lines = Mutex<[String]>([])
    let told = Signal()

    var logger: Logger {
      Logger(label: "test") { _ in Handler(log: self) }
    }

    private struct Handler: LogHandler {
      let log: Log
      var logLevel = Logger.Level.error
      var metadata: Logger.Metadata = [:]
      subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
      }

      func log(event: LogEvent) {
        log.lines.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
        log.told.fire()
      }
    }
  }

  private let clock = FakeClock()
  private let store: InMemoryReportStore
  private let log = Log()
  private let broker = Broker()
  private let meter = Meter()

  init() {
    store = InMemoryReportStore(outbox: OutboxRules(messagesMax: 10_000), clock: clock)
  }

  private func forwarder(
    isOnlyOwner: Bool = true, _ change: (inout OutboxForwarder.Limits) -> Void = { _ in }
  ) -> OutboxForwarder {
    var limits = OutboxForwarder.Limits()
    change(&limits)
    return OutboxForwarder(
      store, isOnlyOwner: isOnlyOwner, limits: limits, clock: clock, ids: SequentialIDs(),
      meter: meter, logger: log.logger
    ) { [broker] (mailbox) throws(KafkaProblem) in
      let isBroken = broker.state.withLock { state in
        state.producers += 1
        defer { state.brokenStarts -= 1 }
        return state.brokenStarts > 0
      }
      if isBroken { throw KafkaProblem("no such file") }
      return Producer(broker, mailbox)
    }
  }

  /// Lines that are about so many reports in turn.
  private func record(_ numbers: ClosedRange<Int>, reports: Int = 3) async throws {
    for number in numbers {
      var event = AuditEvent(
        id: "audit-\(number)", at: FakeClock.start, method: "service/method")
      event.resourceID = ExactText("report-\(number % reports)")
      try await store.record(event)
    }
  }

  /// Lets time pass, second by second, in which a forwarder looks.
  private func pass(_ seconds: Int) async {
    for _ in 0..<seconds {
      await clock.advance(toSleeperAt: clock.monotonic.advanced(by: .seconds(1)))
    }
  }

  private func waiting() async throws -> Int64 { try await store.outboxStatus().waiting }

  /// Waits until everything was taken out.
  private func emptied() async throws {
    while try await waiting() > 0, !Task.isCancelled { await Task.yield() }
  }

  /// Each report's events, in their order, once.
  private func expectOrder(_ count: Int, reports: Int = 3) {
    var seen = Set<String>()
    let first = broker.log.filter { seen.insert($0).inserted }
    for report in 0..<reports {
      let wanted = (1...count).filter { $0 % reports == report }.map { "audit-\($0)" }
      #expect(first.filter(Set(wanted).contains) == wanted)
    }
    #expect(first.count == count)
  }

  @Test func `What waits is sent, in the order of each report, and taken out when it arrived`()
    async throws
  {
    try await record(1...500)
    let running = Task { [forwarder = forwarder { $0.messagesMax = 40 }] in await forwarder.run() }
    await broker.arrived.wait(for: 500)
    try await emptied()
    expectOrder(500)
    #expect(broker.log.count == 500)
    #expect(meter.arrived.withLock { $0 } == 500)
    // What comes later is found at the next look.
    try await record(501...502)
    await pass(1)
    await broker.arrived.wait(for: 502)
    running.cancel()
    await running.value
    #expect(broker.state.withLock { ($0.producers, $0.closed) } == (1, 1))
    #expect(try await waiting() == 0)
  }

  @Test
  func `While Kafka is away all waits, no more than may be is in memory, and nothing is lost`()
    async throws
  {
    broker.state.withLock { $0.isAway = true }
    try await record(1...100, reports: 100)
    let running = Task { [forwarder = forwarder { $0.messagesMax = 10 }] in await forwarder.run() }
    await broker.handedOver.wait(for: 10)
    #expect(try await waiting() == 100)
    #expect(broker.state.withLock(\.onTheWayMax) == 10)
    broker.comeBack()
    await broker.arrived.wait(for: 100)
    try await emptied()
    #expect(Set(broker.log).count == 100)
    running.cancel()
    await running.value
  }

  @Test func `A message that fails is sent again after a pause, and what follows it of its report`()
    async throws
  {
    broker.state.withLock { $0.failures = [2: 2] }
    try await record(1...9)
    let running = Task { [forwarder = forwarder()] in await forwarder.run() }
    await meter.failures.wait(for: 1)
    // Of the report whose message failed nothing was sent behind it.
    #expect(!broker.log.contains("audit-5"))
    await pass(1)
    await meter.failures.wait(for: 2)
    #expect(!broker.log.contains("audit-5"))
    // Others arrived in between, so the pause is no longer than the first.
    await pass(1)
    try await emptied()
    expectOrder(9)
    #expect(broker.state.withLock(\.producers) == 3)
    running.cancel()
    await running.value
  }

  @Test func `What is on its way when a message fails may arrive, and is not sent again`()
    async throws
  {
    broker.state.withLock { state in
      state.isAway = true
      state.failures = [2: 1]
    }
    try await record(1...3)
    let running = Task { [forwarder = forwarder()] in await forwarder.run() }
    await broker.failed.wait()
    await broker.handedOver.wait(for: 3)
    await clock.waitForSleeper(until: clock.monotonic.advanced(by: .seconds(5)))
    broker.comeBack()
    await meter.failures.wait()
    await pass(1)
    try await emptied()
    #expect(broker.log.sorted() == ["audit-1", "audit-2", "audit-3"])
    #expect(broker.state.withLock { $0.sent.count } == 4)
    // What does not arrive in time is given up.
    broker.state.withLock { state in
      state.isAway = true
      state.failures = [5: 1]
    }
    try await record(4...6)
    await pass(1)
    await broker.failed.wait(for: 2)
    await clock.advance(toSleeperAt: clock.monotonic.advanced(by: .seconds(5)))
    await meter.failures.wait(for: 2)
    broker.comeBack()
    await pass(1)
    try await emptied()
    expectOrder(6)
    running.cancel()
    await running.value
  }

  @Test func `Settings that became wrong are tried again, after longer and longer pauses`()
    async throws
  {
    broker.state.withLock { $0.brokenStarts = 7 }
    try await record(1...3)
    let running = Task { [forwarder = forwarder()] in await forwarder.run() }
    for (index, pause) in [1, 2, 4, 8, 16, 30, 30].enumerated() {
      await meter.failures.wait(for: index + 1)
      await clock.advance(toSleeperAt: clock.monotonic.advanced(by: .seconds(pause)))
    }
    await broker.arrived.wait(for: 3)
    running.cancel()
    await running.value
  }

  @Test func `A producer that takes no more is waited for`() async throws {
    broker.state.withLock { state in
      state.isAway = true
      state.takenMax = 2
    }
    try await record(1...5, reports: 5)
    let running = Task { [forwarder = forwarder()] in await forwarder.run() }
    await broker.handedOver.wait(for: 2)
    broker.comeBack()
    await broker.arrived.wait(for: 5)
    try await emptied()
    running.cancel()
    await running.value
  }

  @Test func `What was sent when a process ended is sent again by the next, and the rest`()
    async throws
  {
    try await record(1...6)
    // It cannot take out what has arrived.
    await store.fail(
      .removeMessages, with: Array(repeating: StoreError(.unavailable, "no"), count: 1000))
    let first = Task { [forwarder = forwarder()] in await forwarder.run() }
    await broker.arrived.wait(for: 6)
    first.cancel()
    await pass(5)
    await first.value
    #expect(try await waiting() == 6)
    await store.fail(.removeMessages, with: [])
    let second = Task { [forwarder = forwarder()] in await forwarder.run() }
    try await emptied()
    expectOrder(6)
    #expect(broker.log.count == 12)
    second.cancel()
    await second.value
  }

  @Test func `A stop waits for what is left, but not for long`() async throws {
    try await record(1...3)
    let running = Task { [forwarder = forwarder()] in await forwarder.run() }
    try await emptied()
    broker.state.withLock { $0.isAway = true }
    // Recorded just before the stop, and found by a last look.
    try await record(4...4)
    running.cancel()
    await broker.handedOver.wait(for: 4)
    #expect(try await waiting() == 1)
    await pass(5)
    await running.value
    #expect(try await waiting() == 1)
    #expect(broker.state.withLock(\.closed) == 1)
  }

  @Test func `What found no room is in the log, also while Kafka is away`() async throws {
    let full = InMemoryReportStore(outbox: OutboxRules(messagesMax: 4), clock: clock)
    broker.state.withLock { $0.isAway = true }
    func record(_ numbers: ClosedRange<Int>) async throws {
      for number in numbers {
        try await full.record(AuditEvent(id: "audit-\(number)", at: FakeClock.start, method: "m"))
      }
    }
    try await record(1...4)
    var limits = OutboxForwarder.Limits()
    limits.messagesMax = 4
    let forwarder = OutboxForwarder(
      full, isOnlyOwner: true, limits: limits, clock: clock, ids: SequentialIDs(), meter: meter,
      logger: log.logger
    ) { [broker] (mailbox) in Producer(broker, mailbox) }
    let running = Task { await forwarder.run() }
    await broker.handedOver.wait(for: 4)
    await clock.waitForSleeper(until: clock.monotonic.advanced(by: .seconds(1)))
    try await record(5...7)
    await pass(10)
    await log.told.wait()
    #expect(log.lines.withLock { $0.first?.contains("\"events\": 3") } == true)
    running.cancel()
    await pass(5)
    await running.value
  }

  @Test func `Two processes on one store do not send the same, and one takes over from the other`()
    async throws
  {
    #expect(
      try await store.holdOutbox(by: "other", leaseFor: .seconds(30), takingOver: false))
    try await record(1...3)
    let running = Task { [forwarder = forwarder(isOnlyOwner: false)] in await forwarder.run() }
    await pass(29)
    await clock.waitForSleeper(until: clock.monotonic.advanced(by: .seconds(1)))
    #expect(broker.log == [])
    clock.advance(by: .seconds(1))
    await broker.arrived.wait(for: 3)
    #expect(
      try await !store.holdOutbox(by: "other", leaseFor: .seconds(30), takingOver: false))
    running.cancel()
    await running.value
    // It is let go at once.
    #expect(
      try await store.holdOutbox(by: "other", leaseFor: .seconds(30), takingOver: false))
  }
}
