import ReportwireTestKit
import Testing

@testable import ReportCore

@Suite("Reading reports", .timeLimit(.minutes(5)))
struct ReadReportsTests {
  private static let newest = ListQuery.Sort(
    field: FieldReference(path: ["created_at"], kind: .instant), isDescending: true)

  /// One more than fits an answer, so that too many are noticed, and never more, whatever the caller
  /// asks for: they would all be read first.
  @Test(
    "rows are bounded whatever the page says",
    arguments: [(nil, 6), (0, 0), (1, 1), (5, 5), (6, 6), (7, 6), (.max, 6)] as [(Int?, Int)])
  func limit(limit: Int?, rows: Int) throws {
    let limits = UseCaseLimits(listRowsMax: 5)
    let query = try limits.query(
      .all([]), .init(conditions: [], sort: Self.newest, offset: -1, limit: limit))
    #expect(query.limit == rows)
    #expect(query.offset == 0)
  }

  @Test("A list is of the caller's domain, whatever its conditions say")
  func domain() async throws {
    let bench = UseCaseBench()
    try await bench.create()
    let any = Predicate.any([
      .equals(FieldReference(path: ["domain_id"], kind: .text), .string("domain-a")), .all([]),
    ])
    for (domain, count) in [("domain-a", 1), ("domain-b", 0)] {
      let shown = ListCollector<ReportView>()
      let size = try await ReadReports(bench.ports).visit(
        .init(conditions: [any], sort: Self.newest), for: bench.caller(domain), shown)
      #expect(size.totalCount == count)
      #expect(shown.entities.count == count)
    }
  }

  @Test(
    "What is looked for holds no NUL",
    arguments: [
      .equals(FieldReference(path: ["name"], kind: .text), .string("\0")),
      .not(.contains(FieldReference(path: ["name"], kind: .text), "a\0")),
      .any([.matches(FieldReference(path: ["name"], kind: .text), pattern: "\0")]),
      .hasElement(
        FieldReference(path: ["template_options", "x"], kind: .dynamic), ["a": .string("\0")]),
      .compares(
        FieldReference(path: ["template_options", "x"], kind: .dynamic), .less,
        .list([.string("\0")])),
      .exists(FieldReference(path: ["template_options", "\0"], kind: .dynamic)),
    ] as [Predicate])
  func nul(condition: Predicate) async throws {
    let bench = UseCaseBench()
    let error = await #expect(throws: UseCaseError.self) {
      try await ReadReports(bench.ports).visit(
        .init(conditions: [condition], sort: Self.newest), for: bench.caller(),
        ListCollector<ReportView>())
    }
    #expect(error?.code == .invalid)
    #expect(error?.message.contains("NUL") == true)
  }

  @Test("What a store throws is told by what it means for the caller")
  func storeErrors() {
    for (code, expected) in [
      (StoreError.Code.unavailable, UseCaseError.Code.unavailable), (.full, .unavailable),
      (.closed, .unavailable), (.unsupported, .invalid), (.corrupt, .unexpected),
    ] {
      let error = UseCaseError(StoreError(code, "/srv/store.sqlite") as any Error)
      #expect(error.code == expected)
      #expect(code == .unsupported || !error.message.contains("/srv"))
    }
    #expect(UseCaseError(CancellationError()).code == .cancelled)
    #expect(UseCaseError(ArtifactGone()).code == .unexpected)
  }
}

/// Knows of one snapshot that is newer than what the store has.
private struct AheadEngine: ReportRunning {
  let snapshot: Report

  func wake() {}
  func cancelRequested(_ report: Report) {}

  func newest(_ report: Report) -> Report { snapshot }

  func updates(of report: Report) -> AsyncStream<Report> {
    // Does not end: whoever wants the newest alone must not wait for more.
    AsyncStream { $0.yield(snapshot) }
  }
}

@Suite("Reports that run are shown as they are now", .timeLimit(.minutes(5)))
struct NewestProgressTests {
  @Test("The progress is that of the run, not of its last heartbeat, and of no other run")
  func progress() async throws {
    let bench = UseCaseBench()
    let id = try await bench.create().report.reportID
    let claimed = try #require(
      try await bench.store.claimNext(
        worker: "w", at: FakeClock.start, leaseFor: .seconds(30), runningPerDomainMax: 9))
    var snapshot = claimed
    snapshot.progress = Progress(rows: 7, bytes: 70)
    // What the store knows better stays.
    snapshot.name = "older"
    for (token, rows) in [(claimed.lastFencingToken, 7), (claimed.lastFencingToken + 1, 0)] {
      snapshot.lastFencingToken = token
      var ports = bench.ports
      ports.engine = AheadEngine(snapshot: snapshot)
      let report = try await ReadReports(ports).inspection(of: id, for: bench.caller()).view.report
      #expect(report.progress.rows == Int64(rows))
      #expect(report.name == "costs")
    }
  }
}
