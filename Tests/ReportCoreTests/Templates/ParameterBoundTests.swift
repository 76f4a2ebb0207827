import ReportCore
import Testing

/// What a parameter's bounds refuse, and what they let through.
@Suite struct ParameterBoundTests {
  private static func parameter(
    _ kind: TemplateParameter.Kind, _ change: (inout TemplateParameter) -> Void
  ) -> TemplateParameter {
    var parameter = TemplateParameter(name: "p", kind: kind)
    change(&parameter)
    return parameter
  }

  private static let bounded: [(TemplateParameter, good: [OptionValue], bad: [OptionValue])] = [
    (parameter(.integer) { $0.minimum = .number(2) }, [.number(2)], [.number(1)]),
    (parameter(.integer) { $0.maximum = .number(2) }, [.number(2)], [.number(3)]),
    (parameter(.number) { $0.minimum = .number(0.5) }, [.number(0.5)], [.number(0.25)]),
    (
      parameter(.date) { $0.maximum = .string("2026-11-25") }, [.string("2026-11-25")],
      [.string("2026-11-26")]
    ),
    (
      parameter(.datetime) { $0.minimum = .string("2026-11-25T00:00:00Z") },
      [.string("2026-11-25T01:00:00+01:00")], [.string("2026-11-25T00:59:59+01:00")]
    ),
    (
      parameter(.string) { $0.allowed = [.string("EU"), .string("US")] }, [.string("US")],
      [.string("us"), .string("")]
    ),
    (parameter(.string) { $0.maxLength = 2 }, [.string("日本")], [.string("abc")]),
    (
      parameter(.string) { $0.pattern = "[a-z]+" }, [.string("ab")],
      [.string("ab1"), .string("1ab"), .string("")]
    ),
    (
      parameter(.stringList) { $0.allowed = [.string("a")] }, [.list([.string("a")]), .list([])],
      [.list([.string("a"), .string("b")])]
    ),
  ]

  private static func resolve(
    _ parameter: TemplateParameter, _ value: OptionValue
  ) throws(OptionError) {
    let template = Template(
      templateID: "t", name: "t", title: "t", source: "s", isShared: true, sql: "SELECT :p",
      parameters: [parameter], formats: [.csv])
    _ = try TemplateParameters.resolve(
      template, options: ["p": value], domainID: "a", formats: [.csv])
  }

  @Test(arguments: bounded.indices)
  func whatIsBeyondABoundIsRefusedAndNamed(index: Int) {
    let (parameter, good, bad) = Self.bounded[index]
    for value in good { #expect(throws: Never.self) { try Self.resolve(parameter, value) } }
    for value in bad {
      let error = #expect(throws: OptionError.self) { try Self.resolve(parameter, value) }
      #expect(error?.key == "p" && error?.code == .invalid, "\(value)")
    }
  }
}
