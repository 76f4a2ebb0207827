import ProtobufWire
import RPCCore
import ReportAPI
import ReportCore
import ReportService
import ReportwireTestKit
import Testing

@Suite("Report.list", .timeLimit(.minutes(5)))
struct ListTests {
  private func filter(_ key: String, _ operatorName: String, _ value: Value) -> Filter {
    Filter(keyAlias: .k(key), valueAlias: .v(value), operatorAlias: .o(operatorName))
  }

  private func ids(_ infos: ReportsInfo) -> [String] {
    infos.results.map(\.reportID)
  }

  /// Three reports of domain-a (eu, us, EU-west), one of domain-b.
  private func filled(
    _ limits: UseCaseLimits = UseCaseLimits(), queries: QueryLimits = QueryLimits(),
    answerBytesMax: Int = 4_194_288
  ) async throws -> ServiceHarness {
    let harness = try ServiceHarness(
      limits: limits, queries: queries, answerBytesMax: answerBytesMax)
    try await harness.create("alpha", region: "eu", ["user_id": "ann"])
    try await harness.create("beta", region: "us", ["user_id": "bob"])
    try await harness.create("gamma", region: "EU-west", ["user_id": "ann"])
    try await harness.create("other", domain: "domain-b", region: "eu")
    return harness
  }

  private func list(
    _ harness: ServiceHarness, _ query: Query? = nil
  ) async throws(RPCError) -> ReportsInfo {
    try await harness.call(
      ReportMethods.list, ReportQuery(domainID: "domain-a", query: query))
  }

