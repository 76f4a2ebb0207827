import ReportCore
import ReportwireTestKit
import Testing

@Suite("Previews", .timeLimit(.minutes(5)))
struct PreviewTests {
  private let clock = FakeClock()
  private let store = InMemoryReportStore()
  private let source: ScriptedSource
  /// The limits that were in the way.
  private let reached = Reached()

  init() {
    source = ScriptedSource([.rows(3)])
  }

  private static let template = Template(
    templateID: "template-1", name: "costs", title: "Costs", source: "s", isShared: true,
    sql: "SELECT 1",
    parameters: [TemplateParameter(name: "region", kind: .string, isRequired: true)],
    columns: [TemplateColumn(name: "number", title: "No.")], formats: [.csv])

  private func ports(
    _ limits: PreviewLimits = PreviewLimits(), _ template: Template = PreviewTests.template
  ) -> UseCasePorts {
    UseCasePorts(
      store: store, catalog: FixedCatalog([template], sources: ["s": source]),
      engine: NoEngine(), renderers: [LineRenderer(.csv)], downloadURL: { _, _, _ in "" },
      digest: { _ in "" }, clock: clock, limits: UseCaseLimits(preview: limits),
      limitReached: { [reached] in reached.note($0) })
  }

  private func preview(
    _ ports: UseCasePorts, in domainID: String = "domain-a",
    options: OptionObject = ["region": .string("eu")]
  ) async throws -> PreviewTemplate.Preview {
    try await PreviewTemplate(ports).run(
      .init(templateID: "costs", options: options),
      for: ReportCaller(domainID: domainID, limits: ports.limits))
  }

  @Test("Rows, columns and their kinds are shown, and no report is made")
  func shows() async throws {
    source.script([.rows(2), .row([.null, .blob([1])])])
    let preview = try await preview(ports())
    #expect(preview.columns.map(\.name) == ["number", "text"])
    #expect(preview.columns.map(\.title) == ["No.", "text"])
    #expect(preview.columns.map(\.kinds) == [[.integer], [.text, .blob]])
    #expect(
      preview.rows == [
        [.integer(0), .text("row 0")], [.integer(1), .text("row 1")], [.null, .blob([1])],
      ])
    #expect(preview.cutBy == nil)
    #expect(
      source.queries.map(\.bindings) == [["domain_id": .text("domain-a"), "region": .text("eu")]])
    #expect(try await store.waiting(domainsMax: 10).domains.isEmpty)
  }

  @Test("No more rows and bytes are shown than may be")
  func bounds() async throws {
    source.script([.rows(10)])
    var shown = try await preview(ports(PreviewLimits(rowsMax: 4)))
    #expect(shown.rows.count == 4 && shown.cutBy == .rows)
    shown = try await preview(ports(PreviewLimits(rowsMax: 10)))
    #expect(shown.rows.count == 10 && shown.cutBy == nil)
    source.script([.row([.integer(1), .text(String(repeating: "x", count: 900))]), .rows(2)])
    shown = try await preview(ports(PreviewLimits(bytesMax: 1010)))
    #expect(shown.rows.count == 2 && shown.cutBy == .bytes)
    #expect(reached.names == ["preview_bytes"])
  }

  @Test("What came by the end of the time is shown")
  func time() async throws {
    let begun = Gate()
    source.script([.rows(2), .signal(begun), .hang])
    let ports = ports(PreviewLimits(timeMax: .seconds(7)))
    async let shown = preview(ports)
    await begun.wait()
    await clock.advance(toSleeperAt: FakeClock.monotonicStart.advanced(by: .seconds(7)))
    let preview = try await shown
    #expect(preview.rows.count == 2 && preview.cutBy == .seconds)
    #expect(reached.names == ["preview_seconds"])
  }

  @Test("A caller that leaves takes its preview along")
  func cancelled() async throws {
    let begun = Gate()
    source.script([.signal(begun), .hang])
    let ports = ports()
    let task = Task { try await preview(ports) }
    await begun.wait()
    task.cancel()
    let error = await #expect(throws: UseCaseError.self) { try await task.value }
    #expect(error?.code == .cancelled)
    // Its place is free again.
    source.script([.rows(1)])
    #expect(try await preview(ports).rows.count == 1)
  }

  @Test("A domain has half of the places, and who waits too long is told")
  func places() async throws {
    let begun = Gate()
    let ports = ports(PreviewLimits(timeMax: .seconds(7), parallelMax: 2))
    source.script([.signal(begun), .hang])
    let first = Task { try await preview(ports) }
    await begun.wait()
    source.script([.rows(1)])
    let second = Task { try await preview(ports) }
    // Another domain's does not wait for it.
    #expect(try await preview(ports, in: "domain-b").rows.count == 1)
    while ports.previews.waitingCount == 0 { await Task.yield() }
    clock.advance(by: .seconds(8))
    let error = await #expect(throws: UseCaseError.self) { try await second.value }
    #expect(error?.code == .tooMuch)
    #expect(try await first.value.cutBy == .seconds)
    #expect(source.runningMost == 2)
    #expect(reached.names.sorted() == ["preview_seconds", "previews"])
  }

  @Test("The checks are those of a create")
  func checks() async throws {
    func refusal(
      _ options: OptionObject = ["region": .string("eu")], in domainID: String = "domain-a",
      _ template: Template = PreviewTests.template
    ) async -> UseCaseError? {
      await #expect(throws: UseCaseError.self) {
        try await preview(ports(PreviewLimits(), template), in: domainID, options: options)
      }
    }
    #expect(await refusal([:])?.code == .missing)
    #expect(await refusal(["region": .number(1)])?.key == "template_options.region")
    #expect(await refusal(["regoin": .string("eu")])?.code == .invalid)
    #expect(
      await refusal(["region": .string("eu"), "format_options": .object(["x": .null])])?.code
        == .invalid)
    var other = Self.template
    other.domains = ["domain-b"]
    #expect(await refusal([:], other) == .notFound("template_id", "costs"))
    other = Self.template
    other.isEnabled = false
    #expect(await refusal([:], other)?.code == .templateDisabled)
    other = Self.template
    other.fault = .unchecked("It is away.")
    #expect(await refusal([:], other)?.code == .sourceUnavailable)
    other = Self.template
    other.source = "gone"
    #expect(await refusal(["region": .string("eu")], other)?.code == .sourceUnavailable)
    try await store.setDomainState(.disabled, of: "domain-a")
    #expect(await refusal([:]) == .notFound("template_id", "costs"))
    #expect(source.queries.isEmpty)
  }

  @Test("A query that fails says why")
  func failures() async throws {
    source.script([.fail(ReportFailure(.queryError, "No such column."))])
    let error = await #expect(throws: UseCaseError.self) { try await preview(ports()) }
    #expect(error?.code == .queryFailed)
    #expect(error?.message == "No such column.")
    source.script([.fail(ReportFailure(.sourceUnavailable, "It is away."))])
    let away = await #expect(throws: UseCaseError.self) { try await preview(ports()) }
    #expect(away?.code == .sourceUnavailable)
  }
}

private struct NoEngine: ReportRunning {
  func wake() {}
  func cancelRequested(_ report: Report) {}
  func updates(of report: Report) -> AsyncStream<Report> { AsyncStream { $0.finish() } }
}
