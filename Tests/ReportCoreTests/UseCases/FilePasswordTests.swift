import ReportwireTestKit
import Testing

@testable import ReportCore

@Suite("Passwords of files, and who keeps them", .timeLimit(.minutes(5)))
struct FilePasswordTests {
  private static let zip = ReportFormat(rawValue: "csv.zip")
  private static let secret = "correct horse"

  private func bench(reportsMax: Int = 10_000, reached: Reached = Reached()) -> UseCaseBench {
    UseCaseBench(
      renderers: [LineRenderer(), LineRenderer(Self.zip, takesPassword: true)],
      vault: PasswordVault(reportsMax: reportsMax), limitReached: { reached.note($0) })
  }

  private func options(_ password: OptionValue?, _ more: OptionObject = [:]) -> OptionObject {
    var own = more
    own["password"] = password
    return [
      "formats": .list([.string("csv.zip")]),
      "format_options": .object(["csv.zip": .object(own)]),
    ]
  }

  private func error(_ bench: UseCaseBench, _ options: OptionObject) async -> UseCaseError? {
    do {
      try await bench.create(options)
      return nil
    } catch {
      return error as? UseCaseError
    }
  }

  @Test func `A report notes that there is a password, and nothing else`() async throws {
    let bench = bench()
    let report = try await bench.create(options(.string(Self.secret))).report
    #expect(
      report.templateOptions["format_options"]
        == .object(["csv.zip": .object(["encrypted": .bool(true)])]))
    #expect(FilePasswords.formats(lockedBy: report.templateOptions) == [Self.zip])
    let password = try #require(bench.ports.vault.passwords(of: report.reportID)[Self.zip])
    #expect(password.text == Self.secret)
    var dumped = ""
    dump(bench.ports.vault.passwords(of: report.reportID), to: &dumped)
    #expect(!"\(password) \(String(reflecting: password)) \(dumped)".contains(Self.secret))
  }

  @Test(arguments: [
    "", String(repeating: "x", count: 100), String(repeating: "é", count: 50), "a\0b",
  ])
  func `What is no password is refused without a word of it`(_ text: String) async throws {
    let error = await error(bench(), options(.string(text)))
    #expect(error?.code == .invalid)
    #expect(text.isEmpty || error?.description.contains(text) == false)
  }

  @Test func `A password has from 1 to 99 bytes`() async throws {
    let bench = bench()
    for text in ["x", String(repeating: "x", count: 99), String(repeating: "é", count: 49)] {
      try await bench.create(options(.string(text)))
    }
    #expect(bench.ports.vault.reports.count == 3)
  }

  @Test func `Wrong places and kinds are refused without a word of the password`() async throws {
    let text = OptionValue.string(Self.secret)
    let cases: [OptionObject] = [
      ["password": text], ["format_options": .object(["password": text])],
      ["format_options": .object(["csv": .object(["password": text])])],
      ["format_options": .object(["csv.zip": text])],
      options(.list([text])), options(text, ["pasword": text]), options(nil, ["encrypted": text]),
      ["format_options": .object(["csv.zip": .object(["password": text])])],
    ]
    for options in cases {
      let error = await error(bench(), options)
      #expect(error?.code == .invalid, "\(options)")
      #expect(error?.description.contains(Self.secret) == false)
    }
  }

  @Test func `The options of a report that had one are no create by themselves`() async throws {
    let error = await error(bench(), options(nil, ["encrypted": .bool(true)]))
    #expect(error?.code == .missing)
    #expect(error?.key == "template_options.format_options.csv.zip.password")
    let bench = bench()
    let plain = try await bench.create(options(nil, ["encrypted": .bool(false)])).report
    #expect(FilePasswords.formats(lockedBy: plain.templateOptions).isEmpty)
    #expect(bench.ports.vault.reports.isEmpty)
  }

  @Test func `A schedule has no passwords`() async throws {
    let bench = bench()
    let error = await #expect(throws: UseCaseError.self) {
      try await CreateReport(bench.ports).run(
        CreateReport.Command(
          templateID: "monthly-cost", name: "n", options: options(.string(Self.secret)),
          scheduleID: "schedule-1"), for: try bench.caller())
    }
    #expect(error?.code == .invalid)
    #expect(error?.message.contains("schedule") == true)
  }

  // MARK: Repetitions

  @Test func `A repeated create with its key is the same report, with another password a conflict`()
    async throws
  {
    let bench = bench()
    let first = try await bench.create(options(.string("a")), repetition: .key("k")).report
    let again = try await bench.create(options(.string("a")), repetition: .key("k")).report
    #expect(again.reportID == first.reportID)
    let error = await #expect(throws: UseCaseError.self) {
      try await bench.create(options(.string("b")), repetition: .key("k"))
    }
    #expect(error?.code == .conflict)
    #expect(bench.ports.vault.reports.count == 1)
    // Without one it is another create.
    await #expect(throws: UseCaseError.self) {
      try await bench.create(options(nil), repetition: .key("k"))
    }
  }

  @Test func `A repeated create brings a password again that was lost`() async throws {
    let bench = bench()
    let report = try await bench.create(options(.string("a")), repetition: .key("k")).report
    bench.ports.vault.forget(report.reportID)
    try await bench.create(options(.string("a")), repetition: .key("k"))
    #expect(bench.ports.vault.passwords(of: report.reportID)[Self.zip]?.text == "a")
  }

  @Test(arguments: [
    CreateReport.Repetition.call([(name: "traceparent", value: "t")]), .run,
  ])
  func `What is not named itself is repeated by the same password only`(
    _ repetition: CreateReport.Repetition
  ) async throws {
    let bench = bench()
    let first = try await bench.create(options(.string("a")), repetition: repetition).report
    let again = try await bench.create(options(.string("a")), repetition: repetition).report
    let other = try await bench.create(options(.string("b")), repetition: repetition).report
    #expect(again.reportID == first.reportID)
    #expect(other.reportID != first.reportID)
    // Another process tells them apart from its own.
    var ports = bench.ports
    ports.vault = PasswordVault()
    let elsewhere = try await CreateReport(ports).run(
      CreateReport.Command(
        templateID: "monthly-cost", name: "costs", options: options(.string("a")),
        repetition: repetition), for: try bench.caller())
    #expect(elsewhere.report.reportID != first.reportID)
  }

  // MARK: Bounds

  @Test func `Of one domain there are half as many as there may be`() async throws {
    let reached = Reached()
    let bench = bench(reportsMax: 4, reached: reached)
    for name in ["a", "b"] { try await bench.create(options(.string("x")), name: name) }
    let error = await error(bench, options(.string("x")))
    #expect(error?.code == .tooMuch)
    #expect(error?.message.contains("limits.password_reports") == true)
    #expect(reached.names == ["password_reports"])
    // Nothing came of it.
    #expect(bench.ports.vault.reports.count == 2)
    for (index, domain) in ["domain-b", "domain-b", "domain-c"].enumerated() {
      let create = {
        try await CreateReport(bench.ports).run(
          CreateReport.Command(
            templateID: "monthly-cost", name: "\(index)", options: options(.string("x"))),
          for: try bench.caller(domain))
      }
      if index < 2 {
        _ = try await create()
      } else {
        await #expect(throws: UseCaseError.self) { _ = try await create() }
      }
    }
    let first = try #require(bench.ports.vault.reports.first { $0.domainID.text == "domain-a" })
    bench.ports.vault.forget(first.reportID.text)
    try await bench.create(options(.string("x")), name: "c")
  }

  @Test func `A create that comes to nothing leaves no password`() async throws {
    let bench = bench()
    try await bench.store.close()
    #expect(await error(bench, options(.string("x"))) != nil)
    #expect(bench.ports.vault.reports.isEmpty)
  }
}
