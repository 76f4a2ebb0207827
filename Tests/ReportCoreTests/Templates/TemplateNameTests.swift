import ReportCore
import ReportwireTestKit
import Testing

@Suite("Names and ids of templates")
struct TemplateNameTests {
  private func template(
    id: String = "template_2", name: String = "numbers", parameters: [TemplateParameter] = [],
    columns: [String] = []
  ) -> Template {
    Template(
      templateID: id, name: name, title: "", source: "numbers", isShared: false, sql: "SELECT",
      parameters: parameters, columns: columns.map { TemplateColumn(name: $0) }, formats: [.csv])
  }

  private func problems(
    _ template: Template, columns: [String] = ["a"], parameterNames: [String] = ["domain_id"]
  ) -> [TemplateProblem] {
    let checker = TemplateChecker(renderers: [LineRenderer()])
    let source = ScriptedSource([], columns: columns, parameterNames: parameterNames)
    return checker.problems(in: template, hasSource: true)
      + ((try? checker.problems(in: template, against: source)) ?? [])
  }

  @Test(
    "An id is any text of one line",
    arguments: [
      "template_2", "template-0123456789ab", "2", "Kosten (März)", "レポート", "../x", "e\u{301}",
      String(repeating: "é", count: 127) + "x",
    ])
  func takesIDs(id: String) {
    #expect(problems(template(id: id)).isEmpty)
  }

  @Test(
    "What is empty, too long or more than one line is no id",
    arguments: [
      "", "a\nb", "a\u{0}", "a\u{7F}", "a\u{85}", "a\u{2028}b", "a\u{202E}b",
      String(repeating: "é", count: 128),
    ])
  func refusesIDs(id: String) {
    #expect(problems(template(id: id)).map(\.path) == [["template_id"]])
  }

  @Test("Ids that look alike are two; the same id, or another's name, is taken")
  func unique() {
    let checker = TemplateChecker(renderers: [LineRenderer()])
    let both = [template(id: "é", name: "a"), template(id: "e\u{301}", name: "b")]
    #expect(checker.problems(among: both).isEmpty)
    let taken = [
      template(id: "a", name: "a"), template(id: "a", name: "b"), template(id: "c", name: "b"),
      template(id: "b", name: "d"),
    ]
    #expect(checker.problems(among: taken).map(\.index) == [1, 2, 3])
    #expect(
      checker.problems(among: taken).map(\.problem.path) == [
        ["template_id"], ["name"], ["template_id"],
      ])
  }

  @Test("A column is the one of the same bytes")
  func columns() {
    #expect(problems(template(columns: ["é", "e\u{301}"]), columns: ["e\u{301}", "é"]).isEmpty)
    #expect(
      problems(template(columns: ["é"]), columns: ["e\u{301}"]).map(\.path)
        == [["columns", "0", "name"]])
    #expect(
      problems(template(columns: ["é", "é"]), columns: ["é"]).map(\.path)
        == [["columns", "1", "name"]])
  }

  @Test("A parameter of the SQL is the one of the same bytes")
  func bindings() {
    let parameters = [TemplateParameter(name: "K", kind: .string)]
    #expect(
      problems(template(parameters: parameters), parameterNames: ["domain_id", "\u{212A}"])
        .map(\.path) == [["sql"], ["parameters", "K"]])
  }
}

@Suite("Names and texts of options")
struct OptionNameTests {
  private func resolve(
    _ parameters: [TemplateParameter], _ options: OptionObject
  ) throws(OptionError) -> TemplateParameters {
    try TemplateParameters.resolve(
      EngineBench.template(parameters: parameters), options: options, domainID: "d",
      formats: [.csv])
  }

  @Test("An option whose name only looks like a parameter's is unknown")
  func lookalike() {
    let error = #expect(throws: OptionError.self) {
      try resolve([TemplateParameter(name: "K", kind: .string)], ["\u{212A}": .string("x")])
    }
    #expect(error?.key.isExactly("\u{212A}") == true)
  }

  @Test("An unknown option is told the nearest name")
  func nearest() {
    let parameters = [
      TemplateParameter(name: "region", kind: .string),
      TemplateParameter(name: "year", kind: .integer),
    ]
    let near = #expect(throws: OptionError.self) { try resolve(parameters, ["regoin": .null]) }
    #expect(
      near?.reason
        == "the template has no such parameter; did you mean region?; known are format_options, formats, region, year"
    )
    let far = #expect(throws: OptionError.self) { try resolve(parameters, ["carrier": .null]) }
    #expect(
      far?.reason
        == "the template has no such parameter; known are format_options, formats, region, year")
  }

  @Test(
    "A value of an enumeration is one of the same bytes", arguments: ExactTextTests.lookalikes)
  func enumerations(left: String, right: String) throws {
    let one = TemplateParameter(name: "one", kind: .string, allowed: [.string(left)])
    let some = TemplateParameter(name: "some", kind: .stringList, allowed: [.string(left)])
    let taken = try resolve([one, some], ["one": .string(left), "some": .list([.string(left)])])
    #expect(taken.values["one"] == .string(left))
    #expect(throws: OptionError.self) { try resolve([one], ["one": .string(right)]) }
    #expect(throws: OptionError.self) { try resolve([some], ["some": .list([.string(right)])]) }
  }
}
