import NIOPosix
import ProtobufWire
import RESTGateway
import RPCCore
import RPCServing
import ReportAPI
import ReportwireTestKit
import Synchronization

/// Handlers of real methods that do what a test asks of them by the id of a report.
final class RESTService: Sendable {
  /// A handler that waits has begun.
  let began = Signal()
  /// A handler that waits was cancelled.
  let cancelled = Signal()
  /// A streaming handler sent a message.
  let sent = Signal()
  /// Whether a create or a list was decoded on an event loop.
  let areOnLoop = Mutex<[Bool]>([])
  /// Whether a get was asked within a task.
  let areInTask = Mutex<[Bool]>([])
  /// What was created, and what came with it.
  let created = Mutex<[(CreateReportRequest, CallContext)]>([])

  var router: Router {
    var router = Router(files: [])
    router.register(
      ReportMethods.create,
      now: { [self] request, context in
        created.withLock { $0.append((request, context)) }
        areOnLoop.withLock { $0.append(MultiThreadedEventLoopGroup.currentEventLoop != nil) }
        return .message(
          ReportInfo(
            domainID: request.domainID, reportID: "report-1", templateID: request.templateID,
            templateOptions: request.templateOptions))
      }, later: { _, _ in ReportInfo() })
    router.register(
      ReportMethods.get,
      now: { [self] request, _ in
        let isInTask = withUnsafeCurrentTask { $0 != nil }
        areInTask.withLock { $0.append(isInTask) }
        switch request.reportID {
        case "nobody": throw RPCError.notFound("report_id", request.reportID)
        case let id where id.hasPrefix("ready"):
          let text = String(repeating: "x", count: request.only.first.flatMap { Int($0) } ?? 0)
          return .message(ReportInfo(reportID: id, createdBy: text))
        default: return nil
        }
      }
    ) { [self] request, context in
      switch request.reportID {
      case "hang": try await wait()
      case "stranger": throw RPCError.notFound("report_id", request.reportID)
      case "long": return ReportInfo(reportID: String(repeating: "x", count: 100_000))
      default: break
      }
      return ReportInfo(
        domainID: request.domainID, reportID: request.reportID,
        createdBy: request.only.joined(separator: " "))
    }
    router.register(
      ReportMethods.list,
      now: { [self] request, _ in
        areOnLoop.withLock { $0.append(MultiThreadedEventLoopGroup.currentEventLoop != nil) }
        return .message(
          ReportsInfo(
            results: [ReportInfo(reportID: request.reportID, state: request.state)],
            totalCount: Int32(request.query?.page?.limit ?? 0)))
      }, later: { _, _ in ReportsInfo() })
    router.register(ReportMethods.getDownloadURL) { request, _ in
      ReportDownloadInfo(downloadURL: request.reportID)
    }
    router.register(ReportControlMethods.delete) { _, _ in Empty() }
    router.register(
      ReportControlMethods.watch,
      streaming: { [self] request, _, stream in
        switch request.reportID {
        case "stranger": throw RPCError.notFound("report_id", request.reportID)
        case "hang":
          try await stream.send(ReportProgress(reportID: "hang"))
          try await wait()
        case "silent": try await wait()
        case "flood":
          do {
            while true {
              try await stream.send(ReportProgress(reportID: String(repeating: "x", count: 10_000)))
              sent.fire()
            }
          } catch {
            cancelled.fire()
            throw error
          }
        default:
          for rows in 1...3 {
            try await stream.send(ReportProgress(reportID: request.reportID, rows: Int64(rows)))
          }
          if request.reportID == "broken" { throw RPCError.permissionDenied }
        }
      })
    return router
  }

  private func wait() async throws {
    began.fire()
    await Signal().wait()
    cancelled.fire()
    throw CancellationError()
  }

  /// A server of these handlers.
  func gateway(_ change: (inout ServingLimits) -> Void = { _ in }) -> Gateway {
    var limits = ServingLimits()
    change(&limits)
    var gateway = Gateway()
    gateway.calls = CallServing(router: router, limits: limits)
    gateway.documents = APIDocuments(
      router, comments: ["spaceone.api.report.v1.Report.list": "A <comment> & `code`."],
      version: "1.2.3")
    return gateway
  }
}
