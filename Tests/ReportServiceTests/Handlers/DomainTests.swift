import ProtobufWire
import RPCCore
import ReportAPI
import ReportCore
import ReportService
import ReportwireTestKit
import SQLiteStore
import Testing

@Suite("Domain and the templates of domains", .timeLimit(.minutes(5)))
struct DomainTests {
  private let harness: ServiceHarness

  init() throws {
    harness = try ServiceHarness()
  }

  private static let mine = restricted("template-00000000000c", "mine", to: ["domain-a"])

  private static func restricted(_ id: String, _ name: String, to domains: [String]) -> Template {
    var template = ServiceHarness.template
    template.templateID = id
    template.name = name
    template.domains = Set(domains.map { ExactText($0) })
    return template
  }

  private func get(_ domainID: String, only: [String] = []) async throws(RPCError) -> DomainInfo {
    try await harness.call(DomainMethods.get, GetDomainRequest(domainID: domainID, only: only))
  }

  private func list(
    _ query: Query? = nil, of domainID: String = "", on harness: ServiceHarness? = nil
  ) async throws(RPCError) -> DomainsInfo {
    try await (harness ?? self.harness).call(
      DomainMethods.list, DomainQuery(domainID: domainID, query: query))
  }

  private func set(_ isEnabled: Bool, _ domainID: String) async throws(RPCError) {
    if isEnabled {
      _ = try await harness.call(DomainMethods.enable, EnableDomainRequest(domainID: domainID))
    } else {
      _ = try await harness.call(DomainMethods.disable, DisableDomainRequest(domainID: domainID))
    }
  }

