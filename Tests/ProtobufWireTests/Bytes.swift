/// Wire bytes by hand, as the encoding's specification describes them.
enum Bytes {
  static func varint(_ number: UInt64) -> [UInt8] {
    var result: [UInt8] = []
    var rest = number
    while rest > 127 {
      result.append(UInt8(rest & 127) | 128)
      rest >>= 7
    }
    return result + [UInt8(rest)]
  }

  static func tag(_ number: UInt64, _ wireType: UInt64) -> [UInt8] {
    varint(number << 3 | wireType)
  }

  static func field(_ number: UInt64, _ content: [UInt8]) -> [UInt8] {
    tag(number, 2) + varint(UInt64(content.count)) + content
  }

  /// A message within a message within ... of the field of a number.
  static func nested(_ number: UInt64, depth: Int) -> [UInt8] {
    (0..<depth).reduce(into: [UInt8]()) { bytes, _ in bytes = field(number, bytes) }
  }
}
