import RPCCore
internal import Texts

/// Reads the header that names a download (RFC 6266; the extended name as in RFC 8187).
enum ContentDisposition {
  /// A longer header names nothing.
  private static let bytesMax = 4096

  /// The name of `filename*`, else of `filename`, made safe; nil if there is none.
  static func suggestedName(_ header: String) -> String? {
    guard header.utf8.count <= bytesMax else { return nil }
    let parameters = parameters(Array(header.utf8))
    if let extended = parameters["filename*"], let name = decoded(extended) {
      return FileName.safe(name)
    }
    return parameters["filename"].flatMap { FileName.safe(String(decoding: $0, as: UTF8.self)) }
  }

  /// The parameters behind the disposition, by their names in lower case; of a name that is there
  /// twice, the first.
  private static func parameters(_ header: [UInt8]) -> [String: [UInt8]] {
    var found: [String: [UInt8]] = [:]
    var rest = header[...].drop { $0 != UInt8(ascii: ";") }
    while !rest.isEmpty {
      rest = rest.dropFirst().drop(while: isSpace)
      let name = rest.prefix { $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: ";") }
      rest = rest[name.endIndex...]
      guard rest.first == UInt8(ascii: "=") else { continue }
      rest = rest.dropFirst().drop(while: isSpace)
      let value = value(&rest)
      let key = String(decoding: trimmed(name), as: UTF8.self).lowercased()
      if found[key] == nil { found[key] = value }
      rest = rest.drop { $0 != UInt8(ascii: ";") }
    }
    return found
  }

  /// A token, or a quoted string without its quotes and escapes; moves on behind it.
  private static func value(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
    guard rest.first == UInt8(ascii: "\"") else {
      let token = rest.prefix { $0 != UInt8(ascii: ";") }
      rest = rest[token.endIndex...]
      return Array(trimmed(token))
    }
    rest = rest.dropFirst()
    var value: [UInt8] = []
    while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
      if byte != UInt8(ascii: "\\") {
        value.append(byte)
      } else if let escaped = rest.popFirst() {
        value.append(escaped)
      }
    }
    return value
  }

  /// `UTF-8'language'percent-encoded`; nil if it is anything else.
  private static func decoded(_ value: [UInt8]) -> String? {
    let parts = value.split(
      separator: UInt8(ascii: "'"), maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, String(decoding: parts[0], as: UTF8.self).lowercased() == "utf-8"
    else { return nil }
    return PercentCoding.decoded(parts[2])
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var bytes = bytes.drop(while: isSpace)
    while let last = bytes.last, isSpace(last) { bytes.removeLast() }
    return bytes
  }
}
