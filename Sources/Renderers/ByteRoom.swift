/// Room at the end of an array that was made beforehand, so that what a cell takes is looked for once
/// and not with each byte.
struct ByteRoom {
  private var place: UnsafeMutablePointer<UInt8>
  private let end: UnsafeMutablePointer<UInt8>

  fileprivate init(_ start: UnsafeMutablePointer<UInt8>, count: Int) {
    place = start
    end = start + count
  }

  /// Of an integer or a double with its sign, its point and its exponent.
  static let numberBytesMax = 32

  /// Of a run of cells: enough for the longest that is written in one.
  static let runBytes = 4096

  @inline(__always)
  func has(_ count: Int) -> Bool { end - place >= count }

  /// Where the next byte goes, for those who write many: to be followed by `advance`.
  @inline(__always)
  var next: UnsafeMutablePointer<UInt8> { place }

  @inline(__always)
  mutating func advance(by count: Int) { place += count }

  @inline(__always)
  mutating func put(_ byte: UInt8) {
    place.pointee = byte
    place += 1
  }

  @inline(__always)
  mutating func put(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let start = bytes.baseAddress else { return }
    place.update(from: start, count: bytes.count)
    place += bytes.count
  }

  /// What `putPadded` copies at once.
  static let stepBytes = 16

  /// Writes few bytes, in steps: up to a step more is read behind them, and so much room there must be.
  @inline(__always)
  mutating func putPadded(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, count: Int) {
    guard let base = bytes.baseAddress else { return }
    let source = UnsafeRawPointer(base) + start
    let target = UnsafeMutableRawPointer(place)
    var offset = 0
    repeat {
      target.storeBytes(
        of: source.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self),
        toByteOffset: offset, as: SIMD16<UInt8>.self)
      offset += Self.stepBytes
    } while offset < count
    place += count
  }

  @inline(__always)
  mutating func put(_ text: StaticString) {
    place.update(from: text.utf8Start, count: text.utf8CodeUnitCount)
    place += text.utf8CodeUnitCount
  }

  /// Writes an integer in decimal digits.
  @inline(__always)
  mutating func putDecimal(_ value: Int64) {
    if value < 0 { put(UInt8(ascii: "-")) }
    let magnitude = value.magnitude
    if magnitude < 10 { return put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude)) }
    putDigits(magnitude, width: Self.width(magnitude))
  }

  /// Writes decimal digits, so many of them behind a point.
  mutating func putDigits(_ value: UInt64, fraction: Int) {
    guard fraction > 0 else { return putDigits(value, width: Self.width(value)) }
    let width = max(Self.width(value), fraction + 1)
    let whole = place + (width - fraction)
    putDigits(value, width: width)
    // The digits behind the point make room for it.
    (whole + 1).update(from: whole, count: fraction)
    whole.pointee = UInt8(ascii: ".")
    place += 1
  }

  /// Writes so many decimal digits, with zeros in front.
  private mutating func putDigits(_ value: UInt64, width: Int) {
    var rest = value
    var index = width - 1
    while index >= 0 {
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      place[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
      rest = quotient
      index -= 1
    }
    place += width
  }

  /// How many decimal digits a number has.
  private static func width(_ value: UInt64) -> Int {
    var width = 1
    var power: UInt64 = 10
    while value >= power {
      width += 1
      let (next, isMore) = power.multipliedReportingOverflow(by: 10)
      guard !isMore else { break }
      power = next
    }
    return width
  }
}

/// Where a run of cells stopped, and whether only for the room.
typealias RunEnd = (index: Int, isPlain: Bool)

extension [UInt8] {
  /// Appends cells: those that need no more than a look at each byte in runs, others one by one.
  ///
  /// - Parameters:
  ///   - put: writes as many of the cells as are plain and fit in.
  ///   - other: appends one that is not plain; true: it is large, and only what comes before its value
  ///     was appended.
  /// - Returns: where it stopped, before the value of a cell that is large; nil: nowhere.
  @inline(__always)
  mutating func appendRuns(
    _ range: Range<Int>, put: (Range<Int>, inout ByteRoom) -> RunEnd,
    other: (Int, inout [UInt8]) -> Bool
  ) -> Int? {
    var index = range.lowerBound
    while index < range.upperBound {
      var end = (index: index, isPlain: true)
      appendInRoom(of: ByteRoom.runBytes) { end = put(index..<range.upperBound, &$0) }
      index = end.index
      // With no room left for it there is more behind those that were written.
      if end.isPlain { continue }
      if other(index, &self) { return index }
      index += 1
    }
    return nil
  }

  /// Makes room for so many bytes and lets `body` write into it.
  @inline(__always)
  mutating func appendInRoom(of count: Int, _ body: (inout ByteRoom) -> Void) {
    append(addingCapacity: count) { span in
      span.withUnsafeMutableBufferPointer { buffer, written in
        guard let base = buffer.baseAddress else { preconditionFailure("no room was made") }
        var room = ByteRoom(base + written, count: buffer.count - written)
        body(&room)
        written = room.next - base
      }
    }
  }
}
