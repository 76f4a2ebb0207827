/// Lines of the audit that wait for another system, such as Kafka, until that has them.
///
/// What waits is written by the transaction that keeps the line itself, where the store was made with
/// `OutboxRules`: nobody waits for the other system, and nothing is lost while it is away. One process at a
/// time hands on what waits, in its order; it removes a message once the other system has it. What was sent
/// and not removed is sent again, under the same event id.
///
/// Errors are `StoreError`.
package protocol AuditOutbox: Sendable {
  /// Has one process hand on what waits, until the time is over; asked again, it moves the end.
  ///
  /// - Parameters:
  ///   - owner: names the process; unique among those on the store.
  ///   - takingOver: nobody else works on the store, so whoever held it before is gone.
  /// - Returns: false while another process has it.
  func holdOutbox(by owner: String, leaseFor: Duration, takingOver: Bool) async throws -> Bool

  /// Lets others have it at once; nothing where this process does not have it.
  func releaseOutbox(by owner: String) async throws

  /// What waits, in the order that it was put in.
  ///
  /// - Parameters:
  ///   - number: of the last message that the caller knows; 0: none.
  ///   - countMax: at once. A message has `AuditMessage.bytesMax` bytes at most.
  func waitingMessages(after number: Int64, countMax: Int) async throws -> [OutboxMessage]

  /// Takes out what the other system has; numbers that are not there are passed over.
  func removeMessages(_ numbers: [Int64]) async throws

  /// How much waits. Costs the same however much that is.
  func outboxStatus() async throws -> OutboxStatus
}

/// Which lines of the audit are put into a store's outbox, and how many may wait there.
package struct OutboxRules: Hashable, Sendable {
  /// Which lines.
  package enum Selection: String, CaseIterable, Sendable {
    /// Every one, and what becomes of a download that goes on.
    case all
    /// Downloads whose callers asked for an event, one each.
    case auditable
  }

  package var selection: Selection
  /// So many messages wait at most. What does not fit is counted, and told of by a message of its own once
  /// there is room again.
  package var messagesMax: Int64

  package init(selection: Selection = .all, messagesMax: Int64) {
    self.selection = selection
    self.messagesMax = messagesMax
  }

  /// Whether a line becomes a message.
  ///
  /// - Parameter revision: how often the line was brought up to date.
  package func wants(_ event: AuditEvent, revision: Int64) -> Bool {
    switch selection {
    case .all: true
    case .auditable: event.isAuditable && revision == 0
    }
  }
}

/// A message that waits.
package struct OutboxMessage: Hashable, Sendable {
  /// Its place in the order; grows from message to message, and none is used twice.
  package let number: Int64
  package let message: AuditMessage

  package init(number: Int64, message: AuditMessage) {
    self.number = number
    self.message = message
  }
}

/// How much waits in an outbox.
package struct OutboxStatus: Hashable, Sendable {
  package var waiting: Int64
  /// When what the oldest of them tells of began; nil if none waits.
  package var oldestAt: Instant?
  /// Messages that found no room, since the store was made.
  package var dropped: Int64

  package init(waiting: Int64, oldestAt: Instant?, dropped: Int64) {
    self.waiting = waiting
    self.oldestAt = oldestAt
    self.dropped = dropped
  }
}
