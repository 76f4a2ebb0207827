import ReportwireTestKit
import Testing

@testable import ReportCore

struct RenderDocumentTests {
  @Test func aDocumentSaysWhoAskedForItAndWithWhichParameters() {
    let template = Template(
      templateID: "template-000000000001", name: "t", title: "Title", source: "s", isShared: true,
      sql: "SELECT 1",
      parameters: [
        TemplateParameter(name: "year", kind: .integer, title: "Year"),
        TemplateParameter(name: "open", kind: .boolean, defaultValue: .bool(true)),
        TemplateParameter(name: "absent", kind: .string),
        TemplateParameter(name: "nothing", kind: .string, defaultValue: .null),
        TemplateParameter(name: "null", kind: .string, defaultValue: .string("x")),
        TemplateParameter(name: "regions", kind: .stringList),
      ],
      formats: [.csv])
    let report = TestReports.report(
      1,
      options: [
        "year": .number(2026), "null": .null, "regions": .list([.string("eu"), .string("\"us\"")]),
        "unknown": .string("y"),
      ],
      createdBy: "ada")
    let document = RenderDocument(report, template, sections: ["a"])
    #expect(document.title == "Title")
    #expect(document.createdBy == "ada")
    #expect(document.createdAt == report.createdAt)
    #expect(document.sections == ["a"])
    #expect(document.language == "en" && document.logo.isEmpty)
    #expect(document.bytesMax == template.limits.bytesMax)
    #expect(
      document.parameters.map { "\($0.title)=\($0.value)" } == [
        "Year=2026", "open=true", "null=x", "regions=eu, \"us\"",
      ])
    var other = template
    other.language = "ko"
    other.logo = TemplateLogo(name: "l.png", bytes: [1, 2], sha256: "")
    let dressed = RenderDocument(report, other, sections: [])
    #expect(dressed.language == "ko" && dressed.logo == [1, 2])
  }
}
