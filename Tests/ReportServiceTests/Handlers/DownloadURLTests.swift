import ProtobufWire
import RPCCore
import ReportAPI
import ReportCore
import ReportwireTestKit
import Testing

@Suite("Report.get_download_url of a report that has not ended", .timeLimit(.minutes(5)))
struct DownloadURLTests {
  /// A report that runs, and a call that waits for it.
  private func waiting(
    wait: Duration = .seconds(25), timeout: Duration? = nil
  ) async throws -> (ServiceHarness, Report, Task<ReportDownloadInfo, any Error>) {
    let harness = try ServiceHarness(limits: UseCaseLimits(downloadURLWait: wait))
    harness.engine.goLive()
    let info = try await harness.create()
    let running = try await harness.claimNext()
    let request = GetDownloadURLRequest(domainID: "domain-a", reportID: info.reportID)
    let call = Task {
      try await harness.channel.call(
        ReportMethods.getDownloadURL, request, options: CallOptions(timeout: timeout))
    }
    await harness.engine.watched.wait()
    return (harness, running, call)
  }

  @Test("waits for it and gives the URL as soon as it is finished")
  func waits() async throws {
    let (harness, running, call) = try await waiting()
    var progress = running
    progress.progress = Progress(rows: 1, bytes: 1)
    harness.engine.publish(progress)
    harness.engine.publish(try await harness.finish(running))
    #expect(try await call.value.downloadURL == "test:\(running.reportID)/csv")
    await harness.engine.left.wait()
  }

  @Test("answers at once when it ends in another way, naming the state")
  func fails() async throws {
    let (harness, running, call) = try await waiting()
    var failed = running
    failed.state = .failure
    harness.engine.publish(failed)
    let error = await #expect(throws: RPCError.self) { try await call.value }
    #expect(error?.code == .failedPrecondition)
    #expect(error?.reason == "ERROR_REPORT_NOT_FINISHED")
    #expect(error?.message.contains("FAILURE") == true)
  }

  @Test("says that it is not finished when the time is over, with the newest state")
  func givesUp() async throws {
    let (harness, running, call) = try await waiting(wait: .seconds(7))
    harness.patience.end()
    let error = await #expect(throws: RPCError.self) { try await call.value }
    #expect(error?.reason == "ERROR_REPORT_NOT_FINISHED")
    #expect(error?.message.contains(running.reportID) == true)
    #expect(error?.message.contains("IN_PROGRESS") == true)
    #expect(harness.patience.asked == [.seconds(7)])
    await harness.engine.left.wait()
  }

  @Test("may be tried again when the server stops while it is waited for")
  func serverStops() async throws {
    let (harness, _, call) = try await waiting()
    harness.engine.stop()
    let error = await #expect(throws: RPCError.self) { try await call.value }
    #expect(error?.code == .unavailable)
    // SpaceONE's clients try again unless there is one.
    #expect(error?.reason.isEmpty == true)
  }

  @Test("is not found any more when it is removed while it is waited for")
  func removed() async throws {
    let (harness, running, call) = try await waiting()
    _ = try await harness.finish(running)
    _ = try await harness.store.delete([running.key], sparingPinned: false)
    harness.engine.stop()
    await #expect(throws: RPCError.notFound("report_id", running.reportID)) { try await call.value }
  }

  @Test("waits no longer than the caller, who still gets the answer")
  func deadline() async throws {
    let (harness, _, call) = try await waiting(timeout: .seconds(10))
    harness.patience.end()
    let error = await #expect(throws: RPCError.self) { try await call.value }
    #expect(error?.reason == "ERROR_REPORT_NOT_FINISHED")
    let asked = try #require(harness.patience.asked.first)
    #expect(asked <= .milliseconds(9500) && asked > .seconds(1))
  }

  @Test("stops waiting when the caller leaves")
  func callerLeaves() async throws {
    let (harness, _, call) = try await waiting()
    call.cancel()
    await #expect(throws: RPCError.callerGone) { try await call.value }
    await harness.engine.left.wait()
  }

  @Test("does not wait where the setting says so, nor for a caller whose time is over")
  func noWait() async throws {
    for (wait, timeout) in [(.zero, nil), (.seconds(25), .seconds(-1))] as [(Duration, Duration?)] {
      let harness = try ServiceHarness(limits: UseCaseLimits(downloadURLWait: wait))
      harness.engine.goLive()
      let info = try await harness.create()
      let error = await #expect(throws: RPCError.self) {
        try await harness.channel.call(
          ReportMethods.getDownloadURL,
          GetDownloadURLRequest(domainID: "domain-a", reportID: info.reportID),
          options: CallOptions(timeout: timeout))
      }
      #expect(error?.message.contains("CREATED") == true)
      #expect(harness.patience.asked.isEmpty && !harness.engine.watched.isOpen)
    }
  }
}
