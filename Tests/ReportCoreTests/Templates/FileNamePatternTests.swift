import ReportCore
import ReportwireTestKit
import Testing

@Suite("Patterns of files' names")
struct FileNamePatternTests {
  private func template(_ fileName: String?) -> Template {
    var template = Template(
      templateID: "template-1", name: "costs", title: "Costs: all", source: "numbers",
      isShared: true, sql: "SELECT",
      parameters: [
        TemplateParameter(name: "year", kind: .integer),
        TemplateParameter(name: "late", kind: .boolean, defaultValue: .bool(true)),
        TemplateParameter(name: "months", kind: .stringList),
        TemplateParameter(name: "who", kind: .string),
      ],
      formats: [.csv])
    template.fileName = fileName
    return template
  }

  private static let report = TestReports.report(
    1, name: "May/June",
    options: [
      "year": .number(2025), "months": .list([.string("jan"), .string("feb")]), "who": .null,
    ],
    createdAt: Instant(secondsSinceEpoch: 1_795_422_599))

  private func problems(_ fileName: String) -> [TemplateProblem] {
    TemplateChecker(renderers: [LineRenderer()]).problems(in: template(fileName), hasSource: true)
      .filter { $0.path == ["file_name"] }
  }

  @Test(
    "Places are filled with what the report has",
    arguments: [
      (nil, "costs_20261123"), ("{template}_{date}", "costs_20261123"),
      ("{name}_{option.year}_{date}", "May/June_2025_20261123"),
      ("{title} {time}", "Costs: all 082959"), ("{option.late}-{option.who}-", "true--"),
      ("{option.months}", "jan-feb"), ("fixed", "fixed"), ("été {date}x", "été 20261123x"),
    ] as [(String?, String)])
  func fills(pattern: String?, name: String) {
    if let pattern { #expect(problems(pattern) == []) }
    #expect(Self.report.fileName(template(pattern)) == name)
  }

  @Test("Without its template a report is named by itself")
  func withoutTemplate() {
    #expect(Self.report.fileName(nil) == "May/June_20261123")
  }

  @Test(
    "What is no pattern is refused with its place",
    arguments: [
      ("", "at character 1: it is empty"),
      (
        "a_{nmae}",
        "at character 3: there is no {nmae} (did you mean {name}?); there are {template}"
      ),
      ("{option.yaer}", "at character 1: there is no {option.yaer} (did you mean {option.year}?)"),
      ("{}", "at character 1: there is no {}"),
      ("été{date", "at character 4: the brace is not closed"),
      ("{{date}}", "at character 1: there is no {{date}"),
      ("{date}}", "at character 7: a brace is closed that was not opened"),
      ("{Date}", "at character 1: there is no {Date} (did you mean {date}?)"),
      ("out/{date}", "at character 4: \"/\" cannot stand"),
      ("a\\b", "at character 2: "), ("a:b", "at character 2: "), ("a\u{202e}b", "at character 2: "),
      ("a\nb", "at character 2: "), ("{domain_id}", "at character 1: there is no {domain_id}"),
    ])
  func refuses(pattern: String, message: String) {
    let found = problems(pattern)
    #expect(found.count == 1)
    #expect(found.first?.message.hasPrefix(message) == true, "\(found)")
  }

  @Test("A pattern has at most 255 bytes")
  func bound() {
    #expect(problems(String(repeating: "é", count: 127) + "x") == [])
    #expect(problems(String(repeating: "é", count: 128)).count == 1)
  }

  @Test("Long values are cut before they are put together")
  func longValues() {
    var report = Self.report
    let long = String(repeating: "界", count: 100_000)
    report.templateOptions["who"] = .string(long)
    report.templateOptions["months"] = .list(Array(repeating: .string(long), count: 2))
    let name = report.fileName(template("{option.who}{option.months}"))
    let (whole, part) = (String(repeating: "界", count: 340), String(repeating: "界", count: 170))
    #expect(name == "\(whole)-\(part)")
  }
}
