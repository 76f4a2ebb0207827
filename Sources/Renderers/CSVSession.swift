import ReportCore
internal import Texts

/// A CSV file being written.
final class CSVSession: RenderSession {
  private let delimiter: UInt8
  private let hasDecimalComma: Bool
  private let localTime: LocalTime?
  private let formulas: FormulaGuard
  /// By column: whether its text goes without the guard against formulas.
  private let isRaw: [Bool]
  private let formats: [CellFormat?]
  /// By column: whether it has a format.
  private let isFormatted: [Bool]
  /// By byte: what a text that holds it needs.
  private let needs: [UInt8]

  init(
    delimiter: UInt8, hasDecimalComma: Bool, localTime: LocalTime?, columns: [RenderColumn]
  ) {
    self.localTime = localTime
    self.delimiter = delimiter
    self.hasDecimalComma = hasDecimalComma
    let formulas = FormulaGuard(delimiter: delimiter)
    self.formulas = formulas
    needs = (UInt8.min...UInt8.max).map { byte in
      switch byte {
      case delimiter, Self.quote, UInt8(ascii: "\r"), UInt8(ascii: "\n"): Needs.quotes
      default: formulas.isForeignSeparator(byte) ? Needs.look : 0
      }
    }
    isRaw = columns.map(\.isRaw)
    formats = columns.map(\.format)
    isFormatted = formats.map { $0 != nil }
  }

  func header(_ titles: [String], into output: inout RenderBuffer) {
    for (index, title) in titles.enumerated() {
      if index > 0 { output.bytes.append(delimiter) }
      var title = title
      title.withUTF8 { appendText($0, isRaw: false, to: &output.bytes) }
    }
    appendLineEnd(to: &output.bytes)
  }

  func row(_ row: SourceRow, into output: inout RenderBuffer) throws(ReportFailure) {
    guard row.count == isRaw.count else {
      throw .cellCount(row.count, columns: isRaw.count)
    }
    var start = 0
    while start < row.count {
      let end = min(start + LargeCells.columnsAtOnce, row.count)
      if let large = appendCells(row, in: start..<end, to: &output.bytes) {
        try appendLarge(row, at: large, into: &output)
        start = large + 1
      } else {
        start = end
      }
      if start < row.count { try output.drainIfFull() }
    }
    appendLineEnd(to: &output.bytes)
  }

  func finish(into output: inout RenderBuffer) {}

  /// Appends cells, each with the delimiter before it.
  ///
  /// - Returns: where it stopped, before the value of a cell that is large; nil: nowhere.
  private func appendCells(
    _ row: SourceRow, in range: Range<Int>, to bytes: inout [UInt8]
  ) -> Int? {
    let values = row.values
    return bytes.appendRuns(
      range,
      put: { rest, room in
        needs.withUnsafeBufferPointer { putPlain(values, in: rest, needs: $0, into: &room) }
      },
      other: { index, bytes in appendOther(row, at: index, to: &bytes) })
  }

  /// Texts from here on are not written in a run.
  private static let plainTextBytes = 1024

