import ReportCore
internal import Texts

/// A file of JSON objects being written.
final class JSONSession: RenderSession {
  /// What stands around the rows' objects.
  enum Frame {
    /// `[`, commas, `]`; the first is written by whoever makes the session.
    case array
    /// A line end behind each.
    case lines
  }

  private let frame: Frame
  /// What comes before the values, such as `{"a":` for the first and `,"b":` for others, one after the
  /// other: an array for each would be counted with each value. Padded, for copies in steps.
  private let prefixes: [UInt8]
  /// By column: where in `prefixes` its own ends.
  private let prefixEnds: [Int]
  private let formats: [CellFormat?]
  /// By column: whether its members can be written in a run.
  private let isPlain: [Bool]
  private let localTime: LocalTime?
  private var isFirstRow = true

  init(_ columns: [RenderColumn], frame: Frame, localTime: LocalTime?) {
    self.localTime = localTime
    self.frame = frame
    formats = columns.map(\.format)
    let keys = JSONRenderer.uniqueKeys(columns.map(\.name))
    var prefixes: [UInt8] = []
    prefixEnds = keys.enumerated().map { index, key in
      prefixes.append(index == 0 ? UInt8(ascii: "{") : UInt8(ascii: ","))
      prefixes.appendJSONString(key)
      prefixes.append(UInt8(ascii: ":"))
      return prefixes.count
    }
    self.prefixes = prefixes + Array(repeating: 0, count: ByteRoom.stepBytes)
    isPlain = formats.map { $0 == nil }
  }

  func row(_ row: SourceRow, into output: inout RenderBuffer) throws(ReportFailure) {
    guard row.count == prefixEnds.count else {
      throw .cellCount(row.count, columns: prefixEnds.count)
    }
    if frame == .array {
      if !isFirstRow { output.bytes.append(UInt8(ascii: ",")) }
      output.bytes.append(UInt8(ascii: "\n"))
    }
    isFirstRow = false
    if row.count == 0 { output.bytes.append(UInt8(ascii: "{")) }
    var start = 0
    while start < row.count {
      let end = min(start + LargeCells.columnsAtOnce, row.count)
      if let large = appendCells(row, in: start..<end, to: &output.bytes) {
        try Self.appendLarge(row, at: large, into: &output)
        start = large + 1
      } else {
        start = end
      }
      if start < row.count { try output.drainIfFull() }
    }
    output.bytes.append(UInt8(ascii: "}"))
    if frame == .lines { output.bytes.append(UInt8(ascii: "\n")) }
  }

  func finish(into output: inout RenderBuffer) {
    if frame == .array { output.append(isFirstRow ? "]\n" : "\n]\n") }
  }

  /// Appends members.
  ///
  /// - Returns: where it stopped, before the value of a cell that is large; nil: nowhere.
  private func appendCells(
    _ row: SourceRow, in range: Range<Int>, to bytes: inout [UInt8]
  ) -> Int? {
    let values = row.values
    return bytes.appendRuns(
      range,
      put: { rest, room in
        prefixes.withUnsafeBufferPointer { putPlain(values, in: rest, prefixes: $0, into: &room) }
      },
      other: { index, bytes in appendOther(row, at: index, to: &bytes) })
  }

  /// Names and texts from here on are not written in a run.
  private static let plainBytes = 1024

  /// Writes members up to one that does not fit in or takes more than a look at each of its bytes.
  ///
  /// - Returns: where it stopped, and whether only for the room.
  private func putPlain(
    _ values: UnsafeBufferPointer<SourceRow.Value>, in range: Range<Int>,
    prefixes: UnsafeBufferPointer<UInt8>, into room: inout ByteRoom
  ) -> RunEnd {
    var start = range.lowerBound > 0 ? prefixEnds[range.lowerBound - 1] : 0
    for index in range {
      let end = prefixEnds[index]
      guard isPlain[index], end - start < Self.plainBytes else { return (index, false) }
      let before = room
      guard room.has(end - start + ByteRoom.numberBytesMax) else { return (index, true) }
      room.putPadded(prefixes, start, count: end - start)
      start = end
      switch values[index] {
      case .null: room.put("null")
      case .integer(let value): room.putDecimal(value)
      case .double(let value) where value.isFinite: room.putShortest(value)
      case .text(let text):
        let count = text.count
        guard count < Self.plainBytes, room.has(2 * count + 2) else {
          room = before
          return (index, count < Self.plainBytes)
        }
        guard putText(text, into: &room) else {
          room = before
          return (index, false)
        }
      default:
        room = before
        return (index, false)
      }
    }
    return (range.upperBound, true)
  }

  /// Writes a text in quotes, unless it takes escapes of more than two bytes.
  @inline(__always)
  private func putText(_ utf8: UnsafeBufferPointer<UInt8>, into room: inout ByteRoom) -> Bool {
    room.put(quote)
    if Self.copy(utf8, to: room.next) {
      room.advance(by: utf8.count)
    } else {
      for byte in utf8 {
        guard byte >= 0x20 else { return false }
        if byte == quote || byte == backslash { room.put(backslash) }
        room.put(byte)
      }
    }
    room.put(quote)
    return true
  }

