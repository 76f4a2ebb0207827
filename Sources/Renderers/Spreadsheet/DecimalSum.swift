internal import ReportCore

/// A sum of decimal numbers as people add them: 0.1 and 0.2 are 0.3. Exact as long as its digits fit
/// 127 bits, some 38 digits; from then on a double.
struct DecimalSum {
  enum Value: Equatable {
    case exact(ExactDecimal)
    /// Of a column of doubles, or too long to be exact.
    case nearest(Double)
  }

  /// The sum is units / 10^scale.
  private var units: Int128 = 0
  private var scale = 0
  /// What has been added since there was no room; nil: nothing.
  private var overflow: Double?
  private var hasDoubles = false

  /// Adds a value that is a number; others are passed over.
  mutating func add(_ cell: Cell, isNumberText: Bool) {
    switch cell {
    case .integer(let value): add(Int128(value), scale: 0)
    case .double(let value):
      guard value.isFinite else { return }
      hasDoubles = true
      if let decimal = ExactDecimal(value) { add(decimal) }
    case .decimal(let value): add(value)
    case .text(let text):
      if isNumberText, let decimal = ExactDecimal(text) { add(decimal) }
    case .null, .blob, .boolean, .date, .instant: break
    }
  }

  var value: Value {
    if let overflow { return .nearest(overflow + approximate) }
    let digits = ExactDecimal("\(units)e-\(scale)")
    if hasDoubles { return .nearest(digits.flatMap { Double($0.text) } ?? approximate) }
    return digits.map(Value.exact) ?? .nearest(approximate)
  }

  private var approximate: Double {
    Double("\(units)e-\(scale)") ?? 0
  }

  private mutating func add(_ decimal: ExactDecimal) {
    var digits = decimal.text
    let scale = decimal.scale
    digits.removeAll { $0 == "." }
    guard overflow == nil, scale <= 38, let value = Int128(digits) else {
      return addOverflow(Double(decimal.text) ?? 0)
    }
    add(value, scale: scale)
  }

  private mutating func add(_ value: Int128, scale valueScale: Int) {
    var value = value
    var units = units
    if valueScale > scale {
      guard let scaled = Self.scaled(units, by: valueScale - scale) else {
        return addOverflow(Double("\(value)e-\(valueScale)") ?? 0)
      }
      units = scaled
    } else {
      guard let scaled = Self.scaled(value, by: scale - valueScale) else {
        return addOverflow(Double("\(value)e-\(valueScale)") ?? 0)
      }
      value = scaled
    }
    let (sum, isTooLarge) = units.addingReportingOverflow(value)
    guard !isTooLarge else {
      return addOverflow(Double("\(value)e-\(max(scale, valueScale))") ?? 0)
    }
    self.units = sum
    scale = max(scale, valueScale)
  }

  private mutating func addOverflow(_ value: Double) {
    overflow = (overflow ?? 0) + value
  }

  private static func scaled(_ value: Int128, by places: Int) -> Int128? {
    var value = value
    for _ in 0..<places {
      let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      if isTooLarge { return nil }
      value = product
    }
    return value
  }
}
