import RPCCore
import ReportAPI
import ReportwireClient
import ReportwireTestKit
import Testing

@Suite("Following reports", .timeLimit(.minutes(5)))
struct WatchTests {
  private func withClient(
    clock: any ClientClock = SystemClientClock(),
    _ body: (TestBackend, ReportwireClient) async throws -> Void
  ) async throws {
    let backend = TestBackend()
    let client = ReportwireClient(
      .init(address: try await backend.start()), clock: clock, random: { 0.5 })
    try await body(backend, client)
    await client.close()
    await backend.stop()
  }

  @Test("a watch yields every change and ends")
  func watches() async throws {
    try await withClient { _, client in
      var states: [ReportInfo.State] = []
      for try await change in try await client.reportControl.watch(
        WatchReportRequest(domainID: "d", reportID: "r"))
      {
        states.append(change.state)
      }
      #expect(states == [.inProgress, .finished])
    }
  }

  @Test("leaving a watch tells the server so, although ttrpc has no word for it")
  func leaves() async throws {
    try await withClient { backend, client in
      for try await _ in try await client.reportControl.watch(
        WatchReportRequest(domainID: "d", reportID: "slow"))
      { break }
      await backend.watchCancelled.wait()
    }
  }

  @Test("cancelling the task that watches tells the server so")
  func cancels() async throws {
    try await withClient { backend, client in
      let watch = Task {
        try await client.reportControl.waitUntilEnded(
          WatchReportRequest(domainID: "d", reportID: "slow"))
      }
      await backend.createBegan.wait()
      watch.cancel()
      await backend.watchCancelled.wait()
      let result = await watch.result
      #expect(throws: RPCError.callerGone) { try result.get() }
    }
  }

  @Test("waiting goes on over a restart of the server")
  func waitsOverRestart() async throws {
    try await withClient { backend, client in
      let wait = Task {
        var rows: [Int64] = []
        let end = try await client.reportControl.waitUntilEnded(
          WatchReportRequest(domainID: "d", reportID: "slow")
        ) { rows.append($0.rows) }
        return (end.state, rows)
      }
      await backend.createBegan.wait()
      await backend.stop()
      try await backend.start()
      let (state, rows) = try await wait.value
      #expect(state == .finished)
      #expect(rows == [1, 2, 2])
    }
  }

  @Test("waiting ends when the server tells nothing, again and again")
  func neverEnds() async throws {
    let clock = ManualClock()
    try await withClient(clock: clock) { _, client in
      let error = await #expect(throws: RPCError.self) {
        try await client.reportControl.waitUntilEnded(
          WatchReportRequest(domainID: "d", reportID: "silent"))
      }
      #expect(error?.reason == "ERROR_WATCH_ENDED")
      #expect(clock.sleeps.count == 7)
    }
  }

  @Test("the timeout is for the whole wait")
  func timeout() async throws {
    try await withClient { _, client in
      await #expect(throws: RPCError.requestTimeout) {
        try await client.reportControl.waitUntilEnded(
          WatchReportRequest(domainID: "d", reportID: "slow"),
          options: CallOptions(timeout: .milliseconds(50)))
      }
    }
  }
}
