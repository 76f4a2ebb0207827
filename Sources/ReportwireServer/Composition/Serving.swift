internal import ReportCore
internal import ServiceLifecycle

/// Listeners and engine. They stop at the same time, so that calls and runs share the drain time,
/// and those who watch a report hear of its end; the store is closed when both are done with it.
struct Serving: Service {
  let doors: Doors
  let engine: ReportEngine
  let store: any ReportStore

  func run() async throws {
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await doors.run() }
        group.addTask { await runEngine() }
        while try await group.next() != nil {}
      }
    } catch {
      try? await store.close()
      throw error
    }
    try await store.close()
  }

  private func runEngine() async {
    let running = Task { await engine.run() }
    // Ends with a graceful stop, and with cancellation too.
    try? await gracefulShutdown()
    running.cancel()
    await running.value
  }
}