  @Test("A domain tells the templates that it may run now; a new one may run what is for all")
  func tellsTemplates() async throws {
    harness.catalog.replace(with: [ServiceHarness.template, ServiceHarness.disabled, Self.mine])
    let (ofAll, own) = (ServiceHarness.template.templateID, Self.mine.templateID)
    #expect(
      try await get("domain-a")
        == DomainInfo(domainID: "domain-a", registerTemplates: [ofAll, own]))
    #expect(
      try await get("domain-b") == DomainInfo(domainID: "domain-b", registerTemplates: [ofAll]))
    #expect(try await get("domain-a", only: ["domain_id"]) == DomainInfo(domainID: "domain-a"))
    try await set(false, "domain-a")
    #expect(try await get("domain-a") == DomainInfo(domainID: "domain-a"))
    let enabled = try await harness.call(
      DomainMethods.enable, EnableDomainRequest(domainID: "domain-a"))
    #expect(enabled == DomainInfo(domainID: "domain-a", registerTemplates: [ofAll, own]))
  }

  @Test(
    "An id that no domain has is refused by every method",
    arguments: ["", ".", "../x", "a b", "a\u{0}", "é", String(repeating: "a", count: 129)])
  func refusesIDs(id: String) async throws {
    let calls: [@Sendable (Self) async throws -> Void] = [
      { _ = try await $0.get(id) }, { try await $0.set(true, id) }, { try await $0.set(false, id) },
    ]
    for call in calls {
      let error = await #expect(throws: RPCError.self) { try await call(self) }
      #expect(error?.code == .invalidArgument)
      #expect(error?.message.contains("domain_id") == true)
    }
    if !id.isEmpty {
      let error = await #expect(throws: RPCError.self) { try await list(of: id) }
      #expect(error?.code == .invalidArgument)
    }
    #expect(try await list().totalCount == 0)
    let longest = String(repeating: "a", count: 128)
    try await set(false, longest)
    #expect(try await list().results.map(\.domainID) == [longest])
  }

  @Test(
    "A create, get or list in vain answers the same bytes as one of a template that is not there")
  func strangers() async throws {
    harness.catalog.replace(with: [ServiceHarness.template, Self.mine])
    let name = Self.mine.templateID
    func answers(_ domainID: String) async -> [RPCError?] {
      var errors: [RPCError?] = []
      for options: Struct in [["region": "eu"], [:]] {
        let request = CreateReportRequest(
          domainID: domainID, templateID: name, name: "n", templateOptions: options)
        do throws(RPCError) {
          _ = try await harness.call(ReportMethods.create, request)
          errors.append(nil)
        } catch {
          errors.append(error)
        }
      }
      do throws(RPCError) {
        _ = try await harness.call(
          TemplateMethods.get, GetTemplateRequest(domainID: domainID, templateID: name))
        errors.append(nil)
      } catch {
        errors.append(error)
      }
      return errors
    }
    #expect(await answers("domain-a").map { $0?.code } == [nil, .invalidArgument, nil])
    let notOffered = await answers("domain-b")
    try await set(false, "domain-a")
    let disabled = await answers("domain-a")
    harness.catalog.replace(with: [])
    let unknown = await answers("domain-a")
    for answer in [notOffered, disabled, unknown] {
      for (error, wanted) in zip(answer, unknown) {
        #expect(error == .notFound("template_id", name))
        #expect(error?.wireMessage.utf8.elementsEqual(wanted?.wireMessage.utf8 ?? "".utf8) == true)
      }
    }
  }

  @Test("Templates of a domain are those that it may use; no domain named, all of them")
  func templates() async throws {
    harness.catalog.replace(with: [ServiceHarness.template, Self.mine])
    func names(_ domainID: String, _ channel: InProcessChannel? = nil) async throws -> [String] {
      let list = try await (channel ?? harness.channel).call(
        TemplateMethods.list, TemplateQuery(domainID: domainID), options: CallOptions())
      #expect(Int(list.totalCount) == list.results.count)
      return list.results.map(\.name)
    }
    #expect(try await names("domain-a") == ["monthly-cost", "mine"])
    #expect(try await names("domain-b") == ["monthly-cost"])
    #expect(try await names("") == ["monthly-cost", "mine"])
    // Somebody of one domain who names none asks for it.
    let bob = harness.channel(
      as: Caller(
        subject: "bob", domains: .only("domain-b"), roles: .read, authentication: .token))
    #expect(try await names("", bob) == ["monthly-cost"])
    try await set(false, "domain-b")
    #expect(try await names("", bob) == [])
    #expect(try await names("domain-b") == [])
  }

  @Test("A caller of one domain sees that one, whether or not it is known; an operator sees all")
  func isolation() async throws {
    try await harness.create(domain: "domain-b")
    try await set(false, "domain-c")
    func caller(_ domains: Caller.Domains, _ roles: Roles) -> InProcessChannel {
      harness.channel(
        as: Caller(
          subject: "x", domains: domains, roles: roles, authentication: .token))
    }
    func ids(_ channel: InProcessChannel, _ request: DomainQuery) async throws -> [String] {
      try await channel.call(DomainMethods.list, request, options: CallOptions()).results
        .map(\.domainID)
    }
    let operators = caller(.every, .admin)
    #expect(try await ids(operators, DomainQuery()) == ["domain-b", "domain-c"])
    #expect(try await ids(operators, DomainQuery(domainID: "domain-c")) == ["domain-c"])
    let others = Query(filter: [Filter("domain_id", "not", .string("domain-a"))])
    for roles: Roles in [.read, .admin] {
      let own = caller(.only("domain-a"), roles)
      #expect(try await ids(own, DomainQuery()) == ["domain-a"])
      #expect(try await ids(own, DomainQuery(domainID: "domain-a")) == ["domain-a"])
      #expect(try await ids(own, DomainQuery(query: others)) == [])
      let denied = await #expect(throws: RPCError.self) {
        try await ids(own, DomainQuery(domainID: "domain-b"))
      }
      #expect(denied?.code == .permissionDenied)
      for method in [DomainMethods.get.descriptor, DomainMethods.disable.descriptor] {
        let denied = await #expect(throws: RPCError.self) {
          // Field 1, the domain.
          try await own.call(
            method, request: [10, 8] + Array("domain-b".utf8), options: CallOptions())
        }
        #expect(denied?.code == .permissionDenied)
      }
    }
    let denied = await #expect(throws: RPCError.self) {
      try await caller(.only("domain-a"), .manage).call(
        DomainMethods.enable, EnableDomainRequest(domainID: "domain-a"), options: CallOptions())
    }
    #expect(denied?.code == .permissionDenied)
  }

  @Test("A list takes filters, keywords, an order, pages, only and count_only")
  func lists() async throws {
    for number in 1...5 { try await set(number > 2, "domain-\(number)") }
    func ids(_ query: Query) async throws -> [String] {
      try await list(query).results.map { String($0.domainID.dropFirst(7)) }
    }
    #expect(try await ids(Query()) == ["1", "2", "3", "4", "5"])
    #expect(
      try await ids(Query(sort: Sort(key: "domain_id", desc: true))) == ["5", "4", "3", "2", "1"])
    #expect(try await ids(Query(sort: Sort(key: "state"))) == ["1", "2", "3", "4", "5"])
    #expect(try await ids(Query(keyword: "MAIN-2 n-4")) == ["2", "4"])
    #expect(
      try await ids(Query(filter: [Filter("state", "eq", .string("DISABLE"))])) == ["1", "2"])
    #expect(
      try await ids(Query(filterOr: [Filter("domain_id", "regex", .string("[15]$"))])) == [
        "1", "5",
      ])
    let page = try await list(Query(page: Page(start: 2, limit: 2)))
    #expect(page.results.map(\.domainID) == ["domain-2", "domain-3"])
    #expect(page.totalCount == 5)
    #expect(page.results.map { $0.registerTemplates.count } == [0, 1])
    let counted = try await list(Query(countOnly: true))
    #expect(counted == DomainsInfo(totalCount: 5))
    for query in [Query(only: ["domain_id"]), Query(minimal: true)] {
      #expect(try await list(query).results.allSatisfy { $0.registerTemplates.isEmpty })
    }
    #expect(
      try await list(Query(only: ["register_templates"])).results.last
        == DomainInfo(registerTemplates: [ServiceHarness.template.templateID]))
  }

  @Test("A list is asked for the domains that may run a template")
  func listsByTemplate() async throws {
    harness.catalog.replace(with: [ServiceHarness.template, Self.mine, ServiceHarness.disabled])
    for id in ["domain-a", "domain-b"] { try await set(true, id) }
    try await set(false, "domain-c")
    let (ofAll, own) = (ServiceHarness.template.templateID, Self.mine.templateID)
    let off = ServiceHarness.disabled.templateID
    func ids(_ operatorName: String, _ value: Value) async throws -> [String] {
      let condition = Filter("register_templates", operatorName, value)
      return try await list(Query(filter: [condition])).results.map {
        String($0.domainID.dropFirst(7))
      }
    }
    #expect(try await ids("eq", .string(ofAll)) == ["a", "b"])
    #expect(try await ids("eq", .string(own)) == ["a"])
    #expect(try await ids("eq", .string(off)) == [])
    #expect(try await ids("eq", .string("mine")) == [])
    #expect(try await ids("not", .string(own)) == ["b", "c"])
    #expect(try await ids("in", [.string(own), .string("none")]) == ["a"])
    #expect(try await ids("in", []) == [])
    #expect(try await ids("not_in", [.string(own), .string(off)]) == ["b", "c"])
    #expect(try await ids("exists", true) == ["a", "b"])
    #expect(try await ids("exists", false) == ["c"])
    #expect(try await ids("eq", 1) == [])
    try await set(false, "domain-a")
    #expect(try await ids("eq", .string(own)) == [])
    // The same of what is told.
    harness.catalog.replace(with: [Self.mine])
    #expect(try await ids("exists", true) == [])
    try await set(true, "domain-a")
    #expect(try await ids("exists", true) == ["a"])
    harness.catalog.replace(with: [])
    #expect(try await ids("exists", true) == [])
    #expect(try await ids("eq", .null) == ["a", "b", "c"])
  }

  @Test("Conditions on templates come to so many domains at most")
  func templatesOfManyDomains() async throws {
    let many = (1...20_000).map { "domain-\($0)" }
    harness.catalog.replace(with: [Self.restricted("template-00000000000d", "many", to: many)])
    try await set(true, "domain-7")
    let condition = Filter("register_templates", "eq", .string("template-00000000000d"))
    #expect(try await list(Query(filter: [condition])).results.map(\.domainID) == ["domain-7"])
    let error = await #expect(throws: RPCError.self) {
      try await list(Query(filter: [condition, condition]))
    }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains("more than 20000 domains") == true)
  }

  @Test(
    "What no domain has is refused by name",
    arguments: [
      (Query(filter: [Filter("created_at", "eq", .string("x"))]), "unknown key"),
      (Query(filter: [Filter("state", "eq", .string("CREATED"))]), "known are ENABLE, DISABLE"),
      (Query(filter: [Filter("register_templates", "contain", .string("x"))]), "takes eq, not, in"),
      (Query(filter: [Filter("register_templates", "gt", .string("x"))]), "takes eq, not, in"),
      (Query(sort: Sort(key: "register_templates")), "no field register_templates"),
      (Query(sort: Sort(key: "name")), "unknown key"), (Query(only: ["state"]), "state"),
    ] as [(Query, String)])
  func refusesQueries(query: Query, reason: String) async throws {
    let error = await #expect(throws: RPCError.self) { try await list(query) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
  }

  @Test(
    "Ten thousand domains are listed in pages; more than an answer holds are refused with advice")
  func manyDomains() async throws {
    let store = try SQLiteStore()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 1...10_000 {
        group.addTask { try await store.setDomainState(.enabled, of: "domain-\(number)") }
      }
      try await group.waitForAll()
    }
    let harness = try ServiceHarness(store: store, limits: UseCaseLimits(listRowsMax: 4000))
    var seen: Set<String> = []
    for start in stride(from: UInt32(1), to: 10_000, by: 4000) {
      let page = try await list(Query(page: Page(start: start, limit: 4000)), on: harness)
      #expect(page.totalCount == 10_000)
      seen.formUnion(page.results.map(\.domainID))
    }
    #expect(seen.count == 10_000)
    let error = await #expect(throws: RPCError.self) { try await list(on: harness) }
    #expect(error?.code == .resourceExhausted)
    #expect(error?.message.contains("query.page") == true)
    let narrow = try ServiceHarness(store: store, answerBytesMax: 10_000)
    let full = await #expect(throws: RPCError.self) { try await list(on: narrow) }
    #expect(full?.code == .resourceExhausted)
    #expect(full?.message.contains("fit") == true)
    try await store.close()
  }

  @Test("A path of a megabyte of marks is refused at once, not after minutes")
  func hostilePath() async throws {
    let path = "e" + String(repeating: "\u{316}\u{301}", count: 250_000)
    let error = await #expect(throws: RPCError.self) { try await list(Query(only: [path])) }
    #expect(error?.code == .invalidArgument)
  }

  @Test("Where nobody has said anything, the server's setting decides")
  func disabledByDefault() async throws {
    let store = try SQLiteStore(limits: StoreLimits(domainState: .disabled))
    let harness = try ServiceHarness(store: store)
    await #expect(throws: RPCError.notFound("template_id", ServiceHarness.template.templateID)) {
      try await harness.create()
    }
    let request = GetDomainRequest(domainID: "domain-a")
    #expect(try await harness.call(DomainMethods.get, request).registerTemplates == [])
    let enabled = try await harness.call(
      DomainMethods.enable, EnableDomainRequest(domainID: "domain-a"))
    #expect(enabled.registerTemplates == [ServiceHarness.template.templateID])
    #expect(try await harness.create().domainID == "domain-a")
    try await store.close()
  }
}
