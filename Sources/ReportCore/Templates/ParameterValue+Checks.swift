/// The bounds a parameter sets.
extension ParameterValue {
  /// Steps that comparing the texts of one parameter with its pattern may take: about 50 ms.
  private static let patternStepsMax = 5_000_000

  func check(_ parameter: TemplateParameter) throws(OptionError) {
    func invalid(_ reason: String) -> OptionError {
      OptionError(.invalid, key: parameter.name, reason: reason)
    }
    try checkAllowed(parameter)
    if let bound = try parameter.bound(parameter.minimum), isOrdered(before: bound) {
      throw invalid("it is \(option.shown); the least is \(bound.option.shown)")
    }
    if let bound = try parameter.bound(parameter.maximum), bound.isOrdered(before: self) {
      throw invalid("it is \(option.shown); the most is \(bound.option.shown)")
    }
    if let max = parameter.maxLength {
      // Scalars, not graphemes: one of those can hold any number of marks.
      for text in texts where text.unicodeScalars.count > max {
        throw invalid(
          "\(text.quoted) has \(text.unicodeScalars.count) characters; at most \(max) are taken")
      }
    }
    if let pattern = parameter.pattern {
      let regex: LinearRegex
      do throws(LinearRegexError) {
        regex = try LinearRegex(pattern, ignoresCase: false)
      } catch {
        throw invalid("the template's pattern cannot be used: \(error)")
      }
      let budget = QueryBudget(stepsMax: Self.patternStepsMax)
      for text in texts {
        do throws(QueryBudget.End) {
          if try regex.matchesWhole(text, spending: budget) { continue }
        } catch {
          throw invalid("it is too long to be compared with \(pattern)")
        }
        throw invalid("\(text.quoted) does not match \(pattern)")
      }
    }
  }

  private func checkAllowed(_ parameter: TemplateParameter) throws(OptionError) {
    guard !parameter.allowed.isEmpty else { return }
    let shown = parameter.allowed.map(\.shown).joined(separator: ", ")
    if case .stringList(let texts) = self {
      for text in texts where !parameter.allowed.contains(.string(text)) {
        throw OptionError(
          .invalid, key: parameter.name, reason: "\(text.quoted) is none of \(shown)")
      }
      return
    }
    // As options, whose texts are equal if their bytes are.
    let option = option
    for allowed in parameter.allowed
    where try ParameterValue(allowed, of: parameter).option == option { return }
    throw OptionError(
      .invalid, key: parameter.name, reason: "\(option.shown) is none of \(shown)")
  }

  /// The texts that `max_length` and `pattern` look at.
  private var texts: [String] {
    switch self {
    case .string(let text): [text]
    case .stringList(let texts): texts
    case .integer, .number, .boolean, .date, .datetime: []
    }
  }

  /// Whether this comes before another value of the same ordered kind.
  func isOrdered(before other: ParameterValue) -> Bool {
    switch (self, other) {
    case (.integer(let left), .integer(let right)): left < right
    case (.number(let left), .number(let right)): left < right
    case (.date(let left), .date(let right)): left < right
    case (.datetime(let left, _), .datetime(let right, _)): left < right
    default: false
    }
  }
}

extension TemplateParameter {
  /// A minimum or maximum as a value of the parameter's kind.
  func bound(_ option: OptionValue?) throws(OptionError) -> ParameterValue? {
    guard let option else { return nil }
    return try ParameterValue(option, of: self)
  }
}
