import ReportCore
import ReportwireTestKit
import Testing

/// Whole numbers that travel as doubles.
@Suite struct IntegerParameterTests {
  private func template(_ parameter: TemplateParameter) -> Template {
    Template(
      templateID: "template-000000000001", name: "t", title: "t", source: "s", isShared: true,
      sql: "SELECT :id", parameters: [parameter], formats: [.csv])
  }

  private func bound(_ number: Double) throws(OptionError) -> Cell? {
    try TemplateParameters.resolve(
      template(TemplateParameter(name: "id", kind: .integer)), options: ["id": .number(number)],
      domainID: "domain-a", formats: [.csv]
    ).bindings["id"]
  }

  @Test(arguments: [9_007_199_254_740_991.0, -9_007_199_254_740_991.0, 0, -0.0])
  func whatADoubleCanSayIsBound(_ number: Double) throws {
    #expect(try bound(number) == .integer(Int64(number)))
  }

  @Test(arguments: [
    9_007_199_254_740_992.0, -9_007_199_254_740_992.0, 9_007_199_254_740_994, 1e300, .infinity,
  ])
  func whatMayBeItsNeighbourIsRefused(_ number: Double) throws {
    let error = #expect(throws: OptionError.self) { try bound(number) }
    #expect(error?.code == .invalid)
    #expect(error?.reason.contains("cannot tell a whole number from its neighbour") == true)
  }

  @Test func aFractionIsNoWholeNumber() {
    let error = #expect(throws: OptionError.self) { try bound(0.5) }
    #expect(error?.reason == "it must be a whole number, not 0.5")
    #expect(throws: OptionError.self) { try bound(.nan) }
  }

  @Test func aTemplateCannotSayThemEither() {
    let beyond = OptionValue.number(9_007_199_254_740_992)
    var parameter = TemplateParameter(name: "id", kind: .integer)
    parameter.minimum = .number(-9_007_199_254_740_992)
    parameter.maximum = beyond
    parameter.allowed = [beyond]
    parameter.defaultValue = beyond
    let problems = TemplateChecker(renderers: [LineRenderer()]).problems(
      in: template(parameter), hasSource: true)
    #expect(
      problems.map(\.path) == [
        ["parameters", "id", "minimum"], ["parameters", "id", "maximum"],
        ["parameters", "id", "enum", "0"], ["parameters", "id", "default"],
      ])
  }
}
