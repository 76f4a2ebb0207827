/// A value of a parameter's kind.
enum ParameterValue: Hashable, Sendable {
  case string(String)
  case integer(Int64)
  case number(Double)
  case boolean(Bool)
  /// `2026-11-23`.
  case date(String)
  case datetime(Instant)
  case stringList([String])

  /// Doubles hold every whole number up to here.
  static let integerMax = 9_007_199_254_740_992.0

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
      guard number.rounded() == number, abs(number) <= Self.integerMax else {
        throw invalid(
          "it must be a whole number from -2^53 to 2^53, not \(OptionValue.number(number).shown)")
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
      self = .datetime(instant)
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
    case .datetime(let instant): .text(ISO8601.text(instant))
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
    case .datetime(let instant): .string(ISO8601.text(instant))
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
