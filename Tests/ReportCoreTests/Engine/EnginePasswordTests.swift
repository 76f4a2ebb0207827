import ReportwireTestKit
import Testing

@testable import ReportCore

@Suite("ReportEngine: passwords of files", .timeLimit(.minutes(5)))
struct EnginePasswordTests {
  private static let zip = ReportFormat(rawValue: "csv.zip")
  private static let options: OptionObject = [
    "format_options": .object(["csv.zip": .object(["encrypted": .bool(true)])])
  ]

  private func bench(
    _ steps: [ScriptedSource.Step] = [.rows(1)], configuration: EngineConfiguration = .init(),
    vault: PasswordVault = PasswordVault(), store: InMemoryReportStore? = nil
  ) -> EngineBench {
    EngineBench(
      steps, configuration: configuration,
      renderers: [LineRenderer(), LineRenderer(Self.zip, takesPassword: true)], store: store,
      vault: vault)
  }

  /// A report of which the engine has the password.
  private func create(_ bench: EngineBench, _ number: Int = 1) async throws -> Report {
    let report = TestReports.report(
      number, options: Self.options, formats: [Self.zip], createdAt: bench.clock.now)
    let passwords = FilePasswords([Self.zip: try #require(FilePassword("seven b"))])
    #expect(try bench.vault.keep(passwords, of: report))
    _ = try await bench.store.create(report, idempotency: nil)
    bench.engine.wake()
    return report
  }

  @Test func `A file is locked with the password of its report, which is forgotten then`()
    async throws
  {
    try await bench().running { bench in
      let report = try await create(bench)
      #expect(await bench.end(of: report)?.state == .finished)
      #expect(bench.texts["csv.zip-1.csv.zip"]?.hasPrefix("locked by 7 bytes\n") == true)
      await bench.waitUntilNothingRuns()
      #expect(bench.vault.reports.isEmpty)
    }
  }

  @Test func `A report whose password is gone fails and says what to do`() async throws {
    try await bench().running { bench in
      let report = try await bench.create(formats: [Self.zip], options: Self.options)
      let ended = try #require(await bench.end(of: report))
      #expect(ended.state == .failure)
      #expect(ended.failure?.code == .workerLost)
      #expect(ended.failure?.message.contains("Create the report again, with its password") == true)
      #expect(bench.texts.isEmpty)
    }
  }

  @Test func `A second attempt in the same process still has it`() async throws {
    let configuration = EngineConfiguration(isOnlyWorker: true)
    let bench = bench(configuration: configuration)
    let report = try await create(bench)
    _ = try await bench.store.claimNext(
      worker: "worker-9", at: bench.clock.now, leaseFor: .seconds(1000), runningPerDomainMax: 9)
    try await bench.running { bench in
      let ended = try #require(await bench.end(of: report))
      #expect(ended.attempts == 2)
      #expect(ended.state == .finished)
    }
  }

  @Test func `What ends before it runs, or fails, leaves no password`() async throws {
    let bench = bench(configuration: EngineConfiguration(parallelRuns: 1, sweepSeconds: 60))
    let canceled = try await create(bench, 1)
    let asked = try await bench.store.requestCancel(
      canceled.reportID, in: canceled.domainID, at: bench.clock.now)
    bench.engine.cancelRequested(try #require(asked))
    #expect(bench.vault.reports.isEmpty)

    let removed = try await create(bench, 2)
    _ = try await bench.engine.remove([removed.key])
    #expect(bench.vault.reports.isEmpty)

    // Of which this engine has heard nothing.
    let elsewhere = try await create(bench, 3)
    _ = try await bench.store.requestCancel(
      elsewhere.reportID, in: elsewhere.domainID, at: bench.clock.now)
    let never = TestReports.report(4, createdAt: bench.clock.now)
    let passwords = FilePasswords([Self.zip: try #require(FilePassword("x"))])
    #expect(try bench.vault.keep(passwords, of: never))
    #expect(bench.vault.reports.count == 2)
    try await bench.running { bench in
      // One that the store does not know may be about to be created: it is looked for once more.
      await bench.waitUntil { bench.vault.reports.count == 1 }
      #expect(bench.vault.reports.map(\.reportID.text) == [never.reportID])
      await bench.waitUntil {
        bench.clock.advance(by: .seconds(60))
        return bench.vault.reports.isEmpty
      }
      #expect(bench.vault.reports.isEmpty)
      bench.source.script([.fail(ReportFailure(.queryError, "no"))])
      let failed = try await create(bench, 5)
      #expect(await bench.end(of: failed)?.state == .failure)
      await bench.waitUntilNothingRuns()
      #expect(bench.vault.reports.isEmpty)
    }
  }
}
