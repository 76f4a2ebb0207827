internal import ServiceLifecycle
internal import UnixSignals

/// Reads the templates again with every SIGHUP.
struct TemplateReloader: Service {
  let reload: @Sendable () async -> Void

  func run() async throws {
    let signals = await UnixSignalsSequence(trapping: .sighup)
    for await _ in signals.cancelOnGracefulShutdown() {
      await reload()
    }
  }
}
