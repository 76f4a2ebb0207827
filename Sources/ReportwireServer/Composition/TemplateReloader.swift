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

/// Looks again and again at the sources that could not be read.
struct SourceWatch: Service {
  let catalog: LoadedCatalog

  func run() async {
    await cancelWhenGracefulShutdown { await catalog.keepChecking() }
  }
}
