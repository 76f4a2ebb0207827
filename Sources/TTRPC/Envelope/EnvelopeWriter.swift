/// Writes the few protobuf fields that envelopes have. Defaults are not written.
struct EnvelopeWriter {
  private(set) var bytes: [UInt8] = []

  mutating func varint(_ number: UInt64, _ value: UInt64) {
    guard value != 0 else { return }
    append(number << 3 | EnvelopeCursor.WireType.varint)
    append(value)
  }

  mutating func string(_ number: UInt64, _ value: String) {
    field(number, Array(value.utf8))
  }

  /// A length-delimited field; an empty one is left out.
  mutating func field(_ number: UInt64, _ value: [UInt8]) {
    if !value.isEmpty { message(number, value) }
  }

  /// A sub-message, which is there even if it is empty.
  mutating func message(_ number: UInt64, _ value: [UInt8]) {
    append(number << 3 | EnvelopeCursor.WireType.lengthDelimited)
    append(UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  private mutating func append(_ value: UInt64) {
    var value = value
    while value >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
      value >>= 7
    }
    bytes.append(UInt8(value))
  }
}
