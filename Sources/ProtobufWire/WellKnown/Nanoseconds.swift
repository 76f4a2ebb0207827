/// The part behind the second, as text.
enum Nanoseconds {
  /// A point and 3, 6 or 9 digits; nothing for zero.
  static func fraction(_ nanos: Int64) -> String {
    if nanos == 0 { return "" }
    let digits = String(nanos)
    let padded = String(repeating: "0", count: 9 - digits.utf8.count) + digits
    let width = nanos % 1_000_000 == 0 ? 3 : nanos % 1000 == 0 ? 6 : 9
    return "." + padded.prefix(width)
  }

  /// Reads a point and 1 to 9 digits, if there is a point; nil if there is no digit behind it, or
  /// too many.
  static func read(_ bytes: [UInt8], _ index: inout Int) -> Int64? {
    guard index < bytes.count, bytes[index] == UInt8(ascii: ".") else { return 0 }
    index += 1
    var value: Int64 = 0
    var count = 0
    while index < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) {
      value = value * 10 + Int64(bytes[index] - UInt8(ascii: "0"))
      count += 1
      index += 1
      if count > 9 { return nil }
    }
    guard count > 0 else { return nil }
    for _ in count..<9 { value *= 10 }
    return value
  }
}
