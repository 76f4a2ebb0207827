import NIOPosix
import ProtobufWire
import RPCCore
import ReportAPI
import ReportwireClient
import ReportwireTestKit
import Synchronization
import TTRPC

/// A server whose handlers tell what they saw, and which can be stopped and started again at the
/// same address.
final class TestBackend: Sendable {
  private struct State {
    var server: TTRPCServer?
    var creates: [Metadata] = []
    var gets = 0
    var watches = 0
  }

  /// Opened when a streaming handler was cancelled.
  let watchCancelled = Gate()
  /// A create waits for this, if `holdsCreates`.
  let createBegan = Gate()
  private let holdsFirst: Bool
  /// Nobody else gets it while the server is stopped.
  private let port = Result { try ReservedPort() }
  private let state = Mutex(State())

  /// - Parameter holdsFirst: the first `get` and the first `create` never answer.
  init(holdsFirst: Bool = false) {
    self.holdsFirst = holdsFirst
  }

  /// The metadata of every create that came.
  var creates: [Metadata] { state.withLock { $0.creates } }
  var gets: Int { state.withLock { $0.gets } }

  @discardableResult
  func start() async throws -> TTRPCAddress {
    let server = TTRPCServer(router: router())
    let bound = try await server.start(host: "127.0.0.1", port: port.get().number)
    state.withLock { $0.server = server }
    return bound
  }

  func stop() async {
    let server = state.withLock { state in
      defer { state.server = nil }
      return state.server
    }
    await server?.shutdown(drain: .zero)
  }

  private func router() -> Router {
    var router = Router()
    router.register(ReportMethods.get) { [self] request, context in
      let count = state.withLock { state in
        state.gets += 1
        return state.gets
      }
      if holdsFirst, count == 1 { try await Self.hang(createBegan) }
      if request.reportID == "gone" { throw RPCError.notFound("report_id", "gone") }
      return ReportInfo(
        domainID: request.domainID, reportID: request.reportID,
        createdBy: context.metadata[Metadata.userID] ?? "")
    }
    router.register(ReportMethods.create) { [self] request, context in
      let count = state.withLock { state in
        state.creates.append(context.metadata)
        return state.creates.count
      }
      if holdsFirst, count == 1 { try await Self.hang(createBegan) }
      return ReportInfo(reportID: "report-1", templateID: request.templateID)
    }
    router.register(ReportMethods.getDownloadURL) { _, context in
      ReportDownloadInfo(downloadURL: context.metadata[Metadata.format] ?? "default")
    }
    router.register(ServerInfoMethods.getVersion) { _, _ in VersionInfo(version: "1.2.3") }
    router.register(
      ReportControlMethods.watch,
      streaming: { [self] request, _, stream in
        try await watch(request, stream)
      })
    return router
  }

  /// The first watch stays at IN_PROGRESS for ever; the next ones come to an end.
  private func watch(
    _ request: WatchReportRequest, _ stream: ResponseStream<ReportProgress>
  ) async throws {
    let count = state.withLock { state in
      state.watches += 1
      return state.watches
    }
    if request.reportID == "silent" { return }
    let progress = ReportProgress(
      reportID: request.reportID, state: .inProgress, rows: Int64(count))
    try await stream.send(progress)
    if count == 1, request.reportID == "slow" {
      do {
        try await Self.hang(createBegan)
      } catch {
        watchCancelled.open()
        throw error
      }
    }
    var end = progress
    end.state = .finished
    try await stream.send(end)
  }

  private static func hang(_ began: Gate) async throws {
    began.open()
    let never = AsyncStream<Void> { _ in }
    for await _ in never {}
    throw CancellationError()
  }
}
