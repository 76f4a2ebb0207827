private import Dispatch
private import Foundation
private import Synchronization

/// Lets work clean up before SIGINT, SIGTERM or SIGHUP end the process.
final class Interruption: Sendable {
  private static let signals = [SIGINT, SIGTERM, SIGHUP]
  /// So long the cleaning up may take: work that waits for something else must not keep the process.
  private static let graceMilliseconds = 1000

  private let caught = Mutex<Int32?>(nil)

  /// Runs work, whose task is cancelled by a signal. Once it is through, the process ends by that
  /// signal, so that its parent sees what happened.
  static func cleaningUp<Output: Sendable>(
    _ work: @escaping @Sendable () async -> Output
  ) async -> Output {
    let interruption = Interruption()
    let task = Task { await work() }
    // What is ignored (nohup) stays so.
    let watches = signals.filter { !isIgnored($0) }.map { number in
      interruption.watch(number) { task.cancel() }
    }
    let output = await task.value
    for watch in watches { watch.cancel() }
    if let number = interruption.caught.withLock({ $0 }) { die(of: number) }
    for number in signals where !isIgnored(number) { signal(number, SIG_DFL) }
    return output
  }

  private func watch(
    _ number: Int32, _ cancel: @escaping @Sendable () -> Void
  ) -> any DispatchSourceSignal {
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
    source.setEventHandler { [self] in
      let isFirst = caught.withLock { caught in
        defer { caught = number }
        return caught == nil
      }
      // Who asks twice does not want to wait.
      guard isFirst else { Self.die(of: number) }
      cancel()
      DispatchQueue.global().asyncAfter(
        deadline: .now() + .milliseconds(Self.graceMilliseconds)
      ) { Self.die(of: number) }
    }
    source.activate()
    return source
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    sigaction(number, nil, &action)
    #if os(Linux)
      let handler = action.__sigaction_handler.sa_handler
    #else
      let handler = action.__sigaction_u.__sa_handler
    #endif
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  private static func die(of number: Int32) -> Never {
    signal(number, SIG_DFL)
    var only = sigset_t()
    sigemptyset(&only)
    sigaddset(&only, number)
    pthread_sigmask(SIG_UNBLOCK, &only, nil)
    kill(getpid(), number)
    // As a shell says it of a process that a signal ended.
    Foundation.exit(128 + number)
  }
}
