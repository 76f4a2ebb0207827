import ProtobufWire
import RPCCore
import ReportAPI
import ReportCore
import ReportwireTestKit
import Testing

@testable import ReportService

@Suite("ReportControl", .timeLimit(.minutes(5)))
struct ControlTests {
  @Test("A waiting report is canceled at once; one that ended stays as it is")
  func cancel() async throws {
    let harness = try ServiceHarness()
    let first = try await harness.create()
    let request = CancelReportRequest(domainID: "domain-a", reportID: first.reportID)
    let canceled = try await harness.call(ReportControlMethods.cancel, request)
    #expect(canceled.state == .canceled)
    #expect(canceled.error?.code == "CANCELED_BY_USER")
    #expect(harness.engine.cancels == [first.reportID])
    let second = try await harness.create()
    _ = try await harness.finishNext()
    let finished = try await harness.call(
      ReportControlMethods.cancel,
      CancelReportRequest(domainID: "domain-a", reportID: second.reportID))
    #expect(finished.state == .finished)
  }

  @Test("A preview says every value without loss")
  func preview() async throws {
    let harness = try ServiceHarness()
    harness.catalog.source.script([
      .row([.integer(9_007_199_254_740_992), .integer(.min)]),
      .row([.double(.infinity), .blob([0, 255])]),
      .row([.decimal(try #require(ExactDecimal("1.50"))), .boolean(true)]),
      .row([
        .date(try #require(CalendarDate("2026-11-23"))), .instant(Instant(secondsSinceEpoch: 0)),
      ]), .row([.null, .text("e\u{301}")]),
    ])
    let request = PreviewTemplateRequest(
      domainID: "domain-a", templateID: "monthly-cost", templateOptions: ["region": .string("eu")])
    let preview = try await harness.call(ReportControlMethods.preview, request)
    #expect(preview.templateID == ServiceHarness.template.templateID)
    #expect(
      preview.rows.map(\.values) == [
        [.number(9_007_199_254_740_992), .string("-9223372036854775808")],
        [.string("inf"), .string("AP8=")], [.string("1.50"), .bool(true)],
        [.string("2026-11-23"), .string("1970-01-01T00:00:00Z")],
        [.null, .string("e\u{301}")],
      ])
    #expect(
      preview.columns.map(\.kinds) == [
        ["integer", "double", "decimal", "date"],
        ["integer", "text", "blob", "boolean", "datetime"],
      ])
    #expect(preview.cutBy.isEmpty)
    harness.catalog.source.script([.fail(ReportFailure(.queryError, "No such table."))])
    let error = await #expect(throws: RPCError.self) {
      try await harness.call(ReportControlMethods.preview, request)
    }
    #expect(error?.code == .failedPrecondition)
    #expect(error?.reason == "ERROR_QUERY_FAILED")
  }

  @Test("A report that runs tells how many rows earlier ones had, and when to ask again")
  func expectedRows() async throws {
    let harness = try ServiceHarness()
    try await harness.create()
    _ = try await harness.finishNext()
    let next = try await harness.create()
    let request = InspectReportRequest(domainID: "domain-a", reportID: next.reportID)
    var progress = try #require(
      try await harness.call(ReportControlMethods.inspect, request).progress)
    #expect(progress.state == .created)
    #expect(progress.expectedRows == 2)
    #expect(progress.pollAfterMilliseconds == 2000)
    let running = try await harness.claimNext()
    progress = try #require(
      try await harness.call(ReportControlMethods.inspect, request).progress)
    #expect(progress.expectedRows == 2 && progress.pollAfterMilliseconds == 1000)
    _ = try await harness.finish(running)
    progress = try #require(
      try await harness.call(ReportControlMethods.inspect, request).progress)
    #expect(progress.state == .finished && progress.rows == 2)
    #expect(progress.expectedRows == 0 && progress.pollAfterMilliseconds == 0)
    let first = try await harness.create(domain: "domain-b")
    progress = try #require(
      try await harness.call(
        ReportControlMethods.inspect,
        InspectReportRequest(domainID: "domain-b", reportID: first.reportID)
      ).progress)
    #expect(progress.expectedRows == 0 && progress.pollAfterMilliseconds == 2000)
  }

  @Test("A deleted report is found nowhere, not even by get, which remembers it")
  func delete() async throws {
    let harness = try ServiceHarness()
    let info = try await harness.create("costs", Metadata([(Metadata.idempotencyKey, "k")]))
    let get = GetReportRequest(domainID: "domain-a", reportID: info.reportID)
    _ = try await harness.finishNext()
    for _ in 1...2 { _ = try await harness.call(ReportMethods.get, get) }
    #expect(harness.cache.count == 1)
    let request = DeleteReportRequest(domainID: "domain-a", reportID: info.reportID)
    let foreign = DeleteReportRequest(domainID: "domain-b", reportID: info.reportID)
    await #expect(throws: RPCError.notFound("report_id", info.reportID)) {
      try await harness.call(ReportControlMethods.delete, foreign)
    }
    _ = try await harness.call(ReportControlMethods.delete, request)
    let gone = RPCError.notFound("report_id", info.reportID)
    await #expect(throws: gone) { try await harness.call(ReportMethods.get, get) }
    await #expect(throws: gone) { try await harness.call(ReportControlMethods.delete, request) }
    await #expect(throws: gone) {
      try await harness.call(
        ReportControlMethods.inspect,
        InspectReportRequest(domainID: "domain-a", reportID: info.reportID))
    }
    await #expect(throws: gone) {
      try await harness.call(
        ReportMethods.getDownloadURL,
        GetDownloadURLRequest(domainID: "domain-a", reportID: info.reportID))
    }
    await #expect(throws: gone) {
      try await harness.call(
        ReportControlMethods.pin, PinReportRequest(domainID: "domain-a", reportID: info.reportID))
    }
    let list = ReportQuery(domainID: "domain-a")
    #expect(try await harness.call(ReportMethods.list, list).totalCount == 0)
    // The key is free again.
    let again = try await harness.create("costs", Metadata([(Metadata.idempotencyKey, "k")]))
    #expect(again.reportID != info.reportID)
  }

  @Test("A report that runs is not deleted; one that waits is")
  func deleteRunning() async throws {
    let harness = try ServiceHarness()
    let info = try await harness.create()
    _ = try await harness.claimNext()
    let request = DeleteReportRequest(domainID: "domain-a", reportID: info.reportID)
    let error = await #expect(throws: RPCError.self) {
      try await harness.call(ReportControlMethods.delete, request)
    }
    #expect(error?.code == .failedPrecondition)
    #expect(error?.reason == "ERROR_REPORT_RUNNING")
    let waiting = try await harness.create()
    _ = try await harness.call(
      ReportControlMethods.delete,
      DeleteReportRequest(domainID: "domain-a", reportID: waiting.reportID))
    let list = ReportQuery(domainID: "domain-a")
    #expect(
      try await harness.call(ReportMethods.list, list).results.map(\.reportID) == [info.reportID])
  }

  @Test("A pinned report says so in inspect, with the end of those that are not")
  func pin() async throws {
    let harness = try ServiceHarness(retention: { Retention(days: 30) })
    let info = try await harness.create()
    let request = InspectReportRequest(domainID: "domain-a", reportID: info.reportID)
    func inspect() async throws -> ReportInspection {
      try await harness.call(ReportControlMethods.inspect, request)
    }
    #expect(try await inspect().keptUntil == nil)
    let ended = try #require(try await harness.finishNext().endedAt)
    #expect(
      try await inspect().keptUntil == Timestamp(ended.advanced(by: .seconds(30 * 86_400))))
    let pinned = try await harness.call(
      ReportControlMethods.pin, PinReportRequest(domainID: "domain-a", reportID: info.reportID))
    #expect(pinned.reportID == info.reportID)
    let inspection = try await inspect()
    #expect(inspection.isPinned && inspection.keptUntil == nil)
    #expect(inspection.timeline.last?.kind == "PINNED")
    _ = try await harness.call(
      ReportControlMethods.unpin, UnpinReportRequest(domainID: "domain-a", reportID: info.reportID))
    #expect(try await inspect().isPinned == false)
  }

  @Test("watch sends each snapshot of the engine and ends with it")
  func watch() async throws {
    let harness = try ServiceHarness()
    let info = try await harness.create()
    let report = try await harness.finishNext()
    harness.engine.setUpdates([report])
    let request = WatchReportRequest(domainID: "domain-a", reportID: info.reportID)
    let stream = try await harness.channel.stream(
      ReportControlMethods.watch.descriptor, request: try request.protobuf(),
      options: CallOptions())
    var seen: [ReportProgress] = []
    for try await bytes in stream { seen.append(try ReportProgress(protobuf: bytes)) }
    #expect(seen.map(\.state) == [.finished, .finished])
    #expect(seen.last?.rows == 2)
    #expect(seen.last?.bytes == 10)
    #expect(seen.last?.reportID == info.reportID)
  }

  @Test("watch that ends before its report does says that it may be tried again")
  func watchUntilStop() async throws {
    let harness = try ServiceHarness()
    let info = try await harness.create()
    let request = WatchReportRequest(domainID: "domain-a", reportID: info.reportID)
    let stream = try await harness.channel.stream(
      ReportControlMethods.watch.descriptor, request: try request.protobuf(),
      options: CallOptions())
    var seen: [ReportProgress] = []
    let error = await #expect(throws: RPCError.self) {
      for try await bytes in stream { seen.append(try ReportProgress(protobuf: bytes)) }
    }
    #expect(seen.map(\.state) == [.created])
    #expect(error?.code == .unavailable && error?.reason.isEmpty == true)
  }

  @Test("watch of a report that is not there fails")
  func watchNothing() async throws {
    let harness = try ServiceHarness()
    let request = WatchReportRequest(domainID: "domain-a", reportID: "report-000000000009")
    let stream = try await harness.channel.stream(
      ReportControlMethods.watch.descriptor, request: try request.protobuf(),
      options: CallOptions())
    await #expect(throws: RPCError.notFound("report_id", "report-000000000009")) {
      for try await _ in stream {}
    }
  }

  @Test("inspect shows name, parameters with defaults, timeline and artifacts")
  func inspect() async throws {
    let harness = try ServiceHarness()
    let info = try await harness.create("Kosten")
    _ = try await harness.finishNext()
    let inspection = try await harness.call(
      ReportControlMethods.inspect,
      InspectReportRequest(domainID: "domain-a", reportID: info.reportID))
    #expect(inspection.name == "Kosten")
    #expect(inspection.parameters == ["region": "eu", "top": 10])
    #expect(inspection.attempts == 1)
    #expect(inspection.timeline.map(\.kind) == ["CREATED", "CLAIMED", "ENDED"])
    #expect(inspection.timeline.last?.state == .finished)
    #expect(inspection.artifacts.map(\.format) == ["csv"])
    #expect(inspection.artifacts.first?.sha256 == String(repeating: "ab", count: 32))
    #expect(inspection.report?.state == .finished)
    #expect(inspection.textsReplaced == 4)
  }
}

