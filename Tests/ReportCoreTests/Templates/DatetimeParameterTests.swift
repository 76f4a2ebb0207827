import ReportCore
import ReportwireTestKit
import Testing

/// What is bound for a `datetime`.
@Suite struct DatetimeParameterTests {
  private func resolve(
    _ text: String, _ form: MomentForm?, minimum: String? = nil, maximum: String? = nil
  ) throws(OptionError) -> TemplateParameters {
    let template = Template(
      templateID: "template-000000000001", name: "t", title: "t", source: "s", isShared: true,
      sql: "SELECT :at",
      parameters: [
        TemplateParameter(
          name: "at", kind: .datetime, minimum: minimum.map(OptionValue.string),
          maximum: maximum.map(OptionValue.string), momentForm: form)
      ], formats: [.csv])
    return try TemplateParameters.resolve(
      template, options: ["at": .string(text)], domainID: "domain-a", formats: [.csv])
  }

  private func bound(_ text: String, _ form: MomentForm?) throws(OptionError) -> Cell? {
    try resolve(text, form).bindings["at"]
  }

  @Test(
    arguments: [
      (nil, Cell.text("2026-11-23T08:30:00.000Z")),
      (.rfc3339Milliseconds, .text("2026-11-23T08:30:00.000Z")),
      (.rfc3339Seconds, .text("2026-11-23T08:30:00Z")), (.sql, .text("2026-11-23 08:30:00")),
      (.epochSeconds, .integer(1_795_422_600)), (.epochMilliseconds, .integer(1_795_422_600_000)),
    ] as [(MomentForm?, Cell)])
  func oneMomentIsBoundAlikeHoweverItIsWritten(_ form: MomentForm?, _ cell: Cell) throws {
    for text in [
      "2026-11-23T08:30:00Z", "2026-11-23T08:30:00.0Z", "2026-11-23T08:30:00.000000000z",
      "2026-11-23 17:30:00+09:00", "2026-11-23T08:30:00.00000000000Z",
    ] {
      #expect(try bound(text, form) == cell)
    }
  }

  @Test func millisecondsAreBoundWhereTheFormHasThem() throws {
    let text = "2026-11-23T08:30:00.5Z"
    #expect(try bound(text, .rfc3339Milliseconds) == .text("2026-11-23T08:30:00.500Z"))
    #expect(try bound(text, .epochMilliseconds) == .integer(1_795_422_600_500))
    #expect(
      try bound("1969-12-31T23:59:59.999Z", .epochMilliseconds) == .integer(-1))
  }

  @Test(
    arguments: [
      (
        nil, ".5", "has a fraction of a second, and the template does not say whether its table has"
      ),
      (.rfc3339Seconds, ".5", "is finer than rfc3339_seconds"), (.sql, ".001", "is finer than sql"),
      (.epochSeconds, ".000000001", "is finer than epoch_seconds"),
      (.rfc3339Milliseconds, ".0001", "is finer than rfc3339_milliseconds"),
      (.epochMilliseconds, ".123456", "is finer than epoch_milliseconds"),
      (.rfc3339Milliseconds, ".0000000000001", "is no date and time"),
    ] as [(MomentForm?, String, String)])
  func whatTheFormCannotSayIsRefused(
    _ form: MomentForm?, _ fraction: String, _ reason: String
  ) throws {
    let error = #expect(throws: OptionError.self) {
      try bound("2026-11-23T08:30:00\(fraction)Z", form)
    }
    #expect(error?.code == .invalid)
    #expect(error?.key == "at")
    #expect(error?.reason.contains(reason) == true, "\(error as Any)")
  }

  @Test(arguments: ["0001-01-01T00:00:00Z", "1600-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
  func everyYearIsBound(_ text: String) throws {
    #expect(try bound(text, .rfc3339Seconds) == .text(text))
    #expect(try resolve(text, nil).values == ["at": .string(text)])
  }

  @Test func minimumAndMaximumAreMoments() throws {
    let minimum = "2026-01-01T00:00:00+09:00"
    #expect(throws: OptionError.self) {
      try resolve("2025-12-31T14:59:59Z", nil, minimum: minimum)
    }
    _ = try resolve("2025-12-31T15:00:00Z", nil, minimum: minimum, maximum: "9999-12-31T00:00:00Z")
  }

  @Test func whatATemplateSaysOfADatetimeIsCheckedWithItsForm() {
    func problems(_ parameter: TemplateParameter) -> [String] {
      let template = Template(
        templateID: "template-000000000001", name: "t", title: "t", source: "s", isShared: true,
        sql: "SELECT :at", parameters: [parameter], formats: [.csv])
      return TemplateChecker(renderers: [LineRenderer()])
        .problems(in: template, hasSource: true).map {
          "\($0.path.joined(separator: ".")): \($0.message)"
        }
    }
    let half = OptionValue.string("2026-11-23T08:30:00.5Z")
    #expect(
      problems(TemplateParameter(name: "at", kind: .datetime, defaultValue: half)).first?
        .hasPrefix("parameters.at.default: ") == true)
    #expect(
      problems(
        TemplateParameter(name: "at", kind: .datetime, maximum: half, momentForm: .epochSeconds)
      ).first?.hasPrefix("parameters.at.maximum: ") == true)
    #expect(
      problems(
        TemplateParameter(
          name: "at", kind: .datetime, defaultValue: half, momentForm: .rfc3339Milliseconds)) == [])
    #expect(
      problems(TemplateParameter(name: "at", kind: .string, momentForm: .sql)) == [
        "parameters.at.stored_as: a string has no stored_as; a datetime has"
      ])
  }
}
