internal import ReportCore

/// Which of the messages that wait may be on their way: of one key the next only once the one before it is
/// acknowledged, so that whatever fails, nothing of a report comes before what was to come first. Messages
/// without a key are in no order. Without clock, store or Kafka.
struct OutboxWindow {
  private let messagesMax: Int
  private var ready = Queue<OutboxMessage>()
  /// Of each key that has a message that is ready or on its way: those that wait for it.
  private var lanes: [ExactText: Queue<OutboxMessage>] = [:]
  private var onTheWay: [Int64: ExactText] = [:]
  /// In any of these places.
  private(set) var count = 0
  /// Of the newest message that was put in; 0: none was.
  private(set) var lastNumber: Int64 = 0

  /// - Parameter messagesMax: are in memory at most.
  init(messagesMax: Int) {
    self.messagesMax = messagesMax
  }

  var room: Int { messagesMax - count }
  /// Messages that were handed over and are not acknowledged.
  var onTheWayCount: Int { onTheWay.count }

  /// Puts in what waits.
  ///
  /// - Parameter messages: in their order, newer than all before; not more than there is room for.
  mutating func add(_ messages: [OutboxMessage]) {
    for message in messages {
      lastNumber = message.number
      count += 1
      let key = message.message.key
      if !key.text.isEmpty, lanes[key] != nil {
        lanes[key]?.append(message)
      } else {
        if !key.text.isEmpty { lanes[key] = Queue() }
        ready.append(message)
      }
    }
  }

  /// A message to be handed over now; nil if there is none.
  mutating func next() -> OutboxMessage? {
    guard let message = ready.popFirst() else { return nil }
    onTheWay[message.number] = message.message.key
    return message
  }

  /// A message of `next` could not be handed over: it comes again, behind others of other keys.
  mutating func putBack(_ message: OutboxMessage) {
    guard onTheWay.removeValue(forKey: message.number) != nil else { return }
    ready.append(message)
  }

  /// A message failed: it is not on its way any more, and what waits for it goes on waiting.
  mutating func failed(_ number: Int64) {
    onTheWay[number] = nil
  }

  /// A message has arrived. Numbers that are not on their way are passed over.
  mutating func acknowledged(_ number: Int64) {
    guard let key = onTheWay.removeValue(forKey: number) else { return }
    count -= 1
    guard !key.text.isEmpty else { return }
    if let next = lanes[key]?.popFirst() {
      ready.append(next)
    } else {
      lanes[key] = nil
    }
  }
}
