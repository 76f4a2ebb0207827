import ReportCore
import ReportwireTestKit
import Testing

@Suite("Which templates a domain may use", .timeLimit(.minutes(5)))
struct TemplateAccessTests {
  private static func template(
    _ name: String, for domains: [String]? = nil, isEnabled: Bool = true,
    fault: TemplateFault? = nil
  ) -> Template {
    var template = Template(
      templateID: "template-\(name)", name: name, title: "", isEnabled: isEnabled, source: "s",
      isShared: true, sql: "SELECT 1",
      parameters: [TemplateParameter(name: "region", kind: .string, isRequired: true)],
      formats: [.csv])
    template.domains = domains.map { Set($0.map { ExactText($0) }) }
    template.fault = fault
    return template
  }

  private let bench: UseCaseBench
  private let ports: UseCasePorts

  init() {
    bench = UseCaseBench()
    var ports = bench.ports
    ports.catalog = FixedCatalog(
      [
        Self.template("all"), Self.template("a", for: ["domain-a"]),
        Self.template("b", for: ["domain-b", "domain-c"]),
        Self.template("off", for: ["domain-b"], isEnabled: false),
        Self.template("broken", for: ["domain-b"], fault: .broken("It is.")),
        Self.template("z", for: ["domain-a"]),
      ], sources: [:])
    self.ports = ports
  }

  private func create(
    _ name: String, in domainID: String = "domain-a",
    options: OptionObject = ["region": .string("eu")],
    storageID: String = "", _ repetition: CreateReport.Repetition = .none
  ) async throws -> Report {
    try await CreateReport(ports).run(
      CreateReport.Command(
        templateID: name, name: "n", options: options, storageID: storageID,
        repetition: repetition),
      for: try bench.caller(domainID)
    ).report
  }

  private func names(for domainID: String) async throws -> [String] {
    try await BrowseCatalog(ports).templates(
      templateID: "", name: "", isDisabledOnly: false, for: domainID
    ).map(\.name)
  }

  @Test("A domain sees what is offered to it and to all; who names no domain sees everything")
  func offers() async throws {
    #expect(try await names(for: "domain-a") == ["a", "all", "z"])
    #expect(try await names(for: "domain-b") == ["all", "b", "broken", "off"])
    #expect(try await names(for: "Domain-a") == ["all"])
    #expect(try await names(for: "") == ["a", "all", "b", "broken", "off", "z"])
    let catalog = BrowseCatalog(ports)
    #expect(try await catalog.template("a", for: "domain-a").name == "a")
    #expect(try await catalog.template("template-a", for: "").name == "a")
    for stranger in ["a", "template-a", "off"] {
      await #expect(throws: UseCaseError.notFound("template_id", stranger)) {
        try await catalog.template(stranger, for: "domain-c")
      }
    }
    for id in ["domain-a", "domain-b"] { try await bench.store.setDomainState(.disabled, of: id) }
    #expect(try await names(for: "domain-a") == [])
    #expect(try await names(for: "domain-c") == ["all", "b"])
    await #expect(throws: UseCaseError.notFound("template_id", "a")) {
      try await catalog.template("a", for: "domain-a")
    }
  }

  @Test("A create of what is not offered is one of what does not exist, whatever else is wrong")
  func createsOfStrangers() async throws {
    let makings: [(OptionObject, String)] = [
      (["region": .string("eu")], ""), ([:], ""), (["regoin": .string("eu")], ""),
      (["region": .string("eu")], "storage-none"),
    ]
    for (options, storageID) in makings {
      for name in ["nothing", "b", "template-b", "off", "broken"] {
        await #expect(throws: UseCaseError.notFound("template_id", name)) {
          try await create(name, options: options, storageID: storageID)
        }
      }
    }
    #expect(try await create("a").templateID == "template-a")
    // Of a domain that is offered them, their state is no secret.
    await #expect(throws: UseCaseError.self) { try await create("off", in: "domain-b") }
    let error = await #expect(throws: UseCaseError.self) {
      try await create("off", in: "domain-b")
    }
    #expect(error?.code == .templateDisabled)
    try await bench.store.setDomainState(.disabled, of: "domain-a")
    try await bench.store.setDomainState(.disabled, of: "domain-b")
    for (options, storageID) in makings {
      for (name, domainID) in [
        ("nothing", "domain-a"), ("all", "domain-a"), ("a", "domain-a"), ("off", "domain-b"),
        ("broken", "domain-b"),
      ] {
        await #expect(throws: UseCaseError.notFound("template_id", name), "\(name) \(options)") {
          try await create(name, in: domainID, options: options, storageID: storageID)
        }
      }
    }
    #expect(try await create("all", in: "domain-c").domainID == "domain-c")
  }

  @Test("A repeated create finds its report, though nobody may make another")
  func repetitions() async throws {
    let (key, call) = (
      CreateReport.Repetition.key("k"), CreateReport.Repetition.call([("traceparent", "t")])
    )
    let made = (try await create("a", key), try await create("a", call))
    try await bench.store.setDomainState(.disabled, of: "domain-a")
    #expect(try await create("a", key) == made.0)
    #expect(try await create("a", call) == made.1)
    await #expect(throws: UseCaseError.notFound("template_id", "a")) { try await create("a") }
    let error = await #expect(throws: UseCaseError.self) { try await create("all", key) }
    #expect(error?.code == .conflict)
  }

  @Test("What a domain has is read, cancelled, kept and removed while it is disabled")
  func reportsThatExist() async throws {
    let ids = (try await create("a").reportID, try await create("a").reportID)
    try await bench.store.setDomainState(.disabled, of: "domain-a")
    let caller = try bench.caller()
    #expect(try await ReadReports(ports).one(ids.0, for: caller).report.reportID == ids.0)
    let inspected = try await ReadReports(ports).inspection(of: ids.0, for: caller)
    #expect(inspected.parameters == ["region": .string("eu")])
    #expect(try await KeepReport(ports).pin(true, ids.0, for: caller).report.isPinned)
    // It still waits for its turn, and gets it.
    let claimed = try await bench.store.claimNext(
      worker: "w", at: FakeClock.start, leaseFor: .seconds(30), runningPerDomainMax: 9)
    #expect(claimed?.domainID == "domain-a")
    let cancelled = try await CancelReport(ports).run(ids.1, for: caller).report
    #expect(cancelled.state == .canceled || cancelled.isCancelRequested)
  }

  @Test("What a domain may run now: enabled templates of its own and of all, by id")
  func templateIDs() {
    let domains = AdministerDomains(ports)
    let ofAll = domains.offers(to: "")
    func ids(_ domainID: String, _ state: DomainState = .enabled) -> [String] {
      let domain = Domain(domainID: domainID, state: state)
      let ids = ofAll.templateIDs(for: domain)
      #expect(domains.offers(to: domainID).templateIDs(for: domain) == ids)
      return ids
    }
    #expect(ids("domain-a") == ["template-a", "template-all", "template-z"])
    // A source that is away may be back by the time that somebody asks.
    #expect(ids("domain-b") == ["template-all", "template-b", "template-broken"])
    #expect(ids("domain-c") == ["template-all", "template-b"])
    #expect(ids("e\u{301}") == ["template-all"])
    #expect(ids("domain-a", .disabled) == [])
  }
}
