internal import ReportCore

/// A decimal number by its digits, so that it is rounded as people round it and not as the double
/// beside it would be: 1.005 with two decimals is 1.01.
struct DecimalText {
  private var isNegative = false
  /// Digits from 0 to 9, without zeros in front; of a value 0.DIGITS × 10^point.
  private var digits: [UInt8] = []
  private var point = 0

  /// Exponents beyond are no numbers that anybody formats; written out they would fill the memory.
  private static let exponentMax = 400

  init(_ value: Int64) {
    isNegative = value < 0
    digits = Array(String(value.magnitude).utf8.map { $0 - UInt8(ascii: "0") })
    point = digits.count
    trim()
  }

  /// The shortest decimal that reads as the double; nil for what is not finite.
  init?(_ value: Double) {
    guard value.isFinite else { return nil }
    var text = value.description
    guard let decimal = text.withUTF8({ DecimalText($0) }) else { return nil }
    self = decimal
  }

  /// Reads a whole text as a decimal number: a sign, digits with a point among them, and an
  /// exponent, of which only digits must be there. nil if it is anything else.
  init?(_ text: UnsafeBufferPointer<UInt8>) {
    guard let form = DecimalForm(text) else { return nil }
    isNegative = form.isNegative
    digits.reserveCapacity(form.mantissa.count)
    var hasPoint = false
    for byte in text[form.mantissa] {
      if byte == Self.dot {
        hasPoint = true
      } else {
        digits.append(byte - Self.zero)
        if !hasPoint { point += 1 }
      }
    }
    guard form.exponent.magnitude <= Self.exponentMax else { return nil }
    point += form.exponent
    trim()
  }

  private mutating func trim() {
    let zeros = digits.prefix { $0 == 0 }.count
    digits.removeFirst(zeros)
    point -= zeros
    if digits.isEmpty { point = 0 }
  }

  /// Multiplies by a power of ten, exactly.
  mutating func shift(by places: Int) {
    if !digits.isEmpty { point += places }
  }

  /// Rounds to so many decimals; halves away from zero, as spreadsheets do.
  mutating func round(to decimals: Int) {
    let kept = point + decimals
    guard kept < digits.count else { return }
    guard kept >= 0 else {
      digits = []
      point = 0
      return
    }
    let roundsUp = digits[kept] >= 5
    digits.removeSubrange(kept...)
    if roundsUp {
      var index = kept - 1
      while index >= 0, digits[index] == 9 {
        digits[index] = 0
        index -= 1
      }
      if index >= 0 {
        digits[index] += 1
      } else {
        digits.insert(1, at: 0)
        point += 1
      }
    }
    trim()
  }

  /// Appends the number rounded and with a fixed number of decimals; zero has no sign.
  func append(_ format: CellFormat.Number, to bytes: inout [UInt8]) {
    var rounded = self
    if format.isPercent { rounded.shift(by: 2) }
    rounded.round(to: format.decimals)
    if rounded.isNegative, !rounded.digits.isEmpty { bytes.append(Self.minus) }
    let wholeDigits = max(rounded.point, format.integerDigits)
    for place in stride(from: wholeDigits, to: 0, by: -1) {
      bytes.append(Self.zero + rounded.digit(before: place))
      if format.isGrouped, place > 1, (place - 1) % 3 == 0 { bytes.append(UInt8(ascii: ",")) }
    }
    if format.decimals > 0 {
      bytes.append(Self.dot)
      for place in 0..<format.decimals { bytes.append(Self.zero + rounded.digit(before: -place)) }
    }
    if format.isPercent { bytes.append(UInt8(ascii: "%")) }
  }

  /// The digit that counts 10^(place - 1).
  private func digit(before place: Int) -> UInt8 {
    let index = point - place
    return digits.indices.contains(index) ? digits[index] : 0
  }
}

extension DecimalText {
  /// Whether a whole text is a decimal number.
  static func isNumber(_ text: UnsafeBufferPointer<UInt8>) -> Bool { DecimalForm(text) != nil }

  private static let zero = UInt8(ascii: "0")
  private static let minus = UInt8(ascii: "-")
  private static let dot = UInt8(ascii: ".")
}
