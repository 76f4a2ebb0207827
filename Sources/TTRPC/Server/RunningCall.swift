import NIOCore
import RPCCore

/// A call whose handler runs in a task.
struct RunningCall {
  /// A `send` that waits for room.
  struct Waiter {
    let ticket: Suspension<Void>
    let body: ResponseBody
  }

  /// The handler.
  let task: Task<Void, Never>
  /// Ends the call when the caller's time is over.
  var timer: Scheduled<Void>?
  /// How much of its stream the socket has not taken yet, in bytes.
  var unsentBytes = 0
  /// In the order of the sends.
  var waiters: [Waiter] = []

  /// Stops the handler; what waits is told why.
  mutating func cancel(_ reason: RPCError) {
    task.cancel()
    timer?.cancel()
    let waiting = waiters
    waiters = []
    for waiter in waiting { waiter.ticket.resume(.failure(reason)) }
  }
}
