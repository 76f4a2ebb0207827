/// What the values of a column are, other than NULL.
///
/// The words are those of a template's `type`, and of its parameters' where they mean the same.
package enum ColumnType: String, Hashable, Sendable, CaseIterable {
  case string
  case integer
  /// A double.
  case number
  /// Exact, with as many decimals as it has.
  case decimal
  case boolean
  case date
  case datetime

  /// A value as one of this type, without loss; NULL is of every type.
  ///
  /// - Returns: nil if it cannot be read as one.
  package func cell(_ value: Cell) -> Cell? {
    if case .null = value { return value }
    switch self {
    case .string: return Self.text(value).map(Cell.text)
    case .integer: return Self.integer(value).map(Cell.integer)
    case .number: return Self.number(value).map(Cell.double)
    case .decimal: return Self.decimal(value).map(Cell.decimal)
    case .boolean: return Self.boolean(value).map(Cell.boolean)
    case .date: return Self.date(value).map(Cell.date)
    case .datetime: return Self.instant(value).map(Cell.instant)
    }
  }

  /// What is read as the type, for messages.
  package var expectation: String {
    switch self {
    case .string: "a text, or a number that has one way only to be written"
    case .integer: "a whole number from -2^63 to 2^63 - 1"
    case .number: "a number, as a text or whole number one of at most 15 digits"
    case .decimal: "a decimal number such as -1234.50"
    case .boolean: "1 or 0, or true, false, t or f"
    case .date: "a day such as 2026-11-23"
    case .datetime:
      "a moment such as 2026-11-23T08:30:00Z, or a whole number of seconds since 1970"
    }
  }

  private static func text(_ value: Cell) -> String? {
    switch value {
    case .text(let text): text
    case .integer(let integer): String(integer)
    case .decimal(let decimal): decimal.text
    case .null, .double, .blob, .boolean, .date, .instant: nil
    }
  }

  /// 2^53: up to here a double stands for one whole number only.
  private static let exactDoubleMax: Int64 = 9_007_199_254_740_992

  private static func integer(_ value: Cell) -> Int64? {
    switch value {
    case .integer(let integer): integer
    case .double(let double) where double.magnitude < Double(exactDoubleMax):
      Int64(exactly: double)
    case .text(let text): ExactDecimal(text).flatMap(integer)
    case .decimal(let decimal): integer(decimal)
    case .null, .double, .blob, .boolean, .date, .instant: nil
    }
  }

  /// Whatever zeros stand behind the point.
  private static func integer(_ decimal: ExactDecimal) -> Int64? {
    let parts = decimal.text.utf8.split(separator: UInt8(ascii: "."))
    guard parts.dropFirst().allSatisfy({ $0.allSatisfy { $0 == UInt8(ascii: "0") } }) else {
      return nil
    }
    return parts.first.flatMap { Int64(Substring($0)) }
  }

  private static func number(_ value: Cell) -> Double? {
    switch value {
    case .double(let double): double
    case .integer(let integer): integer.magnitude <= exactDoubleMax ? Double(integer) : nil
    case .text(let text): ExactDecimal(text).flatMap(number)
    case .decimal(let decimal): number(decimal)
    case .null, .blob, .boolean, .date, .instant: nil
    }
  }

  /// Of at most 15 digits, which a double gives back as they were.
  private static func number(_ decimal: ExactDecimal) -> Double? {
    guard decimal.significantDigits <= 15, let double = Double(decimal.text), double.isFinite,
      double != 0 || decimal.significantDigits == 0
    else { return nil }
    return double
  }

  private static func decimal(_ value: Cell) -> ExactDecimal? {
    switch value {
    case .decimal(let decimal): decimal
    case .integer(let integer): ExactDecimal(integer)
    case .double(let double): ExactDecimal(double)
    case .text(let text): ExactDecimal(text)
    case .null, .blob, .boolean, .date, .instant: nil
    }
  }

  private static let trueWords: Set<ExactText> = ["true", "TRUE", "True", "t", "T", "1"]
  private static let falseWords: Set<ExactText> = ["false", "FALSE", "False", "f", "F", "0"]

  private static func boolean(_ value: Cell) -> Bool? {
    switch value {
    case .boolean(let boolean): return boolean
    case .integer(let integer): return integer == 1 ? true : integer == 0 ? false : nil
    case .text(let text) where text.utf8.count <= 5:
      return trueWords.contains(text.exact)
        ? true : falseWords.contains(text.exact) ? false : nil
    case .null, .double, .text, .blob, .decimal, .date, .instant: return nil
    }
  }

  private static func date(_ value: Cell) -> CalendarDate? {
    switch value {
    case .date(let date): date
    case .text(let text): CalendarDate(text)
    case .null, .integer, .double, .blob, .decimal, .boolean, .instant: nil
    }
  }

  /// Characters of the longest text that is a moment: no fraction is longer that says anything.
  private static let momentBytesMax = 64

  private static func instant(_ value: Cell) -> Instant? {
    switch value {
    case .instant(let instant): instant
    case .date(let date): date.midnight
    case .text(let text) where text.utf8.count <= momentBytesMax: ISO8601.instant(text)
    case .integer(let seconds):
      (Instant.earliest.secondsSinceEpoch...Instant.latest.secondsSinceEpoch).contains(seconds)
        ? Instant(secondsSinceEpoch: seconds) : nil
    case .null, .text, .double, .blob, .decimal, .boolean: nil
    }
  }
}

/// Where the values of a column stand between its edges, in formats that have edges.
package enum ColumnAlignment: String, Hashable, Sendable, CaseIterable {
  case left, center, right
}

extension CellFormat {
  /// Whether values of a type are ever written by it; nil: the type is not known.
  package func applies(to type: ColumnType?) -> Bool {
    switch (self, type) {
    case (_, nil), (_, .string), (_, .integer): true
    case (.number, .number), (.number, .decimal): true
    case (.moment, .date), (.moment, .datetime): true
    case (_, .number), (_, .decimal), (_, .boolean), (_, .date), (_, .datetime): false
    }
  }
}