  /// Copies a text, eight bytes at a time, the last eight overlapping.
  ///
  /// - Returns: whether none of its bytes takes an escape.
  @inline(__always)
  private static func copy(
    _ utf8: UnsafeBufferPointer<UInt8>, to place: UnsafeMutablePointer<UInt8>
  ) -> Bool {
    guard utf8.count >= 8, let base = utf8.baseAddress else {
      var isPlain = true
      for offset in utf8.indices {
        let byte = utf8[offset]
        place[offset] = byte
        isPlain = isPlain && byte >= 0x20 && byte != quote && byte != backslash
      }
      return isPlain
    }
    let source = UnsafeRawPointer(base)
    let target = UnsafeMutableRawPointer(place)
    let last = utf8.count &- 8
    var found: UInt64 = 0
    var offset = 0
    while true {
      let word = source.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      target.storeBytes(of: word, toByteOffset: offset, as: UInt64.self)
      // The high bit of each byte that is below 0x20, a quote or a backslash, and perhaps of one
      // behind such a byte, but never where there is none.
      found |= (word &- ones &* 0x20) & ~word
      let quotes = word ^ ones &* UInt64(quote)
      found |= (quotes &- ones) & ~quotes
      let backslashes = word ^ ones &* UInt64(backslash)
      found |= (backslashes &- ones) & ~backslashes
      if offset == last { break }
      offset = min(offset &+ 8, last)
    }
    return found & (ones &* 0x80) == 0
  }

  /// Appends a member.
  ///
  /// - Returns: whether its value is large; then only what comes before it was appended.
  private func appendOther(_ row: SourceRow, at index: Int, to bytes: inout [UInt8]) -> Bool {
    let start = index > 0 ? prefixEnds[index - 1] : 0
    bytes.append(contentsOf: prefixes[start..<prefixEnds[index]])
    let value = row.values[index]
    if LargeCells.isLarge(value) { return true }
    if let format = formats[index], appendFormatted(row.cell(at: index), format, to: &bytes) {
      return false
    }
    switch value {
    case .null: Self.appendNull(to: &bytes)
    case .integer(let value): bytes.appendDecimal(value)
    case .double(let value):
      if value.isFinite { bytes.appendShortest(value) } else { Self.appendNull(to: &bytes) }
    case .text(let text):
      bytes.append(quote)
      bytes.appendJSONContent(of: text)
      bytes.append(quote)
    case .blob(let blob):
      bytes.append(quote)
      bytes.appendBase64(blob)
      bytes.append(quote)
    case .other: return appendTyped(row.cell(at: index), to: &bytes)
    }
    return false
  }

  /// - Returns: whether it is large; then nothing was appended.
  private func appendTyped(_ cell: Cell, to bytes: inout [UInt8]) -> Bool {
    switch cell {
    case .decimal(let value):
      if value.text.utf8.count >= LargeCells.bytes { return true }
      bytes.append(contentsOf: value.text.utf8)
    case .boolean(let value): bytes.appendBoolean(value)
    case .date(let value):
      bytes.append(quote)
      bytes.appendDate(value)
      bytes.append(quote)
    case .instant(let value):
      bytes.append(quote)
      bytes.appendInstant(value, localTime)
      bytes.append(quote)
    case .null, .integer, .double, .text, .blob: break
    }
    return false
  }

  private static func appendLarge(
    _ row: SourceRow, at index: Int, into output: inout RenderBuffer
  ) throws(ReportFailure) {
    switch row.values[index] {
    case .text(let text):
      try output.checkRoom(for: JSONText.contentBytes(of: text) + 2)
      output.bytes.append(quote)
      try output.appendPieces(of: text) { $1.appendJSONContent(of: $0) }
      output.bytes.append(quote)
    case .blob(let blob):
      output.bytes.append(quote)
      try output.appendLargeBase64(blob)
      output.bytes.append(quote)
    case .other:
      guard case .decimal(let decimal) = row.cell(at: index) else { return }
      try output.appendLargeDecimal(decimal)
    case .null, .integer, .double: break
    }
  }

  /// Numbers stay numbers; what was text or becomes a date is text, in which nothing that a format
  /// writes needs an escape.
  private func appendFormatted(
    _ cell: Cell, _ format: CellFormat, to bytes: inout [UInt8]
  ) -> Bool {
    switch (format, cell) {
    case (.number(let number), .integer), (.number(let number), .double),
      (.number(let number), .decimal):
      return CellFormat.number(number.plain).append(cell, to: &bytes)
    default:
      bytes.append(quote)
      guard format.append(cell, localTime, to: &bytes) else {
        bytes.removeLast()
        return false
      }
      bytes.append(quote)
      return true
    }
  }

  private static func appendNull(to bytes: inout [UInt8]) {
    bytes.append(contentsOf: "null".utf8)
  }
}

private let quote = UInt8(ascii: "\"")
private let backslash = UInt8(ascii: "\\")
/// Each byte of a word 1.
private let ones: UInt64 = 0x0101_0101_0101_0101
