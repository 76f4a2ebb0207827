internal import ReportCore
private import Synchronization

/// Hands messages to another system, and tells what becomes of each in the mailbox that it was made with.
protocol OutboxProducer: AnyObject, Sendable {
  /// Takes a message. It is acknowledged, or fails, some time later, once.
  ///
  /// - Returns: false if no more are taken until some have been told of.
  /// - Throws: `KafkaProblem` if it never will be taken.
  func send(_ message: OutboxMessage) throws(KafkaProblem) -> Bool

  /// Gives up what is on its way, and ends. What is acknowledged until this returns is told; it takes no
  /// longer than `KafkaProducer.closeMax`, whatever the other side does.
  func close() async
}

/// What a producer has told and nobody has read yet.
final class DeliveryMailbox: Sendable {
  /// What became of a message.
  struct Delivery: Hashable, Sendable {
    var number: Int64
    /// nil: the other system has it.
    var failure: String?
  }

  private let deliveries = Mutex<[Delivery]>([])
  private let signal = WakeSignal()

  func put(_ delivery: [Delivery]) {
    deliveries.withLock { $0 += delivery }
    signal.wake()
  }

  /// Ends a wait though nothing came.
  func wake() { signal.wake() }

  func take() -> [Delivery] {
    deliveries.withLock { deliveries in
      defer { deliveries = [] }
      return deliveries
    }
  }

  /// Returns when something came since the last wait, or at a moment. One task at a time may wait.
  func wait(until moment: MonotonicInstant, _ clock: any EngineClock) async {
    await signal.wait(until: moment, clock)
  }
}

/// Why something cannot be handed to Kafka, for those who look after the server: names no secret.
package struct KafkaProblem: Error, Hashable, Sendable, CustomStringConvertible {
  package var description: String

  package init(_ description: String) {
    self.description = description
  }
}