@Suite("Template, StorageType, Storage, ServerInfo")
struct CatalogTests {
  @Test("A template's options hold what a caller must know to run it")
  func template() async throws {
    let harness = try ServiceHarness()
    let info = try await harness.call(
      TemplateMethods.get, GetTemplateRequest(domainID: "d", templateID: "monthly-cost"))
    #expect(info.templateID == ServiceHarness.template.templateID)
    #expect(info.options?["tenant"] == "domain")
    #expect(
      info.options?["parameters"] == [
        ["name": "region", "type": "string", "required": true],
        ["name": "top", "type": "integer", "required": false, "default": 10],
      ])
    await #expect(throws: RPCError.notFound("template_id", "nope")) {
      try await harness.call(TemplateMethods.get, GetTemplateRequest(templateID: "nope"))
    }
    await #expect(throws: RPCError.requiredParameter("template_id")) {
      try await harness.call(TemplateMethods.get, GetTemplateRequest())
    }
    let only = try await harness.call(
      TemplateMethods.get, GetTemplateRequest(templateID: "monthly-cost", only: ["name"]))
    #expect(only == TemplateInfo(name: "monthly-cost"))
  }

  @Test("Templates are listed by id, name and state")
  func templates() async throws {
    let harness = try ServiceHarness()
    #expect(try await harness.call(TemplateMethods.list, TemplateQuery()).totalCount == 2)
    let disabled = try await harness.call(TemplateMethods.list, TemplateQuery(state: .disable))
    #expect(disabled.results.map(\.name) == ["old"])
    let named = try await harness.call(TemplateMethods.list, TemplateQuery(name: "monthly-cost"))
    #expect(named.results.map(\.templateID) == [ServiceHarness.template.templateID])
  }

  @Test("The built-in storage and its type are there for every domain")
  func storages() async throws {
    let harness = try ServiceHarness()
    let types = try await harness.call(StorageTypeMethods.list, StorageTypeQuery())
    #expect(types.results.map(\.storageType) == ["local"])
    let type = try await harness.call(
      StorageTypeMethods.get,
      GetStorageTypeRequest(storageTypeID: StorageType.local.storageTypeID))
    #expect(types.results == [type])
    await #expect(throws: RPCError.notFound("storage_type_id", "x")) {
      try await harness.call(StorageTypeMethods.get, GetStorageTypeRequest(storageTypeID: "x"))
    }
    let storages = try await harness.call(StorageMethods.list, StorageQuery(domainID: "d"))
    #expect(storages.results.map(\.storageID) == [Storage.local.storageID])
    let storage = try await harness.call(
      StorageMethods.get, GetStorageRequest(domainID: "d", storageID: Storage.local.storageID))
    #expect(storages.results == [storage])
    let none = try await harness.call(
      StorageMethods.list, StorageQuery(domainID: "d", storageTypeID: "storage-type-x"))
    #expect(none.totalCount == 0)
    await #expect(throws: RPCError.notFound("storage_id", "x")) {
      try await harness.call(StorageMethods.get, GetStorageRequest(domainID: "d", storageID: "x"))
    }
  }

  @Test("Another domain's storage is neither got nor listed nor reported to")
  func foreignStorage() async throws {
    let theirs = Storage(
      storageID: "storage-00000000000b", domainID: "domain-b", name: "theirs",
      storageTypeID: StorageType.local.storageTypeID, createdAt: FakeClock.start)
    let harness = try ServiceHarness(store: InMemoryReportStore(storages: [theirs]))
    for (domain, ids) in [
      ("domain-a", [Storage.local.storageID]),
      ("domain-b", [Storage.local.storageID, theirs.storageID]),
    ] {
      let list = try await harness.call(StorageMethods.list, StorageQuery(domainID: domain))
      #expect(list.results.map(\.storageID).sorted() == ids)
      #expect(list.totalCount == ids.count)
    }
    await #expect(throws: RPCError.notFound("storage_id", theirs.storageID)) {
      try await harness.call(
        StorageMethods.get, GetStorageRequest(domainID: "domain-a", storageID: theirs.storageID))
    }
    await #expect(throws: RPCError.notFound("storage_id", theirs.storageID)) {
      var request = CreateReportRequest(
        domainID: "domain-a", templateID: ServiceHarness.template.templateID, name: "n",
        templateOptions: ["region": .string("eu")])
      request.storageID = theirs.storageID
      _ = try await harness.call(ReportMethods.create, request)
    }
  }

  @Test("A store that cannot serve is told with advice and without its paths; the cause is kept")
  func storeErrors() {
    let path = "/srv/data/store.sqlite"
    for (code, part) in [
      (StoreError.Code.full, "its disk is full"), (.unavailable, "does not answer"),
      (.closed, "is stopping"),
    ] {
      let cause = StoreError(code, "The database \(path) is in trouble.")
      let error = RPCError(UseCaseError(cause))
      #expect(error.code == .unavailable)
      #expect(error.message.contains(part))
      #expect(!error.message.contains(path))
      #expect(error.cause as? StoreError == cause)
    }
  }

  @Test("The version is the server's")
  func version() async throws {
    let harness = try ServiceHarness()
    #expect(try await harness.call(ServerInfoMethods.getVersion, Empty()).version == "1.2.3")
  }
}
