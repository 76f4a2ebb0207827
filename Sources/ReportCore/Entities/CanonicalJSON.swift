internal import Texts

/// The one text of an option value: sorted keys, no spaces, the shortest digits of each number. So
/// two values are equal if their texts are, and SQL and digests can compare them.
package enum CanonicalJSON {
  /// - Returns: nil if there is a number that JSON cannot say (infinite or none).
  package static func text(_ value: OptionValue) -> String? {
    var bytes: [UInt8] = []
    guard append(value, to: &bytes) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A text as it stands in the text of a value.
  package static func string(_ text: String) -> String {
    var bytes: [UInt8] = []
    append(text, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The bytes of the text of a value, without making it.
  package static func byteCount(_ value: OptionValue) -> Int {
    switch value {
    case .null: 4
    case .bool(let value): value ? 4 : 5
    case .number(let value): byteCount(number: value)
    case .string(let value): byteCount(string: value)
    case .list(let items):
      // Two brackets, and a comma between items.
      items.reduce(max(2, items.count + 1)) { $0 + byteCount($1) }
    case .object(let members):
      // Braces and commas likewise, and a colon for each member.
      members.inAnyOrder.reduce(max(2, members.count + 1)) {
        $0 + byteCount(string: $1.key.text) + 1 + byteCount($1.value)
      }
    }
  }

  /// The bytes of a number in the text of a value.
  package static func byteCount(number: Double) -> Int {
    var bytes: [UInt8] = []
    return append(number, to: &bytes) ? bytes.count : "null".utf8.count
  }

  /// The bytes of a text, with its quotes, in the text of a value.
  package static func byteCount(string: String) -> Int {
    string.utf8.reduce(2) { $0 + (isEscaped($1) ? 6 : 1) }
  }

  private static func append(_ value: OptionValue, to bytes: inout [UInt8]) -> Bool {
    switch value {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .number(let value): return append(value, to: &bytes)
    case .string(let value): append(value, to: &bytes)
    case .list(let items):
      bytes.append(UInt8(ascii: "["))
      for (index, item) in items.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        guard append(item, to: &bytes) else { return false }
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        append(member.key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        guard append(member.value, to: &bytes) else { return false }
      }
      bytes.append(UInt8(ascii: "}"))
    }
    return true
  }

  private static func append(_ number: Double, to bytes: inout [UInt8]) -> Bool {
    guard number.isFinite else { return false }
    // Whole numbers without `.0`, and -0 as 0, which it equals.
    if number.magnitude < 9_007_199_254_740_992, let whole = Int64(exactly: number) {
      bytes.append(contentsOf: String(whole).utf8)
    } else {
      bytes.append(contentsOf: number.description.utf8)
    }
    return true
  }

  /// Other than `JSONText`, which writes for those who read JSON: quotes and backslashes become
  /// `\u0022` and `\u005c`, since a path of SQLite's cannot say `\"`, and the stores hold and
  /// compare texts that were written so.
  private static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      if isEscaped(byte) { bytes.appendJSONUnicodeEscape(byte) } else { bytes.append(byte) }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func isEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }
}
