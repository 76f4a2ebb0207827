extension JSONWriter {
  /// Writes `null`.
  mutating func null() {
    append("null")
  }

  /// Writes `true` or `false`.
  mutating func bool(_ value: Bool) {
    if value { append("true") } else { append("false") }
  }

  /// Writes an integer of at most 32 bits.
  mutating func integer(_ value: some FixedWidthInteger) {
    bytes.append(contentsOf: String(value).utf8)
  }

  /// Writes an integer of 64 bits, which JSON numbers cannot hold exactly, as a string.
  mutating func quotedInteger(_ value: some FixedWidthInteger) {
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: String(value).utf8)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Writes the shortest text that reads back as the same number; the three numbers that JSON
  /// lacks are strings.
  mutating func real<Real: BinaryFloatingPoint & LosslessStringConvertible>(_ value: Real) {
    if value.isFinite {
      number(value.description)
    } else if value.isNaN {
      string("NaN")
    } else {
      string(value < 0 ? "-Infinity" : "Infinity")
    }
  }

  /// Swift writes whole numbers as `1.0`; protobuf as `1`.
  private mutating func number(_ text: String) {
    bytes.append(contentsOf: text.hasSuffix(".0") ? text.dropLast(2).utf8 : text[...].utf8)
  }

  /// Writes a string; only what JSON demands is escaped.
  mutating func string(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): append("\\\"")
      case UInt8(ascii: "\\"): append("\\\\")
      case 0x08: append("\\b")
      case 0x09: append("\\t")
      case 0x0a: append("\\n")
      case 0x0c: append("\\f")
      case 0x0d: append("\\r")
      case 0..<0x20, 0x7f:
        append("\\u00")
        bytes.append(JSONWriter.hexDigit(byte >> 4))
        bytes.append(JSONWriter.hexDigit(byte & 15))
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
