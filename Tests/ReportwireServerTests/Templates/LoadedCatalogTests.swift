import Dispatch
import Logging
import Renderers
import ReportCore
import Synchronization
import Testing

@testable import ReportwireServer

@Suite(.timeLimit(.minutes(5))) struct LoadedCatalogTests {
  private static let away = ReportFailure(.sourceUnavailable, "It is locked.")

  private let clock = StepClock()
  private let source = SwitchSource(failure: LoadedCatalogTests.away)

  private func makeCatalog(_ names: [String] = ["a"]) async throws -> LoadedCatalog {
    let folder = try TemporaryFolder()
    for name in names {
      try folder.write(
        "\(name).yaml", "name: \(name)\nsource: s\ntenant: shared\nsql: SELECT 1\n")
    }
    let check = SourceCheck(renderers: [CSVRenderer()], patience: .seconds(60))
    let contents = try await TemplateFolder(path: folder.path, isRequired: true)
      .read(sources: ["s": source], check: check)
    return LoadedCatalog(contents, check: check, logger: .silent, clock: clock)
  }

  @Test func aSourceThatIsAwayIsAskedOnceForAllItsTemplates() async throws {
    let catalog = try await makeCatalog(["a", "b", "c"])
    #expect(source.inspections == 1)
    #expect(catalog.unavailableSources == ["s"])
    #expect(catalog.templates.allSatisfy { $0.fault == .unchecked("It is locked.") })
  }

  @Test func pausesDoubleUntilTheSourceIsBackAndEndThen() async throws {
    let catalog = try await makeCatalog()
    let checking = Task { await catalog.keepChecking() }
    var sleeps = clock.sleeps.makeAsyncIterator()
    for seconds in [1, 2, 4, 8, 16, 32, 60, 60] {
      #expect(await sleeps.next() == .seconds(seconds))
      clock.wakeAll()
    }
    #expect(await sleeps.next() == .seconds(60))
    #expect(source.inspections == 9)
    source.answer(nil)
    clock.wakeAll()
    await source.waitForInspection(10)
    // Whoever asks now waits for the check that is under way, if it still is.
    let template = try #require(catalog.template("a"))
    #expect(await catalog.rechecked(template).fault == nil)
    #expect(source.inspections == 10)
    #expect(catalog.unavailableSources.isEmpty)
    checking.cancel()
    await checking.value
  }

  @Test func aTemplateIsCheckedWhenItIsUsed() async throws {
    let catalog = try await makeCatalog(["a", "b"])
    let template = try #require(catalog.template("a"))
    #expect(await catalog.rechecked(template).fault == .unchecked("It is locked."))
    source.answer(nil)
    #expect(await catalog.rechecked(template).fault == nil)
    #expect(catalog.templates.map(\.fault) == [nil, nil])
    let before = source.inspections
    #expect(await catalog.rechecked(try #require(catalog.template("b"))).fault == nil)
    #expect(source.inspections == before)
  }

  @Test func aCheckThatBeganBeforeTheSourceCameBackDoesNotCount() async throws {
    let catalog = try await makeCatalog()
    let template = try #require(catalog.template("a"))
    source.hold()
    let earlier = Task { await catalog.rechecked(template) }
    await source.waitForInspection(2)
    source.answer(nil)
    // At once, so that it finds the earlier one under way.
    let later = Task.immediate { await catalog.rechecked(template) }
    source.release()
    #expect(await earlier.value.fault == .unchecked("It is locked."))
    #expect(await later.value.fault == nil)
  }

  @Test func whatProvesToBeBrokenSaysSoAndIsNoFaultOfTheSource() async throws {
    let catalog = try await makeCatalog()
    source.answer(ReportFailure(.queryError, "no such table: t"))
    let template = try #require(catalog.template("a"))
    #expect(await catalog.rechecked(template).fault == .broken("sql: no such table: t"))
    #expect(catalog.unavailableSources.isEmpty)
    source.answer(nil)
    #expect(await catalog.rechecked(try #require(catalog.template("a"))).fault == nil)
  }

  @Test func aReplacedSetIsNotChangedByAnOlderCheck() async throws {
    let catalog = try await makeCatalog()
    let template = try #require(catalog.template("a"))
    source.answer(nil)
    source.hold()
    let check = Task { await catalog.rechecked(template) }
    await source.waitForInspection(2)
    var newer = template
    newer.fault = .broken("newer")
    catalog.replace(
      with: LoadedCatalog.Contents(
        drafts: [
          TemplateDraft(
            template: newer, file: "a.yaml", root: YAMLNode(content: .mapping([]), line: 1))
        ], sources: ["s": source]))
    source.release()
    #expect(await check.value.fault == .broken("newer"))
  }

  /// Such as one on a network disk whose server is gone.
  @Test func aSourceThatNeverAnswersIsGivenUpAndKeepsOneThreadOnly() async throws {
    source.hold()
    defer { source.release() }
    let check = SourceCheck(renderers: [CSVRenderer()], patience: .seconds(7), clock: clock)
    let draft = TemplateDraft(
      template: Template(
        templateID: "template-000000000001", name: "a", title: "a", source: "s", isShared: true,
        sql: "SELECT 1", formats: [.csv]),
      file: "a.yaml", root: YAMLNode(content: .mapping([]), line: 1))
    let (clock, source) = (clock, source)
    let first = Task { await check.run(["s": [draft]], on: ["s": source]) }
    var sleeps = clock.sleeps.makeAsyncIterator()
    #expect(await sleeps.next() == .seconds(7))
    await source.waitForInspection(1)
    clock.wakeAll()
    for verdicts in [await first.value, await check.run(["s": [draft]], on: ["s": source])] {
      guard case .unchecked(let reason)? = verdicts["s"]?.first else {
        Issue.record("\(verdicts)")
        continue
      }
      #expect(reason.hasPrefix("The data source s does not answer."))
    }
    #expect(source.inspections == 1)
  }
}

/// A source whose answer the test changes.
private final class SwitchSource: DataSource {
  private struct State {
    var failure: ReportFailure?
    var inspections = 0
    var gate: DispatchSemaphore?
  }

  private let state: Mutex<State>
  private let (inspected, inspecting) = AsyncStream.makeStream(of: Int.self)

  init(failure: ReportFailure?) {
    state = Mutex(State(failure: failure))
  }

  var inspections: Int { state.withLock(\.inspections) }

  func answer(_ failure: ReportFailure?) {
    state.withLock { $0.failure = failure }
  }

  /// From here on inspections do not come back until they are released.
  func hold() {
    state.withLock { $0.gate = DispatchSemaphore(value: 0) }
  }

  /// Lets the one that waits go, and those to come.
  func release() {
    let gate = state.withLock { state in
      defer { state.gate = nil }
      return state.gate
    }
    gate?.signal()
  }

  /// Waits until so many have begun.
  func waitForInspection(_ number: Int) async {
    for await count in inspected where count >= number { return }
  }

  func inspect(
    _ sql: String, invalidText: InvalidText?
  ) throws(ReportFailure) -> StatementShape {
    let (failure, gate, count) = state.withLock { state in
      state.inspections += 1
      return (state.failure, state.gate, state.inspections)
    }
    inspecting.yield(count)
    gate?.wait()
    if let failure { throw failure }
    return StatementShape(columns: [SourceColumn(name: "1")], parameterNames: [])
  }

  func stream(
    _ query: SourceQuery, interrupt: Interrupt, into sink: any RowSink
  ) throws(ReportFailure) {}
}
