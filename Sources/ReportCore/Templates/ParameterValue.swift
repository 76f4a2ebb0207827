internal import Texts

/// A value of a parameter's kind.
enum ParameterValue: Hashable, Sendable {
  case string(String)
  case integer(Int64)
  case number(Double)
  case boolean(Bool)
  /// `2026-11-23`.
  case date(String)
  /// A moment, in a form that can say it.
  case datetime(Instant, MomentForm)
  case stringList([String])

  /// 2^53. Options are doubles, which from here on stand for more than one whole number each.
  private static let integerEnd = 9_007_199_254_740_992.0

  /// Reads an option as its parameter's kind has it.
  init(_ option: OptionValue, of parameter: TemplateParameter) throws(OptionError) {
    func wrong(_ expected: String) -> OptionError {
      OptionError(
        .invalid, key: parameter.name, reason: "it must be \(expected), not \(option.kindName)")
    }
    func invalid(_ reason: String) -> OptionError {
      OptionError(.invalid, key: parameter.name, reason: reason)
    }
    switch (parameter.kind, option) {
    case (.string, .string(let text)): self = .string(text)
    case (.string, _): throw wrong("a string")
    case (.integer, .number(let number)):
      guard number.rounded() == number else {
        throw invalid("it must be a whole number, not \(option.shown)")
      }
      guard abs(number) < Self.integerEnd else {
        throw invalid(
          "it is \(option.shown), beyond -(2^53 - 1) to 2^53 - 1; options travel as doubles, which "
            + "there cannot tell a whole number from its neighbour. Let the template take it as a "
            + "string and the SQL convert it")
      }
      self = .integer(Int64(number))
    case (.integer, _): throw wrong("a whole number")
    case (.number, .number(let number)):
      guard number.isFinite else { throw invalid("it must be a finite number") }
      self = .number(number)
    case (.number, _): throw wrong("a number")
    case (.boolean, .bool(let bool)): self = .boolean(bool)
    case (.boolean, _): throw wrong("true or false")
    case (.date, .string(let text)):
      guard Self.isDate(text) else { throw invalid("\(text.quoted) is no date such as 2026-11-23") }
      self = .date(text)
    case (.date, _): throw wrong("a date such as \"2026-11-23\"")
    case (.datetime, .string(let text)):
      guard let instant = Self.datetime(text) else {
        throw invalid("\(text.quoted) is no date and time such as 2026-11-23T08:30:00Z")
      }
      if let reason = parameter.refusal(of: instant) {
        throw invalid("\(text.quoted) \(reason)")
      }
      self = .datetime(instant, parameter.momentForm ?? .rfc3339Milliseconds)
    case (.datetime, _): throw wrong("a date and time such as \"2026-11-23T08:30:00Z\"")
    case (.stringList, .list(let items)):
      var texts: [String] = []
      for item in items {
        guard case .string(let text) = item else {
          throw invalid("its items must be strings, not \(item.kindName)")
        }
        texts.append(text)
      }
      self = .stringList(texts)
    case (.stringList, _): throw wrong("a list of strings")
    }
  }

  /// As it is bound.
  var cell: Cell {
    switch self {
    case .string(let text), .date(let text): .text(text)
    case .integer(let integer): .integer(integer)
    case .number(let number): .double(number)
    case .boolean(let bool): .integer(bool ? 1 : 0)
    case .datetime(let instant, let form): form.cell(instant)
    case .stringList(let texts): .text(JSONText.array(texts))
    }
  }

  /// As a caller would write it.
  var option: OptionValue {
    switch self {
    case .string(let text), .date(let text): .string(text)
    case .integer(let integer): .number(Double(integer))
    case .number(let number): .number(number)
    case .boolean(let bool): .bool(bool)
    case .datetime(let instant, _): .string(ISO8601.text(instant))
    case .stringList(let texts): .list(texts.map { .string($0) })
    }
  }

  /// Whether a text is the `YYYY-MM-DD` of a day that there is, of any year from 0001.
  private static func isDate(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == [4, 2, 2],
      parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
      let year = Int64(parts[0]), let month = Int64(parts[1]), let day = Int64(parts[2])
    else { return false }
    return CivilDate.days(year, month, day) != nil
  }

  /// RFC 3339, section 5.6: unlike in filters, seconds and offset are not left out.
  private static func datetime(_ text: String) -> Instant? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes[16] == UInt8(ascii: ":"), !bytes.contains(UInt8(ascii: ","))
    else { return nil }
    let hasOffset =
      bytes[bytes.count - 1] | 0x20 == UInt8(ascii: "z")
      || (bytes[bytes.count - 3] == UInt8(ascii: ":")
        && "+-".utf8.contains(bytes[bytes.count - 6]) && bytes.count >= 25)
    return hasOffset ? ISO8601.instant(text) : nil
  }
}

extension TemplateParameter {
  /// Why a moment cannot be bound so that comparisons with the table are right; nil if it can.
  ///
  /// Milliseconds are bound where the template names no form. That is right for a table with
  /// milliseconds, and for `at >= :from AND at < :to` on a table with seconds too: `Z` comes after
  /// `.`. With a fraction in the bound the latter would be wrong, so it is asked which form it is.
  fileprivate func refusal(of instant: Instant) -> String? {
    guard let momentForm else {
      return MomentForm.rfc3339Seconds.holds(instant)
        ? nil
        : "has a fraction of a second, and the template does not say whether its table has; it "
          + "takes one with stored_as: \(MomentForm.rfc3339Milliseconds.rawValue), for example"
    }
    return momentForm.holds(instant)
      ? nil : "is finer than \(momentForm.rawValue), the form of its table, can say"
  }
}

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
