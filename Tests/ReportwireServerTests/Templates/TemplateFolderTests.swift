import Renderers
import ReportCore
import Testing

@testable import ReportwireServer

@Suite(.timeLimit(.minutes(5))) struct TemplateFolderTests {
  private let temporary: TemporaryFolder
  private let folder: TemplateFolder

  init() throws {
    temporary = try TemporaryFolder()
    folder = TemplateFolder(path: temporary.path, isRequired: true)
  }

  private let check = SourceCheck(
    renderers: [CSVRenderer(), JSONRenderer()], patience: .seconds(60))

  private func problems(_ source: StubSource = StubSource(parameters: [])) async -> [String] {
    do throws(Problems) {
      _ = try await folder.read(sources: ["s": source], check: check)
      return []
    } catch {
      return error.all.map { $0.description.replacing(temporary.path + "/", with: "") }
    }
  }

  private static let good = "source: s\ntenant: shared\nsql: SELECT 1\n"

  @Test func everyYAMLFileIsATemplate() async throws {
    try temporary.write("b.yml", "name: b\n" + Self.good)
    try temporary.write("a.yaml", "name: a\n" + Self.good)
    try temporary.write("c.YAML", "name: c\n" + Self.good)
    try temporary.write("notes.txt", "name: c\n")
    try temporary.write(".hidden.yaml", "name: d\n")
    try temporary.write("sub.yaml/e.yaml", "name: e\n")
    let contents = try await folder.read(
      sources: ["s": StubSource(parameters: [])], check: check)
    #expect(contents.templates.map(\.name).sorted() == ["a", "b", "c"])
  }

  /// What is in it is for the formats that have a place for it.
  @Test func aLogoIsAFileBesideTheTemplate() async throws {
    try temporary.write("logo.png", "pixels")
    try temporary.write("a.yaml", "name: a\n" + Self.good + "logo: logo.png\n")
    let contents = try await folder.read(sources: ["s": StubSource(parameters: [])], check: check)
    let logo = try #require(contents.template("a")?.logo)
    #expect(logo.name == "logo.png")
    #expect(logo.bytes == Array("pixels".utf8))
    #expect(logo.sha256 == "6ec9c2b0eb14010746c8bce8939303b382344b296206612eb8a907a37b2b2f37")
  }

  @Test(arguments: [
    ("other.png", "cannot be used: the file cannot be opened: No such file or directory"),
    ("sub/logo.png", "must be the name of a PNG file beside the template"),
    ("''", "must be the name of a PNG file beside the template"),
    ("large.png", "cannot be used: the file has more than 1048576 bytes"),
    ("..", "cannot be used: "),
  ])
  func aLogoThatCannotBeReadHasItsLine(name: String, reason: String) async throws {
    try temporary.write("sub/logo.png", "pixels")
    try temporary.write("large.png", String(repeating: "x", count: 1_048_577))
    try temporary.write("a.yaml", "name: a\n" + Self.good + "logo: \(name)\n")
    let problems = await problems()
    #expect(problems.count == 1 && problems[0].hasPrefix("a.yaml:5: the logo "), "\(problems)")
    #expect(problems.first?.contains(reason) == true, "\(problems)")
  }

  @Test(arguments: [
    "en", "de-AT", "zh-Hant-TW", "sr-Latn-RS", "x1", "-en", "e", "en-", "123456789",
  ])
  func aLanguageIsATag(tag: String) async throws {
    try temporary.write("a.yaml", "name: a\n" + Self.good + "language: '\(tag)'\n")
    let isTag = ["en", "de-AT", "zh-Hant-TW", "sr-Latn-RS"].contains(tag)
    let problems = await problems()
    #expect(problems.isEmpty == isTag, "\(problems)")
    if !isTag { #expect(problems.first?.hasPrefix("a.yaml:5: language: ") == true, "\(problems)") }
  }

  @Test func problemsOfAllFilesAreReportedInOrder() async throws {
    try temporary.write("1.yaml", "name: a\n" + Self.good + "titel: x\n")
    try temporary.write("2.yaml", "name: [")
    try temporary.write("3.yaml", "name: c\n" + Self.good + "formats: [csv, pdf]\n")
    try temporary.write("4.yaml", "name: d\nsource: other\nsql: SELECT 1\n")
    try temporary.write("5.yaml", "name: e\n" + Self.good)
    let problems = await problems()
    #expect(problems.count == 4, "\(problems)")
    #expect(problems[0].hasPrefix("1.yaml:5: the template has no key 'titel'"))
    #expect(problems[1].hasPrefix("2.yaml:"))
    #expect(problems[2] == "3.yaml:5: formats.1: there is no format \"pdf\"; known are csv, json")
    #expect(problems[3] == "4.yaml:2: source: the configuration has no source named \"other\"")
  }

  @Test(arguments: [
    ("[]", "it names none; leave it out for every domain, or say enabled: false"),
    ("[a, 'b c']", "\"b c\" is no domain id: letters, digits, '-', '_' and '.'"),
    ("[.a]", "\".a\" is no domain id"), ("['']", "\"\" is no domain id"),
    ("[\(String(repeating: "a", count: 129))]", " at most 128"),
  ])
  func domainsThatNoTemplateCanBeForAreRefused(domains: String, wanted: String) async throws {
    try temporary.write("1.yaml", "name: a\n" + Self.good + "domains: \(domains)\n")
    let problems = await problems()
    #expect(problems.count == 1)
    #expect(problems[0].hasPrefix("1.yaml:5: domains: "), "\(problems)")
    #expect(problems[0].contains(wanted), "\(problems)")
  }

  @Test func aFormatOfAColumnThatHasNoMeaningIsRefusedWithItsLine() async throws {
    try temporary.write(
      "1.yaml",
      "name: a\n" + Self.good
        + "columns:\n- {name: x, format: '0.00'}\n- name: y\n  format: General\n")
    let problem = await problems().first { $0.contains("General") }
    #expect(
      problem?.hasPrefix("1.yaml:8: columns.1.format: \"General\" is no format; a number is 0, ")
        == true, "\(problem ?? "none")")
  }

  @Test(arguments: [
    (
      "csv: {delimiter: x}",
      "csv.delimiter: it must be comma, semicolon, tab or pipe, not \"x\""
    ),
    (
      "csv:\n  delimiter: tab\n  bom: true",
      "csv.bom: the format has no option \"bom\"; it has byte_order_mark, decimal_comma, delimiter, "
        + "time_zone"
    ),
    (
      "csv: {byte_order_marc: true}",
      "csv.byte_order_marc: the format has no option \"byte_order_marc\" (did you mean "
        + "byte_order_mark?); it has byte_order_mark, decimal_comma, delimiter, time_zone"
    ),
    (
      "csv: {byte_order_mark: 'true'}",
      "csv.byte_order_mark: it must be true or false, not \"true\""
    ),
    ("json: {indent: 2}", "json.indent: the format has no option \"indent\"; it has time_zone"),
    (
      "json: {time_zone: Europe/Berln}",
      "json.time_zone: it must be the IANA name of a time zone, such as Europe/Berlin, not "
        + "\"Europe/Berln\"; did you mean Europe/Berlin?"
    ),
    (
      "csv: {delimiter: [tab]}",
      "csv.delimiter: it must be comma, semicolon, tab or pipe, not a list"
    ),
    (
      "csv: {a: {b: 1}}",
      "csv.a: the format has no option \"a\"; it has byte_order_mark, decimal_comma, delimiter, "
        + "time_zone"
    ),
  ])
  func anOptionThatAFormatDoesNotTakeIsRefusedWithItsLine(
    _ yaml: String, _ problem: String
  ) async throws {
    try temporary.write("1.yaml", "name: a\n" + Self.good + yaml)
    let line = 5 + yaml.split(separator: "\n").count - 1
    #expect(await problems() == ["1.yaml:\(line): \(problem)"])
  }

  @Test func aNameThatFilesCannotHaveIsRefusedWithItsLine() async throws {
    try temporary.write("1.yaml", "name: a\n" + Self.good + "file_name: \"{template}_{dat}\"")
    #expect(
      await problems() == [
        "1.yaml:5: file_name: at character 12: there is no {dat} (did you mean {date}?); there are "
          + "{template}, {title}, {name}, {date}, {time}"
      ])
  }

  @Test func aFormatOfAColumnMustGoWithItsType() async throws {
    try temporary.write(
      "1.yaml",
      "name: a\n" + Self.good
        + "columns:\n- {name: x, type: date, format: '0.00'}\n- {name: y, type: boolean, format: '0'}\n"
        + "- {name: x, type: decimal, format: yyyy}\n- {name: x, type: integer, format: yyyy}\n")
    #expect(
      await problems().filter { $0.contains("format:") } == [
        "1.yaml:6: columns.0.format: \"0.00\" is no format of a date",
        "1.yaml:7: columns.1.format: \"0\" is no format of a boolean",
        "1.yaml:8: columns.2.format: \"yyyy\" is no format of a decimal",
      ])
  }

  @Test func idsAndNamesAreUnique() async throws {
    try temporary.write("1.yaml", "name: a\ntemplate_id: template-000000000001\n" + Self.good)
    try temporary.write("2.yaml", "name: a\n" + Self.good)
    try temporary.write("3.yaml", "name: b\ntemplate_id: template-000000000001\n" + Self.good)
    try temporary.write("4.yaml", "name: template-000000000001\n" + Self.good)
    let problems = await problems()
    #expect(problems.count == 3, "\(problems)")
    #expect(problems[0] == "2.yaml:1: name: \"a\" is taken by template a")
    #expect(problems[1].hasPrefix("3.yaml:2: template_id: \"template-000000000001\" is taken"))
    #expect(problems[2].hasPrefix("4.yaml:1: name: \"template-000000000001\" is taken"))
  }

  @Test func aBrokenStatementIsNamedAtItsLine() async throws {
    try temporary.write("1.yaml", "name: a\n" + Self.good)
    let problems = await problems(
      StubSource(failure: ReportFailure(.queryError, "near \"SELEC\": syntax error")))
    #expect(problems.count == 1)
    #expect(problems[0].hasPrefix("1.yaml:4: "), "\(problems)")
    #expect(problems[0].contains("syntax error"))
  }

  /// What the checker says stands at the line it means.
  @Test(arguments: [
    ("parameters:\n  p: {type: integer, default: x}", "1.yaml:6: parameters.p.default: "),
    ("parameters:\n  p:\n    type: string\n    minimum: a", "1.yaml:8: parameters.p.minimum: "),
    (
      "parameters:\n  p:\n    type: string\n    required: true\n    default: a",
      "1.yaml:9: parameters.p.default: "
    ),
    ("parameters:\n  domain_id: {type: string}", "1.yaml:6: parameters.domain_id: "),
    ("parameters:\n  p:\n    type: string\n    pattern: '('", "1.yaml:8: parameters.p.pattern: "),
    ("columns:\n  - {name: carrier}\n  - {name: nothing}", "1.yaml:7: columns.1.name: "),
    ("template_id: \"template\\n2\"", "1.yaml:5: template_id: "),
    ("formats: []", "1.yaml:5: formats: "),
    ("parameters:\n  q: {type: string}", "1.yaml:6: parameters.q: the SQL does not use :q"),
  ])
  func whatTheCheckerFindsStandsAtItsLine(yaml: String, wanted: String) async throws {
    try temporary.write("1.yaml", "name: a\n" + Self.good + yaml)
    let problems = await problems(StubSource(parameters: yaml.contains("  p:") ? ["p"] : []))
    #expect(problems.contains { $0.hasPrefix(wanted) }, "\(problems)")
  }

  @Test func aMissingFolderStopsOnlyWhereItWasNamed() async throws {
    let path = temporary.path + "/none"
    let optional = TemplateFolder(path: path, isRequired: false)
    #expect(try await optional.read(sources: [:], check: check).templates.isEmpty)
    let required = TemplateFolder(path: path, isRequired: true)
    let problem = await #expect(throws: Problems.self) {
      try await required.read(sources: [:], check: check)
    }
    #expect(problem?.all.first?.place == path)
  }

  @Test(arguments: [
    ([0x6e, 0xff], "1.yaml: the file is no UTF-8 text"),
    ([0xff, 0xfe, 0x6e, 0x00], "1.yaml: the file is UTF-16 text; save it as UTF-8"),
    ([0xfe, 0xff, 0x00, 0x6e], "1.yaml: the file is UTF-16 text; save it as UTF-8"),
  ])
  func aFileThatIsNoTextIsNamed(bytes: [UInt8], wanted: String) async throws {
    try bytes.write(to: try temporary.write("1.yaml", ""))
    #expect(await problems() == [wanted])
  }

  @Test func aByteOrderMarkIsNoPartOfTheText() async throws {
    try temporary.write("1.yaml", "\u{FEFF}name: a\n" + Self.good)
    #expect(await problems() == [])
  }

  /// Whatever else is wrong with it still stops the start.
  @Test func aTemplateWhoseSourceIsAwayIsLoadedWithThatFault() async throws {
    try temporary.write("1.yaml", "name: a\n" + Self.good)
    try temporary.write("2.yaml", "name: b\n" + Self.good)
    let away = StubSource(failure: ReportFailure(.sourceUnavailable, "It is locked."))
    let contents = try await folder.read(sources: ["s": away], check: check)
    #expect(
      contents.templates.map(\.fault) == [.unchecked("It is locked."), .unchecked("It is locked.")])
    try temporary.write("2.yaml", "name: b\n" + Self.good + "formats: [pdf]\n")
    #expect(await problems(away).count == 1)
  }
}
