/// Where something stands in a trace: a value of `traceparent`
/// (<https://www.w3.org/TR/trace-context-1/>, section 3.2).
package struct TraceParent: Hashable, Sendable {
  private static let bytes = 55
  /// A later version may have more behind what this one knows.
  private static let bytesMax = 255

  private let traceHigh: UInt64
  private let traceLow: UInt64
  /// The span that what follows is a part of; never 0.
  package let spanID: UInt64
  /// Whether somebody keeps this trace.
  package let isSampled: Bool

  /// Reads a value; nil if it is none, and what then has no parent.
  package init?(_ text: String) {
    let bytes = text.utf8
    guard (Self.bytes...Self.bytesMax).contains(bytes.count) else { return nil }
    let parts = bytes.split(
      separator: UInt8(ascii: "-"), maxSplits: 4, omittingEmptySubsequences: false)
    guard parts.count >= 4, parts[0].count == 2, parts[1].count == 32, parts[2].count == 16,
      parts[3].count == 2, let version = Self.number(parts[0]),
      version == 0 ? bytes.count == Self.bytes : version != 255,
      let traceHigh = Self.number(parts[1].prefix(16)),
      let traceLow = Self.number(parts[1].dropFirst(16)),
      let spanID = Self.number(parts[2]), let flags = Self.number(parts[3]),
      traceHigh | traceLow != 0, spanID != 0
    else { return nil }
    self.traceHigh = traceHigh
    self.traceLow = traceLow
    self.spanID = spanID
    isSampled = flags & 1 != 0
  }

  private init(traceHigh: UInt64, traceLow: UInt64, spanID: UInt64, isSampled: Bool) {
    self.traceHigh = traceHigh
    self.traceLow = traceLow
    self.spanID = spanID
    self.isSampled = isSampled
  }

  /// The first span of a new trace.
  package static func newTrace() -> TraceParent {
    TraceParent(
      traceHigh: .random(in: 1 ... .max), traceLow: .random(in: 1 ... .max),
      spanID: .random(in: 1 ... .max), isSampled: true)
  }

  /// Another span of the same trace.
  package func newSpan() -> TraceParent {
    TraceParent(
      traceHigh: traceHigh, traceLow: traceLow, spanID: .random(in: 1 ... .max),
      isSampled: isSampled)
  }

  /// 32 lower-case hexadecimal digits.
  package var traceID: String {
    Hex.text(traceHigh, digits: 16) + Hex.text(traceLow, digits: 16)
  }

  /// As version 00 has it.
  package var text: String {
    "00-\(traceID)-\(Hex.text(spanID, digits: 16))-\(isSampled ? "01" : "00")"
  }

  /// Only digits and lower-case letters count.
  private static func number(_ digits: Substring.UTF8View) -> UInt64? {
    var number: UInt64 = 0
    for digit in digits {
      guard !(UInt8(ascii: "A")...UInt8(ascii: "F")).contains(digit),
        let value = Hex.value(of: digit)
      else { return nil }
      number = number << 4 | UInt64(value)
    }
    return number
  }
}