  @Test("A domain sees its own reports, the newest first")
  func order() async throws {
    let infos = try await list(filled())
    #expect(
      ids(infos) == ["report-000000000003", "report-000000000002", "report-000000000001"])
    #expect(infos.totalCount == 3)
    await #expect(throws: RPCError.requiredParameter("domain_id")) {
      try await filled().call(ReportMethods.list, ReportQuery())
    }
  }

  @Test("Filters are ANDed, filter_or entries are ORed, both are ANDed")
  func filters() async throws {
    let harness = try await filled()
    let both = Query(
      filter: [filter("created_by", "eq", "ann")],
      filterOr: [filter("name", "eq", "beta"), filter("name", "contain", "GAM")])
    #expect(ids(try await list(harness, both)) == ["report-000000000003"])
    let options = Query(filter: [filter("template_options.region", "contain_in", ["eu"])])
    #expect(
      ids(try await list(harness, options)) == ["report-000000000003", "report-000000000001"])
    let written = Query(filter: [
      Filter(
        keyAlias: .key("template_options.region"), valueAlias: .value("us"),
        operatorAlias: .operator("eq"))
    ])
    #expect(ids(try await list(harness, written)) == ["report-000000000002"])
  }

  @Test("keyword looks for each of its words and joins filter_or")
  func keyword() async throws {
    let harness = try await filled()
    #expect(
      ids(try await list(harness, Query(keyword: "ALPHA bet")))
        == ["report-000000000002", "report-000000000001"])
    #expect(try await list(harness, Query(keyword: "  ")).totalCount == 3)
    let joined = Query(filterOr: [filter("name", "eq", "gamma")], keyword: "alpha")
    #expect(try await list(harness, joined).totalCount == 2)
  }

  @Test("The request's own fields are conditions; CREATED means any state")
  func ownFields() async throws {
    let harness = try await filled()
    _ = try await harness.finishNext()
    var query = ReportQuery(domainID: "domain-a", state: .finished)
    #expect(try await harness.call(ReportMethods.list, query).totalCount == 1)
    query.state = .created
    #expect(try await harness.call(ReportMethods.list, query).totalCount == 3)
    query.createdBy = "bob"
    #expect(ids(try await harness.call(ReportMethods.list, query)) == ["report-000000000002"])
    query.templateID = "template-ffffffffffff"
    #expect(try await harness.call(ReportMethods.list, query).totalCount == 0)
    query = ReportQuery(domainID: "domain-a", state: ReportInfo.State(rawValue: 77))
    await #expect(throws: RPCError.self) { try await harness.call(ReportMethods.list, query) }
    let created = Query(filter: [filter("state", "eq", "CREATED")])
    #expect(try await list(harness, created).totalCount == 2)
  }

  @Test("Pages begin at one; the total counts all matches")
  func pages() async throws {
    let harness = try await filled()
    func page(_ start: UInt32, _ limit: UInt32) async throws -> ReportsInfo {
      try await list(harness, Query(page: Page(start: start, limit: limit)))
    }
    #expect(ids(try await page(0, 2)) == ["report-000000000003", "report-000000000002"])
    #expect(ids(try await page(1, 2)) == ["report-000000000003", "report-000000000002"])
    #expect(ids(try await page(3, 2)) == ["report-000000000001"])
    #expect(ids(try await page(4, 2)) == [])
    #expect(try await page(4, 2).totalCount == 3)
    #expect(try await page(2, 0).results.count == 2)
    let counted = try await list(harness, Query(countOnly: true))
    #expect(counted.results.isEmpty)
    #expect(counted.totalCount == 3)
  }

  @Test("A list is sorted by any field that has an order")
  func sorts() async throws {
    let harness = try await filled()
    let byName = try await list(harness, Query(sort: Sort(key: "name", desc: true)))
    #expect(
      ids(byName) == ["report-000000000003", "report-000000000002", "report-000000000001"])
    let byOption = try await list(harness, Query(sort: Sort(key: "template_options.region")))
    #expect(
      ids(byOption) == ["report-000000000003", "report-000000000001", "report-000000000002"])
    for key in ["nope", "template_options"] {
      await #expect(throws: RPCError.self) {
        try await list(harness, Query(sort: Sort(key: key)))
      }
    }
  }

  @Test("minimal and only give the union of their fields")
  func projections() async throws {
    let harness = try await filled()
    let query = Query(
      page: Page(limit: 1), minimal: true, only: ["created_by", "storage_info.name"])
    #expect(
      try await list(harness, query).results == [
        ReportInfo(
          reportID: "report-000000000003", templateID: ServiceHarness.template.templateID,
          storageInfo: StorageInfo(name: "local"), createdBy: "ann")
      ])
    let error = await #expect(throws: RPCError.self) {
      try await list(harness, Query(only: ["nope"]))
    }
    #expect(error?.message.contains("nope") == true)
  }

  @Test("More entries than one response may hold are refused, telling the caller to page")
  func rowLimit() async throws {
    let harness = try await filled(UseCaseLimits(listRowsMax: 2))
    let error = await #expect(throws: RPCError.self) { try await list(harness) }
    #expect(error?.code == .resourceExhausted)
    #expect(error?.message.contains("query.page") == true)
    #expect(try await list(harness, Query(page: Page(limit: 2))).results.count == 2)
  }

  @Test("A list stops at what may be sent and says how many entries fit; a page of so many does")
  func responseBytes() async throws {
    let whole = try await list(filled())
    let bytes = try whole.protobuf().count
    #expect(try await list(filled(answerBytesMax: bytes)) == whole)
    let harness = try await filled(answerBytesMax: bytes - 1)
    let error = await #expect(throws: RPCError.self) { try await list(harness) }
    #expect(error?.code == .resourceExhausted)
    #expect(error?.message.contains("The first 2 fit") == true)
    #expect(error?.message.contains("query.page.limit to 2 or less") == true)
    let page = try await list(harness, Query(page: Page(start: 1, limit: 2)))
    #expect(page.results == Array(whole.results.prefix(2)))
    #expect(page.totalCount == 3)
    #expect(try await list(harness, Query(page: Page(start: 3, limit: 2))).results.count == 1)
  }

  @Test("A list reads no more than an answer may hold, and says so")
  func readBytes() async throws {
    let harness = try ServiceHarness(answerBytesMax: 4000)
    for number in 1...20 {
      try await harness.create(region: String(repeating: "x", count: 1000 + number))
    }
    let error = await #expect(throws: RPCError.self) { try await list(harness) }
    #expect(error?.code == .resourceExhausted)
    #expect(error?.message.contains("The first 3 fit") == true)
    #expect(error?.message.contains("of 20 entries") == true)
    let ids = try await list(harness, Query(only: ["report_id"]))
    #expect(ids.results.count == 20)
    #expect(try await list(harness, Query(page: Page(limit: 3))).results.count == 3)
  }

  @Test("A list of which no entry fits may still be asked for some fields")
  func responseFields() async throws {
    let harness = try await filled(answerBytesMax: 100)
    let error = await #expect(throws: RPCError.self) { try await list(harness) }
    #expect(error?.code == .resourceExhausted)
    #expect(error?.message.contains("query.only") == true)
    let ids = try await list(harness, Query(only: ["report_id"]))
    #expect(ids.results.map(\.reportID).count == 3)
    for (method, request) in [
      (TemplateMethods.list.descriptor, try TemplateQuery().protobuf()),
      (StorageTypeMethods.list.descriptor, try StorageTypeQuery().protobuf()),
      (StorageMethods.list.descriptor, try StorageQuery(domainID: "d").protobuf()),
    ] {
      let narrow = try ServiceHarness(answerBytesMax: 20)
      let error = await #expect(throws: RPCError.self) {
        try await narrow.channel.call(method, request: request, options: CallOptions())
      }
      #expect(error?.code == .resourceExhausted, "\(method.fullName)")
    }
  }

  @Test("The largest match is answered, one member more is refused")
  func matchMembers() async throws {
    let harness = try await filled()
    func match(_ count: Int) -> Query {
      var object = Struct()
      for number in 0..<count { object["m\(number)"] = .number(1) }
      return Query(filter: [filter("template_options.list", "match", .struct(object))])
    }
    #expect(try await list(harness, match(200)).totalCount == 0)
    let error = await #expect(throws: RPCError.self) { try await list(harness, match(201)) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains("at most 200") == true)
  }

  @Test("A page larger than one response may hold is no way around the bound")
  func pageLimit() async throws {
    let harness = try await filled(UseCaseLimits(listRowsMax: 2))
    for limit: UInt32 in [3, 1000, .max] {
      let error = await #expect(throws: RPCError.self) {
        try await list(harness, Query(page: Page(limit: limit)))
      }
      #expect(error?.code == .resourceExhausted)
    }
    // The bound is that of the rows there are, not of the number asked for.
    #expect(try await list(harness, Query(page: Page(start: 2, limit: .max))).results.count == 2)
  }

  @Test("A field that was not set does not exist")
  func exists() async throws {
    let harness = try await filled()
    try await harness.create("delta")
    for (key, isThere, count) in [
      ("created_by", true, 3), ("created_by", false, 1), ("schedule_id", true, 0),
      ("schedule_id", false, 4), ("storage_path", true, 0), ("error.code", true, 0),
      ("error.message", false, 4), ("name", true, 4),
    ] {
      let found = try await list(harness, Query(filter: [filter(key, "exists", .bool(isThere))]))
      #expect(found.totalCount == count, "\(key) \(isThere)")
    }
    for (name, count) in [("eq", 1), ("not", 3)] {
      let found = try await list(harness, Query(filter: [filter("created_by", name, .null)]))
      #expect(found.totalCount == count, "\(name) null")
    }
  }

  @Test("Each bound of a query is refused by name, one below it is taken")
  func bounds() async throws {
    let harness = try await filled(
      queries: QueryLimits(conditionsMax: 2, keywordWordsMax: 2, onlyPathsMax: 2))
    let one = filter("name", "eq", "alpha")
    for (fits, tooMuch, key) in [
      (
        Query(filter: [one, one]), Query(filter: [one, one, one]), "query.filter"
      ),
      (Query(filterOr: [one, one]), Query(filterOr: [one, one, one]), "query.filter_or"),
      (Query(keyword: "a b"), Query(keyword: "a b c"), "query.keyword"),
      (
        Query(only: ["state", "name_"]), Query(only: ["state", "state", "state"]), "query.only"
      ),
    ] {
      var fits = fits
      if key == "query.only" { fits.only = ["state", "report_id"] }
      _ = try await list(harness, fits)
      let error = await #expect(throws: RPCError.self) { try await list(harness, tooMuch) }
      #expect(error?.reason == "ERROR_INVALID_PARAMETER")
      #expect(error?.message.contains(key) == true, "\(error?.message ?? "")")
    }
  }
}
