extension [UInt8] {
  /// Appends an integer in decimal digits.
  mutating func appendDecimal(_ value: Int64) {
    appendInRoom(of: ByteRoom.numberBytesMax) { $0.putDecimal(value) }
  }

  /// Appends a finite double with the fewest digits that read back as the same double.
  mutating func appendShortest(_ value: Double) {
    appendInRoom(of: ByteRoom.numberBytesMax) { $0.putShortest(value) }
  }
}

extension ByteRoom {
  /// Writes a finite double with the fewest digits that read back as the same double.
  mutating func putShortest(_ value: Double) {
    let magnitude = value.magnitude
    if magnitude == 0 { return put(UInt8(ascii: "0")) }
    var scale = 1.0
    for fraction in 0...6 {
      // Most numbers of a report have few decimals: n / 10^k. With n below 10^15 both are exact
      // doubles, so a division that gives the value back proves that "n / 10^k" reads as it; and
      // of decimals with at most 15 digits no two read as the same double, so none is shorter.
      let scaled = magnitude * scale
      guard scaled < 1e15 else { break }
      let whole = UInt64(scaled + 0.5)
      if whole < 1_000_000_000_000_000, Double(whole) / scale == magnitude {
        if value < 0 { put(UInt8(ascii: "-")) }
        return putDigits(whole, fraction: fraction)
      }
      scale *= 10
    }
    var text = value.description
    text.withUTF8 { utf8 in
      let isWhole =
        utf8.count > 2 && utf8[utf8.count - 2] == UInt8(ascii: ".")
        && utf8[utf8.count - 1] == UInt8(ascii: "0")
      put(UnsafeBufferPointer(rebasing: utf8.dropLast(isWhole ? 2 : 0)))
    }
  }
}
