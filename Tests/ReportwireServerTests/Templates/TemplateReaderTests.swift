import ReportCore
import Testing

@testable import ReportwireServer

@Suite struct TemplateReaderTests {
  private func read(_ yaml: String) -> (template: Template?, problems: [String]) {
    let log = ProblemLog(file: "t.yaml")
    let draft = TemplateReader.read(yaml, formats: [.csv, .json], log: log)
    return (draft?.template, log.problems.map(\.description))
  }

  @Test func everyKeyIsRead() throws {
    let (template, problems) = read(
      """
      template_id: template-0b1c5c2f9a10
      name: flights-by-carrier
      title: Flights by carrier
      enabled: no
      source: flights
      tenant: shared
      sql: |
        SELECT 1
      invalid_text: latin1
      parameters:
        carrier: {type: string, required: true, max_length: 2, pattern: "[A-Z]+", title: Carrier}
        min_delay: {type: integer, default: 0, minimum: 0, maximum: 1_000}
        ratio: {type: number, default: 0.5, enum: [0.5, 1]}
        late: {type: boolean, default: true}
        day: {type: date, minimum: 2013-01-01, default: "2013-06-01"}
        at: {type: datetime, maximum: "2014-01-01T00:00:00Z", stored_as: sql}
        months: {type: string_list, default: [jan], enum: [jan, feb]}
      columns:
        - {name: dep_delay, title: Delay (min), format: "0.0", raw: true}
        - {name: day, type: date, align: center}
      formats: [csv, json]
      csv: {delimiter: tab, byte_order_mark: true}
      json: {levels: [1, a], inner: {deep: no}}
      limits: {rows: 10, seconds: 20, bytes: 30, cell_bytes: 5}
      """)
    #expect(problems == [])
    let parameters = [
      TemplateParameter(
        name: "carrier", kind: .string, title: "Carrier", isRequired: true, maxLength: 2,
        pattern: "[A-Z]+"),
      TemplateParameter(
        name: "min_delay", kind: .integer, defaultValue: .number(0), minimum: .number(0),
        maximum: .number(1000)),
      TemplateParameter(
        name: "ratio", kind: .number, defaultValue: .number(0.5),
        allowed: [.number(0.5), .number(1)]),
      TemplateParameter(name: "late", kind: .boolean, defaultValue: .bool(true)),
      TemplateParameter(
        name: "day", kind: .date, defaultValue: .string("2013-06-01"),
        minimum: .string("2013-01-01")),
      TemplateParameter(
        name: "at", kind: .datetime, maximum: .string("2014-01-01T00:00:00Z"), momentForm: .sql),
      TemplateParameter(
        name: "months", kind: .stringList, defaultValue: .list([.string("jan")]),
        allowed: [.string("jan"), .string("feb")]),
    ]
    #expect(
      template
        == Template(
          templateID: "template-0b1c5c2f9a10", name: "flights-by-carrier",
          title: "Flights by carrier", isEnabled: false, source: "flights", isShared: true,
          sql: "SELECT 1\n", invalidText: .latin1, parameters: parameters,
          columns: [
            TemplateColumn(name: "dep_delay", title: "Delay (min)", format: "0.0", isRaw: true),
            TemplateColumn(name: "day", type: .date, alignment: .center),
          ],
          formats: [.csv, .json],
          formatOptions: [
            .csv: ["delimiter": .string("tab"), "byte_order_mark": .bool(true)],
            .json: [
              "levels": .list([.number(1), .string("a")]),
              "inner": .object(["deep": .bool(false)]),
            ],
          ],
          limits: TemplateLimits(rowsMax: 10, secondsMax: 20, bytesMax: 30, cellBytesMax: 5)))
  }

  @Test func aTemplateSaysHowLongItsReportsAreKept() {
    #expect(read(Self.base + "retention_days: 40").template?.retentionDays == 40)
    #expect(read(Self.base).template?.retentionDays == nil)
    let (template, problems) = read(Self.base + "retention_days: 0")
    #expect(template == nil)
    #expect(problems.count == 1 && problems[0].contains("retention_days"), "\(problems)")
  }

  @Test func aTemplateSaysWhichDomainsMayUseIt() {
    #expect(read(Self.base + "domains: [b, a, b]").template?.domains == ["a", "b"])
    #expect(read(Self.base).template?.domains == nil)
    let (template, problems) = read(Self.base + "domains: a")
    #expect(template == nil)
    #expect(problems == ["t.yaml:4: 'domains' of the template must be a list, but is text"])
  }

  @Test func nameSourceAndSQLAreEnough() throws {
    let first = read("{name: a, source: s, sql: SELECT 1}").template
    let template = try #require(first)
    #expect(template.templateID.wholeMatch(of: /template-[0-9a-f]{12}/) != nil)
    #expect(template.title == "a")
    #expect(template.formats == [.csv])
    #expect(template.isEnabled && !template.isShared)
    #expect(
      read("{name: a, source: other, sql: SELECT 2}").template?.templateID == template.templateID)
    #expect(read("{name: b, source: s, sql: SELECT 1}").template?.templateID != template.templateID)
  }

  private static let base = "name: a\nsource: s\nsql: SELECT 1\n"

  @Test(arguments: [
    ("", "t.yaml:1: the file is empty"),
    ("- a", "t.yaml:1: the template must be a mapping, but is a list"),
    ("name: a\nsql: b", "t.yaml:1: the template has no 'source'"),
    ("name: a\nsource: s\nsql: ' '", "t.yaml:3: 'sql' of the template is empty"),
    (
      "name: 12\nsource: s\nsql: b",
      "t.yaml:1: 'name' of the template must be text, but is a whole number (put 12 into quotes"
    ),
    (
      "name: no\nsource: s\nsql: b",
      "t.yaml:1: 'name' of the template must be text, but is a boolean"
    ),
    (base + "titel: x", "t.yaml:4: the template has no key 'titel' (did you mean 'title'?)"),
    (
      base + "tenant: all",
      "t.yaml:4: 'tenant' of the template must be shared or domain, but is 'all'"
    ),
    (base + "enabled: 1", "t.yaml:4: 'enabled' of the template must be true or false"),
    (base + "formats: csv", "t.yaml:4: 'formats' of the template must be a list, but is text"),
    (base + "csv:\n  delimiter:", "t.yaml:5: an option of 'csv' must be a value, but is nothing"),
    (
      base + "cvs: {delimiter: tab}",
      "t.yaml:4: the template has no key 'cvs' (did you mean 'csv'?)"
    ),
    (
      base + "columns: [{name: a, type: text}]",
      "t.yaml:4: 'type' of column 1 must be string, integer, number, decimal, boolean, date or "
        + "datetime, but is 'text'"
    ),
    (
      base + "columns: [{name: a, align: middle}]",
      "t.yaml:4: 'align' of column 1 must be left, center or right, but is 'middle'"
    ),
    (base + "csv: ;", "t.yaml:4: 'csv' must be a mapping, but is text"),
    (base + "limits: {rows: 0}", "t.yaml:4: 'rows' of 'limits' must be from 1 to"),
    (base + "limits: {cell_bytes: 0}", "t.yaml:4: 'cell_bytes' of 'limits' must be from 1 to"),
    (base + "limits: {row: 1}", "t.yaml:4: 'limits' has no key 'row' (did you mean 'rows'?)"),
    (base + "limits: {seconds: 1.5}", "t.yaml:4: 'seconds' of 'limits' must be a whole number"),
    (base + "limits: {seconds: 86401}", "t.yaml:4: 'seconds' of 'limits' must be from 1 to 86400"),
    (base + "columns:\n  - {title: x}", "t.yaml:5: column 1 has no 'name'"),
    (base + "columns: {a: b}", "t.yaml:4: 'columns' of the template must be a list"),
    (base + "parameters: [a]", "t.yaml:4: 'parameters' of the template must be a mapping"),
    (base + "parameters:\n  p: {}", "t.yaml:5: parameter 'p' has no 'type': it is string, integer"),
    (base + "parameters:\n  p: {type: text}", "t.yaml:5: 'type' of parameter 'p' must be string"),
    (base + "parameters:\n  p: string", "t.yaml:5: parameter 'p' must be a mapping"),
    (
      base + "parameters:\n  p: {type: integer, default: 9007199254740992}",
      "t.yaml:5: 'default' of parameter 'p' must be from -9007199254740991 to 9007199254740991"
    ),
    (
      base + "parameters:\n  p: {type: datetime, stored_as: iso}",
      "t.yaml:5: 'stored_as' of parameter 'p' must be rfc3339_milliseconds, rfc3339_seconds, sql, "
        + "epoch_seconds or epoch_milliseconds, but is 'iso'"
    ),
    (
      base + "invalid_text: koi8",
      "t.yaml:4: 'invalid_text' of the template must be fail, replace, latin1 or windows1252, but "
        + "is 'koi8'"
    ),
    (
      base + "parameters:\n  p: {type: string, enum: []}",
      "t.yaml:5: 'enum' of parameter 'p' is empty"
    ),
    (
      base + "parameters:\n  p: {type: string, max_length: 0}",
      "t.yaml:5: 'max_length' of parameter 'p' must be from 1"
    ),
    (
      base + "parameters:\n  p: {type: string}\n  p: {type: date}",
      "t.yaml:5: 'p' stands there more than once"
    ),
    (
      base + "parameters:\n  p: {type: date, default: {a: 1}}",
      "t.yaml:5: 'default' of parameter 'p' must be a value, but is a mapping"
    ),
    (
      base + "parameters:\n  p: {type: number, minimum: .inf}",
      "t.yaml:5: 'minimum' of parameter 'p' must be a number"
    ),
    (base + "sql: x", "t.yaml:3: 'sql' stands there more than once"),
    ("name: a\n\tsource: s", "t.yaml:2: it is no YAML"),
    ("name: a\n---\nname: b", "t.yaml:2: it is no YAML: but found another document"),
    ("a: *nowhere", "t.yaml:1: anchors and aliases (&name, *name) are not read"),
    ("name: a\nsource: &s s", "t.yaml:2: anchors and aliases (&name, *name) are not read"),
    ("&t\nname: a", "t.yaml:1: anchors and aliases (&name, *name) are not read"),
    ("name: a\nformats: &f [csv]", "t.yaml:2: anchors and aliases (&name, *name) are not read"),
    ("name: a\n<<: {source: s}", "t.yaml:2: merge keys (<<) are not read; write the keys out"),
    (
      "a: " + String(repeating: "[", count: 32) + String(repeating: "]", count: 32),
      "t.yaml:1: lists and mappings are nested more than 32 deep"
    ),
    (
      "a:\n" + String(repeating: "- a\n", count: 20_000),
      "t.yaml:19999: it has more than 20000 values, lists and mappings"
    ),
  ])
  func mistakesAreNamedWithTheirLine(yaml: String, wanted: String) {
    let (template, problems) = read(yaml)
    #expect(template == nil)
    #expect(problems.contains { $0.hasPrefix(wanted) }, "\(problems)")
  }

  @Test func everyMistakeOfAFileIsReported() {
    let problems = read("name: a b\nsql: ''\ntenant: x\nlimits: {rows: 0, bytes: a}\nfoo: 1")
      .problems
    #expect(problems.count == 6, "\(problems)")
  }

  @Test func deepNestingIsRefusedInsteadOfOverflowing() {
    let yaml = String(repeating: "[", count: 200_000)
    #expect(!read(yaml).problems.isEmpty)
  }

  /// Nine lists of nine, of which the first is the text `x`: 500 bytes that stand for 3 billion.
  @Test func aliasesOfAliasesAreRefusedBeforeTheyAreFollowed() {
    var yaml = "a0: &a0 x\n"
    for level in 1...9 {
      let items = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      yaml += "a\(level): &a\(level) [\(items)]\n"
    }
    #expect(yaml.utf8.count < 600)
    #expect(read(yaml).problems.map { String($0.prefix(29)) } == ["t.yaml:1: anchors and aliases"])
  }
}
