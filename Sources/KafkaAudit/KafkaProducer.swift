internal import CRdkafka
internal import Logging
internal import ReportCore
private import Synchronization

/// librdkafka's producer: idempotent, and acknowledged by every replica that is in sync.
final class KafkaProducer: OutboxProducer {
  /// How long an end may take.
  static let closeMax = Duration.seconds(2)
  /// The header with the event's id.
  private static let header = "event_id"
  /// Between two looks whether it shall end.
  private static let pollMilliseconds: Int32 = 100
  /// How long after one trouble no other is told: while brokers are away there is one with each attempt.
  private static let quietFor = Duration.seconds(30)

  /// librdkafka's handles may be used by every thread until they are destroyed.
  private struct Handles: @unchecked Sendable {
    let kafka: OpaquePointer
    let queue: OpaquePointer
  }

  /// Who destroys the handles: the thread, or, where the system gives none, the last who might use them.
  private struct Life {
    var isClosing = false
    var isThreadless = false
  }

  private let handles: Handles
  private let topic: String
  private let mailbox: DeliveryMailbox
  private let clock: any EngineClock
  private let logger: Logger
  private let life = Mutex(Life())
  private let ended = WakeSignal()
  private let lastTrouble = Mutex<MonotonicInstant?>(nil)

  /// - Parameter mailbox: is told what becomes of each message.
  /// - Throws: what is wrong with the settings. Whether Kafka is there it does not know yet.
  init(
    _ settings: KafkaSettings, mailbox: DeliveryMailbox, clock: any EngineClock, logger: Logger
  ) throws(KafkaProblem) {
    handles = try Self.open(settings)
    topic = settings.topic
    self.mailbox = mailbox
    self.clock = clock
    self.logger = logger
  }

  /// Looks whether a producer can be made of settings: whether their files can be read, say. It connects to
  /// nothing, since whoever ends a connection may wait for names to be resolved.
  static func check(_ settings: KafkaSettings) throws(KafkaProblem) {
    destroy(try open(settings.unconnected))
  }

  private static func open(_ settings: KafkaSettings) throws(KafkaProblem) -> Handles {
    let configuration = try settings.configuration()
    rd_kafka_conf_set_events(
      configuration, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_LOG)
    var text = [CChar](repeating: 0, count: 512)
    guard let kafka = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, &text, text.count) else {
      rd_kafka_conf_destroy(configuration)
      throw KafkaProblem(String(text: text))
    }
    rd_kafka_set_log_queue(kafka, nil)
    guard let queue = rd_kafka_queue_get_main(kafka) else {
      rd_kafka_destroy(kafka)
      throw KafkaProblem("librdkafka has no queue of events")
    }
    return Handles(kafka: kafka, queue: queue)
  }

  private static func destroy(_ handles: Handles) {
    rd_kafka_queue_destroy(handles.queue)
    rd_kafka_destroy(handles.kafka)
  }

  /// Begins to read what librdkafka tells, on a thread of its own, which ends with `close`.
  func start() {
    Task {
      let result: Void? = await WorkerThread.run { [self] in poll() }
      guard result == nil else { return }
      let isClosing = life.withLock { life in
        life.isThreadless = true
        return life.isClosing
      }
      guard isClosing else {
        return mailbox.put([.init(number: 0, failure: "the system gives no thread")])
      }
      Self.destroy(handles)
      ended.wake()
    }
  }

  func send(_ message: OutboxMessage) throws(KafkaProblem) -> Bool {
    let key = message.message.key.text
    let error = key.withBytes { keyStart, keyCount in
      message.message.body.withBytes { body, bodyCount in
        message.message.eventID.withBytes { id, idCount in
          reportwire_produce(
            handles.kafka, topic, keyCount == 0 ? nil : keyStart, keyCount, body, bodyCount,
            Self.header, id, idCount, UnsafeMutableRawPointer(bitPattern: Int(message.number)))
        }
      }
    }
    if error == RD_KAFKA_RESP_ERR_NO_ERROR { return true }
    if error == RD_KAFKA_RESP_ERR__QUEUE_FULL { return false }
    throw KafkaProblem(Self.text(error))
  }

  func close() async {
    let isThreadless = life.withLock { life in
      life.isClosing = true
      // Within the lock: the thread destroys the queue once it knows.
      if !life.isThreadless { rd_kafka_queue_yield(handles.queue) }
      return life.isThreadless
    }
    guard !isThreadless else { return Self.destroy(handles) }
    await ended.wait(until: clock.monotonic.advanced(by: Self.closeMax), clock)
  }

  // MARK: The thread

  private func poll() {
    while !life.withLock(\.isClosing) { pollOnce() }
    rd_kafka_purge(handles.kafka, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
    let end = clock.monotonic.advanced(by: Self.closeMax)
    while rd_kafka_outq_len(handles.kafka) > 0, clock.monotonic < end { pollOnce() }
    // Everything is told; what follows may wait for names to be resolved.
    ended.wake()
    Self.destroy(handles)
  }

  private func pollOnce() {
    guard let event = rd_kafka_queue_poll(handles.queue, Self.pollMilliseconds) else { return }
    defer { rd_kafka_event_destroy(event) }
    switch rd_kafka_event_type(event) {
    case RD_KAFKA_EVENT_DR: tellDeliveries(event)
    case RD_KAFKA_EVENT_ERROR: tellTrouble(event)
    case RD_KAFKA_EVENT_LOG: tellLog(event)
    default: break
    }
  }

  private func tellDeliveries(_ event: OpaquePointer) {
    var deliveries: [DeliveryMailbox.Delivery] = []
    while let message = rd_kafka_event_message_next(event)?.pointee {
      let number = Int64(Int(bitPattern: message._private))
      deliveries.append(
        DeliveryMailbox.Delivery(
          number: number,
          failure: message.err == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : Self.text(message.err)))
    }
    mailbox.put(deliveries)
  }

  private func tellTrouble(_ event: OpaquePointer) {
    let text = rd_kafka_event_error_string(event).map { String(cString: $0) } ?? ""
    let isTold = lastTrouble.withLock { last in
      let now = clock.monotonic
      if let last, last.duration(to: now) < Self.quietFor { return false }
      last = now
      return true
    }
    if isTold { logger.warning("trouble with Kafka", metadata: ["problem": "\(text)"]) }
  }

  private func tellLog(_ event: OpaquePointer) {
    var facility: UnsafePointer<CChar>?
    var text: UnsafePointer<CChar>?
    var level: Int32 = 0
    guard rd_kafka_event_log(event, &facility, &text, &level) == 0, let text else { return }
    logger.debug("librdkafka", metadata: ["message": "\(String(cString: text))"])
  }

  private static func text(_ error: rd_kafka_resp_err_t) -> String {
    rd_kafka_err2str(error).map { String(cString: $0) } ?? "\(error.rawValue)"
  }
}

extension String {
  fileprivate func withBytes<Result>(
    _ body: (UnsafeRawPointer?, Int) -> Result
  ) -> Result {
    var text = self
    return text.withUTF8 { body(UnsafeRawPointer($0.baseAddress), $0.count) }
  }
}
