/// A decimal number by its digits, as many as it has: nothing is rounded, and the zeros at its end
/// are kept (`1.50` has two decimals).
package struct ExactDecimal: Sendable {
  /// All digits, at least one before the point and no other zeros in front; `-` before a negative
  /// number, no exponent. A number in JSON too.
  package let text: String

  /// Exponents beyond are no numbers that anybody reports; written out they would fill the memory.
  private static let exponentMax = 400
  /// 2^54: from here on the library writes doubles with an exponent.
  private static let exponentStart = 18_014_398_509_481_984.0

  package init(_ value: Int64) {
    text = String(value)
  }

  /// The shortest decimal that reads as the double; nil for what is not finite.
  package init?(_ value: Double) {
    guard value.isFinite else { return nil }
    // The library writes whole numbers with `.0`, which would be a decimal that nobody asked for.
    guard value.magnitude >= Self.exponentStart || value.rounded() != value else {
      self.init(Int64(value))
      return
    }
    self.init(value.description)
  }

  /// Reads a whole text as a decimal number: a sign, digits with a point among them, and an
  /// exponent of at most 400, of which only digits must be there. nil if it is anything else.
  package init?(_ text: String) {
    var text = text
    guard let written = text.withUTF8({ Self.written($0) }) else { return nil }
    self.text = written
  }

  /// Digits behind the point.
  package var scale: Int {
    text.utf8.firstIndex(of: Self.dot).map {
      text.utf8.distance(from: $0, to: text.utf8.endIndex) - 1
    }
      ?? 0
  }

  /// Digits from the first to the last that is not zero: what a spreadsheet or a double would have
  /// to hold. A double holds 15.
  package var significantDigits: Int {
    let digits = text.utf8.filter { $0 != Self.dot && $0 != Self.minus }
    guard let first = digits.firstIndex(where: { $0 != Self.zero }),
      let last = digits.lastIndex(where: { $0 != Self.zero })
    else { return 0 }
    return last - first + 1
  }

  /// The number written out; nil if the text is none.
  private static func written(_ text: UnsafeBufferPointer<UInt8>) -> String? {
    guard let form = DecimalForm(text), form.exponent.magnitude <= exponentMax else { return nil }
    let mantissa = text[form.mantissa]
    let point = mantissa.firstIndex(of: dot) ?? mantissa.endIndex
    let digits = mantissa.filter { $0 != dot }
    // Digits before the point, once the exponent has moved it.
    let whole = point - mantissa.startIndex + form.exponent
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count + abs(form.exponent) + 3)
    if form.isNegative, digits.contains(where: { $0 != zero }) { bytes.append(minus) }
    let leading = (0..<max(whole, 0)).lazy.map { $0 < digits.count ? digits[$0] : zero }
    bytes.append(contentsOf: leading.drop { $0 == zero })
    if bytes.last.map({ $0 == minus }) ?? true { bytes.append(zero) }
    if whole < digits.count {
      bytes.append(dot)
      bytes.append(contentsOf: repeatElement(zero, count: max(-whole, 0)))
      bytes.append(contentsOf: digits[max(whole, 0)...])
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static let zero = UInt8(ascii: "0")
  private static let minus = UInt8(ascii: "-")
  private static let dot = UInt8(ascii: ".")
}

extension ExactDecimal: Hashable {
  package static func == (left: ExactDecimal, right: ExactDecimal) -> Bool {
    left.text.isExactly(right.text)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(ExactText(text))
  }
}

/// Where the parts of a decimal number stand in a text that is wholly one: a sign, digits with a
/// point among them, and an exponent, of which only digits must be there.
package struct DecimalForm {
  package let isNegative: Bool
  /// Of the digits and the point among them.
  package let mantissa: Range<Int>
  /// Stops at a million, which nobody writes out.
  package let exponent: Int

  /// Reads a text; nil if it is no such number.
  package init?(_ text: UnsafeBufferPointer<UInt8>) {
    var index = 0
    func isDigit(_ index: Int) -> Bool {
      index < text.count && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[index])
    }
    func isSign(_ index: Int) -> Bool {
      index < text.count && (text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+"))
    }
    isNegative = text.first == UInt8(ascii: "-")
    if isSign(0) { index = 1 }
    let start = index
    var digitCount = 0
    var hasPoint = false
    while index < text.count {
      if isDigit(index) {
        digitCount += 1
      } else if text[index] == UInt8(ascii: "."), !hasPoint {
        hasPoint = true
      } else {
        break
      }
      index += 1
    }
    guard digitCount > 0 else { return nil }
    mantissa = start..<index
    guard index < text.count else {
      exponent = 0
      return
    }
    guard text[index] | 0x20 == UInt8(ascii: "e") else { return nil }
    index += 1
    let isExponentNegative = index < text.count && text[index] == UInt8(ascii: "-")
    if isSign(index) { index += 1 }
    guard isDigit(index) else { return nil }
    var magnitude = 0
    while isDigit(index) {
      magnitude = min(magnitude * 10 + Int(text[index] - UInt8(ascii: "0")), 1_000_000)
      index += 1
    }
    guard index == text.count else { return nil }
    exponent = isExponentNegative ? -magnitude : magnitude
  }
}
