/// What a Range header asks of a content (RFC 9110, section 14).
enum ByteRange: Hashable {
  /// No range, or none that this server understands: all of it.
  case whole
  case part(Range<Int64>)
  case unsatisfiable

  /// Reads a header. Only one range of bytes is served as such; several are answered with the
  /// whole, as the specification allows, since multipart answers have no reader among those who
  /// resume downloads.
  init(_ text: String, of byteCount: Int64) {
    self = Self.parsed(text, byteCount) ?? .whole
  }

  private static func parsed(_ text: String, _ byteCount: Int64) -> ByteRange? {
    guard let equals = text.firstIndex(of: "="),
      text[..<equals].trimmingSpace.lowercased() == "bytes"
    else { return nil }
    let spec = text[text.index(after: equals)...].trimmingSpace
    guard let dash = spec.firstIndex(of: "-") else { return nil }
    let first = spec[..<dash]
    let last = spec[spec.index(after: dash)...]

    if first.isEmpty {
      guard let suffix = number(last) else { return nil }
      let start = byteCount - min(suffix, byteCount)
      return start < byteCount ? .part(start..<byteCount) : .unsatisfiable
    }
    guard let start = number(first), let end = last.isEmpty ? .max : number(last), start <= end
    else { return nil }
    return start < byteCount
      ? .part(start..<(end < byteCount ? end + 1 : byteCount)) : .unsatisfiable
  }

  /// Digits; a number beyond 64 bits counts as the greatest, since no content is longer.
  private static func number(_ digits: Substring) -> Int64? {
    guard !digits.isEmpty,
      digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    return Int64(digits) ?? .max
  }
}
