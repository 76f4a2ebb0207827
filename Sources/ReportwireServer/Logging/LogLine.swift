internal import RPCCore

/// The bytes of one log line in the making.
struct LogLine {
  /// So long may a line be, in bytes, with its end.
  static let bytesMax = 2048

  let format: LogFormat
  /// So much of a text is shown, in bytes before any escapes.
  private let textBytesMax: Int
  private(set) var bytes: [UInt8] = []
  private var isFirst = true

  init(format: LogFormat, textBytesMax: Int = bytesMax / 2) {
    self.format = format
    self.textBytesMax = textBytesMax
    bytes.reserveCapacity(256)
  }

  mutating func begin() {
    if format == .json { bytes.append(UInt8(ascii: "{")) }
  }

  mutating func end() {
    if format == .json { bytes.append(UInt8(ascii: "}")) }
    bytes.append(UInt8(ascii: "\n"))
  }

  mutating func field(_ key: String, time nanoseconds: Int64) {
    name(key)
    if format == .json { bytes.append(UInt8(ascii: "\"")) }
    SystemTime.append(nanoseconds, to: &bytes)
    if format == .json { bytes.append(UInt8(ascii: "\"")) }
  }

  mutating func field(_ key: String, _ text: String) {
    let text = text.beginning(bytesMax: textBytesMax)
    name(key)
    if format == .logfmt, Self.isPlain(text) {
      bytes.append(contentsOf: text.utf8)
    } else {
      quoted(text)
    }
  }

  /// Numbers and booleans stay what they are in JSON; the rest is text.
  mutating func field(_ key: String, _ value: any CustomStringConvertible & Sendable) {
    switch value {
    case is any FixedWidthInteger, is Bool:
      name(key)
      bytes.append(contentsOf: value.description.utf8)
    case let number as Double where number.isFinite:
      name(key)
      bytes.append(contentsOf: number.description.utf8)
    default:
      field(key, value.description)
    }
  }

  private mutating func name(_ key: String) {
    if !isFirst { bytes.append(format == .json ? UInt8(ascii: ",") : UInt8(ascii: " ")) }
    isFirst = false
    switch format {
    case .logfmt:
      bytes.append(
        contentsOf: key.utf8.lazy.map {
          $0 <= 0x20 || $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: "\"") || $0 == 0x7f
            ? UInt8(ascii: "_") : $0
        })
      bytes.append(UInt8(ascii: "="))
    case .json:
      quoted(key)
      bytes.append(UInt8(ascii: ":"))
    }
  }

  /// Whether a reader of `key=value` pairs takes the text for one value.
  private static func isPlain(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy {
        $0 > 0x20 && $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: "\"")
          && $0 != UInt8(ascii: "\\") && $0 != 0x7f
      } && !hasObeyed(text)
  }

  /// Whether there is something beyond ASCII that a terminal or a reader would obey.
  private static func hasObeyed(_ text: String) -> Bool {
    text.utf8.contains { $0 >= 0x80 } && text.unicodeScalars.contains(where: \.isObeyed)
  }

  /// A JSON string; nothing in it can break the line, move the terminal's cursor or turn the
  /// direction of writing.
  private mutating func quoted(_ text: String) {
    guard Self.hasObeyed(text) else { return appendQuoted(text) }
    var apart = LogLine(format: format)
    apart.appendQuoted(text)
    bytes.append(contentsOf: String(decoding: apart.bytes, as: UTF8.self).shownJSON.utf8)
  }

  private mutating func appendQuoted(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case UInt8(ascii: "\n"):
        bytes.append(contentsOf: "\\n".utf8)
      case UInt8(ascii: "\r"):
        bytes.append(contentsOf: "\\r".utf8)
      case UInt8(ascii: "\t"):
        bytes.append(contentsOf: "\\t".utf8)
      case 0..<0x20, 0x7f:
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(Self.hexadecimal[Int(byte >> 4)])
        bytes.append(Self.hexadecimal[Int(byte & 15)])
      default:
        bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static let hexadecimal = Array("0123456789abcdef".utf8)
}

extension String {
  /// A text that is too long, cut after a whole character, with its length behind: `abc…(70000 bytes)`.
  /// Costs the same however long the text is.
  fileprivate func beginning(bytesMax: Int) -> String {
    let bytes = utf8
    guard bytes.count > bytesMax else { return self }
    var end = bytes.index(startIndex, offsetBy: bytesMax)
    while end > startIndex, UTF8.isContinuation(bytes[end]) { end = bytes.index(before: end) }
    var kept = self[..<end]
    // The last character may go on behind the cut; a text that is all one character is cut in it.
    if kept.count > 1 { kept.removeLast() }
    return "\(kept)…(\(bytes.count) bytes)"
  }
}
