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
  static let integerEnd = 9_007_199_254_740_992.0

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
    return ISO8601.days(year, month, day) != nil
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