  /// Writes cells, each with the delimiter before it, up to one that does not fit in or takes more
  /// than a look at each of its bytes.
  ///
  /// - Returns: where it stopped, and whether only for the room.
  private func putPlain(
    _ values: UnsafeBufferPointer<SourceRow.Value>, in range: Range<Int>,
    needs: UnsafeBufferPointer<UInt8>, into room: inout ByteRoom
  ) -> RunEnd {
    for index in range {
      guard !isFormatted[index] else { return (index, false) }
      guard room.has(ByteRoom.numberBytesMax) else { return (index, true) }
      let before = room
      if index > 0 { room.put(delimiter) }
      switch values[index] {
      case .null where !isAlone: break
      case .integer(let value): room.putDecimal(value)
      case .double(let value) where value.isFinite && !hasDecimalComma: room.putShortest(value)
      case .text(let text) where !isAlone:
        let count = text.count
        // Each byte may be a quote, which is doubled.
        guard count < Self.plainTextBytes, room.has(2 * count + 2) else {
          room = before
          return (index, count < Self.plainTextBytes)
        }
        guard putText(text, isRaw: isRaw[index], needs: needs, into: &room) else {
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

  /// Writes a text, unless it might need an apostrophe.
  @inline(__always)
  private func putText(
    _ utf8: UnsafeBufferPointer<UInt8>, isRaw: Bool, needs: UnsafeBufferPointer<UInt8>,
    into room: inout ByteRoom
  ) -> Bool {
    guard let first = utf8.first, let last = utf8.last else {
      room.put("\"\"")
      return true
    }
    guard FormulaGuard.isHarmless(first), last != UInt8(ascii: " ") else { return false }
    let place = room.next
    var need: UInt8 = 0
    for offset in utf8.indices {
      let byte = utf8[offset]
      place[offset] = byte
      need |= needs[Int(byte)]
    }
    if isRaw { need &= ~Needs.look }
    if need == 0 {
      room.advance(by: utf8.count)
      return true
    }
    guard need == Needs.quotes else { return false }
    room.put(Self.quote)
    for byte in utf8 {
      if byte == Self.quote { room.put(byte) }
      room.put(byte)
    }
    room.put(Self.quote)
    return true
  }

  /// What bytes ask of the text that holds them.
  private enum Needs {
    static let quotes: UInt8 = 1
    /// A look for formulas behind it.
    static let look: UInt8 = 2
  }

  /// Appends a cell with the delimiter before it.
  ///
  /// - Returns: whether it is large; then only the delimiter was appended.
  private func appendOther(_ row: SourceRow, at index: Int, to bytes: inout [UInt8]) -> Bool {
    if index > 0 { bytes.append(delimiter) }
    let value = row.values[index]
    if LargeCells.isLarge(value) { return true }
    if let format = formats[index], appendFormatted(row.cell(at: index), format, to: &bytes) {
      return false
    }
    switch value {
    case .null: if isAlone { bytes.append(contentsOf: Self.loneNull.utf8) }
    case .integer(let value): bytes.appendDecimal(value)
    case .double(let value):
      let start = bytes.count
      bytes.appendDouble(value)
      if hasDecimalComma { turnToComma(from: start, in: &bytes) }
    case .text(let text): appendText(text, isRaw: isRaw[index], to: &bytes)
    case .blob(let blob):
      if blob.isEmpty { bytes.append(contentsOf: Self.emptyBlob.utf8) }
      bytes.appendBase64(blob)
    case .other: return appendTyped(row.cell(at: index), to: &bytes)
    }
    return false
  }

  /// - Returns: whether it is large; then nothing was appended.
  private func appendTyped(_ cell: Cell, to bytes: inout [UInt8]) -> Bool {
    switch cell {
    case .decimal(let value):
      if value.text.utf8.count >= LargeCells.bytes { return true }
      let start = bytes.count
      bytes.append(contentsOf: value.text.utf8)
      if hasDecimalComma { turnToComma(from: start, in: &bytes) }
    case .boolean(let value): bytes.appendBoolean(value)
    case .date(let value): bytes.appendDate(value)
    case .instant(let value): bytes.appendInstant(value, localTime)
    case .null, .integer, .double, .text, .blob: break
    }
    return false
  }

  private func appendLarge(
    _ row: SourceRow, at index: Int, into output: inout RenderBuffer
  ) throws(ReportFailure) {
    switch row.values[index] {
    case .text(let text): try appendLargeText(text, isRaw: isRaw[index], into: &output)
    case .blob(let blob): try output.appendLargeBase64(blob)
    case .other:
      guard case .decimal(let decimal) = row.cell(at: index) else { return }
      guard hasDecimalComma else { return try output.appendLargeDecimal(decimal) }
      // Few reports have such numbers, so that it may be held twice.
      try output.checkRoom(for: decimal.text.utf8.count)
      var bytes = Array(decimal.text.utf8)
      turnToComma(from: 0, in: &bytes)
      try bytes.withBytes { (digits) throws(ReportFailure) in
        try output.appendPieces(of: digits) { $1.append(contentsOf: $0) }
      }
    case .null, .integer, .double: break
    }
  }

  /// The same as `appendText`, in pieces.
  private func appendLargeText(
    _ utf8: UnsafeBufferPointer<UInt8>, isRaw: Bool, into output: inout RenderBuffer
  ) throws(ReportFailure) {
    let look = look(at: utf8)
    let space = UInt8(ascii: " ")
    let isQuoted = look.needsQuotes || utf8.first == space || utf8.last == space
    let quotes = isQuoted ? utf8.count { $0 == Self.quote } + 2 : 0
    try output.checkRoom(for: utf8.count + quotes)
    if isQuoted { output.bytes.append(Self.quote) }
    if !isRaw, formulas.isFormula(utf8) { output.bytes.append(FormulaGuard.apostrophe) }
    var start = 0
    if !isRaw, look.hasForeignSeparator {
      while let cut = formulas.innerFormula(utf8, behind: start) {
        try appendPieces(utf8[start..<cut], look, into: &output)
        output.bytes.append(FormulaGuard.apostrophe)
        start = cut
      }
    }
    try appendPieces(utf8[start...], look, into: &output)
    if isQuoted { output.bytes.append(Self.quote) }
  }

  private func appendPieces(
    _ text: Slice<UnsafeBufferPointer<UInt8>>, _ look: Look, into output: inout RenderBuffer
  ) throws(ReportFailure) {
    try output.appendPieces(of: UnsafeBufferPointer(rebasing: text)) { append($0, look, to: &$1) }
  }

  /// Whether the file has one column, so that an empty field would be an empty line.
  private var isAlone: Bool { isRaw.count == 1 }

  private func appendFormatted(
    _ cell: Cell, _ format: CellFormat, to bytes: inout [UInt8]
  ) -> Bool {
    let start = bytes.count
    guard format.append(cell, localTime, to: &bytes) else { return false }
    if hasDecimalComma, case .number = format {
      turnToComma(from: start, in: &bytes)
      return true
    }
    // The commas between thousands.
    if bytes[start...].contains(delimiter) {
      bytes.insert(Self.quote, at: start)
      bytes.append(Self.quote)
    }
    return true
  }

  /// Gives a number that was appended its decimal comma, and quotes if that is the delimiter.
  private func turnToComma(from start: Int, in bytes: inout [UInt8]) {
    let (point, comma) = (UInt8(ascii: "."), UInt8(ascii: ","))
    for index in start..<bytes.count {
      if bytes[index] == point {
        bytes[index] = comma
      } else if bytes[index] == comma {
        bytes[index] = point
      }
    }
    if delimiter == comma, bytes[start...].contains(comma) {
      bytes.insert(Self.quote, at: start)
      bytes.append(Self.quote)
    }
  }

  private func appendLineEnd(to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\r"))
    bytes.append(UInt8(ascii: "\n"))
  }

  private func appendText(
    _ utf8: UnsafeBufferPointer<UInt8>, isRaw: Bool, to bytes: inout [UInt8]
  ) {
    guard let first = utf8.first, let last = utf8.last else {
      bytes.append(Self.quote)
      bytes.append(Self.quote)
      return
    }
    let look = look(at: utf8)
    let space = UInt8(ascii: " ")
    let isQuoted =
      look.needsQuotes || first == space || last == space
      || isAlone && utf8.elementsEqual(Self.loneNull.utf8)
    if isQuoted { bytes.append(Self.quote) }
    if !isRaw, formulas.isFormula(utf8) { bytes.append(FormulaGuard.apostrophe) }
    if !isRaw, look.hasForeignSeparator {
      var start = 0
      while let cut = formulas.innerFormula(utf8, behind: start) {
        append(UnsafeBufferPointer(rebasing: utf8[start..<cut]), look, to: &bytes)
        bytes.append(FormulaGuard.apostrophe)
        start = cut
      }
      append(UnsafeBufferPointer(rebasing: utf8[start...]), look, to: &bytes)
    } else {
      append(utf8, look, to: &bytes)
    }
    if isQuoted { bytes.append(Self.quote) }
  }

  /// Appends text with its quotes doubled.
  private func append(_ text: UnsafeBufferPointer<UInt8>, _ look: Look, to bytes: inout [UInt8]) {
    guard look.needsQuotes else { return bytes.append(contentsOf: text) }
    for byte in text {
      if byte == Self.quote { bytes.append(Self.quote) }
      bytes.append(byte)
    }
  }

  /// What a look at every byte of a text finds.
  private struct Look {
    var needsQuotes = false
    var hasForeignSeparator = false
  }

  /// Without an early exit, which lets the compiler look at many bytes at once.
  private func look(at text: UnsafeBufferPointer<UInt8>) -> Look {
    var look = Look()
    let foreign = formulas.foreignSeparators
    for byte in text {
      let isSpecial =
        (byte == delimiter) || (byte == Self.quote)
        || (byte == UInt8(ascii: "\r")) || (byte == UInt8(ascii: "\n"))
      let isForeign = (byte == foreign.0) || (byte == foreign.1) || (byte == foreign.2)
      look.needsQuotes = look.needsQuotes || isSpecial
      look.hasForeignSeparator = look.hasForeignSeparator || isForeign
    }
    return look
  }

  private static let quote = UInt8(ascii: "\"")
  /// NULL where an empty field would be an empty line.
  private static let loneNull = "\\N"
  private static let emptyBlob = "\" \""
}
