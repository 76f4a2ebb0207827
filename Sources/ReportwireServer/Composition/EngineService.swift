internal import Logging
internal import ReportCore
internal import ServiceLifecycle

/// Runs the reports until the server stops; then hands those under way back, and closes the store.
/// It is the first service of the group and so the last to stop: calls that end during the drain
/// still have a store.
struct EngineService: Service {
  let engine: ReportEngine
  let store: any ReportStore
  let logger: Logger

  func run() async throws {
    let running = Task { try await engine.run() }
    try? await gracefulShutdown()
    running.cancel()
    _ = await running.result
    try await store.close()
  }
}
