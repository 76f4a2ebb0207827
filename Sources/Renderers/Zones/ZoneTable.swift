internal import Texts

/// By how much a zone's clocks differ from UTC, and from when to when: what a file of the time zone
/// database says (TZif, RFC 9636).
struct ZoneTable: Hashable, Sendable {
  /// A time between two changes.
  struct Span {
    /// Seconds east of UTC.
    var offset: Int64
    var from: Int64
    /// The first second that is not of it.
    var until: Int64
  }

  /// When clocks change, in seconds since 1970 and in order.
  private let changes: [Int64]
  /// From each change on, in seconds east of UTC.
  private let offsets: [Int64]
  /// Before the first change.
  private let first: Int64
  /// What comes after the last change; nil: nothing changes any more.
  private let rule: ZoneRule?

  /// Seconds between a zone and UTC at most, as RFC 9636 has them.
  private static let offsets: ClosedRange<Int64> = -89_999...93_599

  /// Reads a file; nil if it is none, or not one that a time zone could have. What its counts ask for is
  /// bounded by its length.
  init?(_ bytes: [UInt8]) {
    var reader = Reader(bytes: bytes)
    guard var header = Header(&reader) else { return nil }
    var timeBytes = 4
    if header.version >= 2 {
      // The first block is for readers of long ago, and may be empty.
      guard reader.skip(header.blockBytes(timeBytes)), let second = Header(&reader) else {
        return nil
      }
      header = second
      timeBytes = 8
    }
    guard (1...256).contains(header.types),
      let changes = reader.integers(header.changes, bytes: timeBytes),
      let kinds = reader.integers(header.changes, bytes: 1)
    else { return nil }
    var types: [Int64] = []
    for _ in 0..<header.types {
      guard let offset = reader.integer(bytes: 4), Self.offsets.contains(offset), reader.skip(2)
      else { return nil }
      types.append(offset)
    }
    guard zip(changes, changes.dropFirst()).allSatisfy({ $0 < $1 }),
      kinds.allSatisfy({ types.indices.contains(Int($0)) }),
      reader.skip(header.bytesAfterTypes(timeBytes))
    else { return nil }
    self.changes = changes
    offsets = kinds.map { types[Int($0)] }
    first = types[0]
    guard timeBytes == 8 else {
      rule = nil
      return
    }
    guard let footer = reader.footer() else { return nil }
    rule = ZoneRule(footer)
    if rule == nil, !footer.isEmpty { return nil }
  }

  /// The time between two changes that a second since 1970 is in.
  func span(at second: Int64) -> Span {
    if let last = changes.last, second < last {
      // The first change that comes later.
      var (low, high) = (0, changes.count - 1)
      while low < high {
        let middle = (low + high) / 2
        if changes[middle] > second { high = middle } else { low = middle + 1 }
      }
      return Span(
        offset: low == 0 ? first : offsets[low - 1], from: low == 0 ? .min : changes[low - 1],
        until: changes[low])
    }
    var span = Span(
      offset: rule?.standard ?? offsets.last ?? first, from: changes.last ?? .min, until: .max)
    guard let rule else { return span }
    let year = CivilDate.date((second + rule.standard).floored(by: 86_400).quotient).year
    for change in (year - 1...year + 1).flatMap(rule.changes) {
      if change.at > second {
        span.until = min(span.until, change.at)
      } else {
        span.offset = change.offset
        span.from = max(span.from, change.at)
      }
    }
    return span
  }

  private struct Header {
    var version: Int
    private var utcMarks: Int
    private var standardMarks: Int
    private var leaps: Int
    var changes: Int
    var types: Int
    private var characters: Int

    init?(_ reader: inout Reader) {
      guard reader.take("TZif"), let version = reader.integer(bytes: 1), reader.skip(15),
        let counts = reader.integers(6, bytes: 4), counts.allSatisfy({ (0...65_536).contains($0) })
      else { return nil }
      // An ASCII digit, or NUL for the first version.
      self.version = version == 0 ? 1 : Int(version) - 0x30
      (utcMarks, standardMarks, leaps) = (Int(counts[0]), Int(counts[1]), Int(counts[2]))
      (changes, types, characters) = (Int(counts[3]), Int(counts[4]), Int(counts[5]))
    }

    func blockBytes(_ timeBytes: Int) -> Int {
      changes * (timeBytes + 1) + types * 6 + bytesAfterTypes(timeBytes)
    }

    func bytesAfterTypes(_ timeBytes: Int) -> Int {
      characters + leaps * (timeBytes + 4) + standardMarks + utcMarks
    }
  }

  private struct Reader {
    let bytes: [UInt8]
    private var index = 0

    init(bytes: [UInt8]) {
      self.bytes = bytes
    }

    mutating func skip(_ count: Int) -> Bool {
      guard count <= bytes.count - index else { return false }
      index += count
      return true
    }

    mutating func take(_ text: StaticString) -> Bool {
      let count = text.utf8CodeUnitCount
      let isThere = text.withUTF8Buffer { bytes[index...].starts(with: $0) }
      return isThere && skip(count)
    }

    /// A number in big endian, signed unless it is of one byte.
    mutating func integer(bytes count: Int) -> Int64? {
      let start = index
      guard skip(count) else { return nil }
      let value = bytes[start..<index].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      let shift = count == 1 ? 0 : 64 - count * 8
      return Int64(bitPattern: value << UInt64(shift)) >> Int64(shift)
    }

    mutating func integers(_ count: Int, bytes size: Int) -> [Int64]? {
      guard count * size <= bytes.count - index else { return nil }
      return (0..<count).compactMap { _ in integer(bytes: size) }
    }

    /// What stands between two line ends.
    mutating func footer() -> [UInt8]? {
      guard take("\n"), let end = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) else {
        return nil
      }
      return Array(bytes[index..<end])
    }
  }
}
