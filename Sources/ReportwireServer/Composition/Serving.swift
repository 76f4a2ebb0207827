internal import ReportCore
internal import ServiceLifecycle

/// Listeners and engine. They stop at the same time, so that calls and runs share the drain time,
/// and those who watch a report hear of its end; then the audit ends, then what hands it on, and the store is
/// closed.
struct Serving: Service {
  let doors: Doors
  let engine: ReportEngine
  /// Writes what the audit is not told by calls themselves, until cancelled.
  let audit: @Sendable () async -> Void
  /// Hands the audit on, until cancelled, and what is left then for a bounded time.
  let forward: @Sendable () async -> Void
  let store: any ReportStore

  func run() async throws {
    let auditing = Task { await audit() }
    let forwarding = Task { await forward() }
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await doors.run() }
        group.addTask { await runEngine() }
        while try await group.next() != nil {}
      }
    } catch {
      await end(auditing)
      await end(forwarding)
      try? await store.close()
      throw error
    }
    await end(auditing)
    await end(forwarding)
    try await store.close()
  }

  /// What the audit has not told yet it tells when no call comes any more; the last of it is handed on.
  private func end(_ task: Task<Void, Never>) async {
    task.cancel()
    await task.value
  }

  private func runEngine() async {
    let running = Task { await engine.run() }
    // Ends with a graceful stop, and with cancellation too.
    try? await gracefulShutdown()
    running.cancel()
    await running.value
  }
}
