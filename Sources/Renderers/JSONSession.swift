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
  /// By column: what comes before its value, such as `{"a":` for the first and `,"b":` for others.
  private let prefixes: [[UInt8]]
  private let formats: [CellFormat?]
  private let localTime: LocalTime?
  private var isFirstRow = true

  init(_ columns: [RenderColumn], frame: Frame, localTime: LocalTime?) {
    self.localTime = localTime
    self.frame = frame
    formats = columns.map(\.format)
    let keys = JSONRenderer.uniqueKeys(columns.map(\.name))
    prefixes = keys.enumerated().map { index, key in
      var bytes = [index == 0 ? UInt8(ascii: "{") : UInt8(ascii: ",")]
      bytes.appendJSONString(key)
      bytes.append(UInt8(ascii: ":"))
      return bytes
    }
  }

  func row(_ cells: [Cell], into output: inout RenderBuffer) throws(ReportFailure) {
    guard cells.count == prefixes.count else {
      throw .cellCount(cells.count, columns: prefixes.count)
    }
    if frame == .array { output.bytes.append(contentsOf: isFirstRow ? "\n".utf8 : ",\n".utf8) }
    isFirstRow = false
    if cells.isEmpty { output.bytes.append(UInt8(ascii: "{")) }
    var start = 0
    while start < cells.count {
      let end = min(start + LargeCells.columnsAtOnce, cells.count)
      if let large = appendCells(cells, in: start..<end, to: &output.bytes) {
        try Self.appendLarge(cells[large], into: &output)
        start = large + 1
      } else {
        start = end
      }
      if start < cells.count { try output.drainIfFull() }
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
    _ cells: [Cell], in range: Range<Int>, to bytes: inout [UInt8]
  ) -> Int? {
    for index in range {
      bytes.append(contentsOf: prefixes[index])
      if let format = formats[index], appendFormatted(cells[index], format, to: &bytes) {
        continue
      }
      switch cells[index] {
      case .null: Self.appendNull(to: &bytes)
      case .integer(let value): bytes.appendDecimal(value)
      case .double(let value):
        if value.isFinite { bytes.appendShortest(value) } else { Self.appendNull(to: &bytes) }
      case .text(let text):
        if text.utf8.count >= LargeCells.bytes { return index }
        bytes.appendJSONString(text)
      case .blob(let blob):
        if blob.count >= LargeCells.bytes { return index }
        bytes.append(quote)
        bytes.appendBase64(blob)
        bytes.append(quote)
      case .decimal(let value):
        if value.text.utf8.count >= LargeCells.bytes { return index }
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
      }
    }
    return nil
  }

  private static func appendLarge(
    _ cell: Cell, into output: inout RenderBuffer
  ) throws(ReportFailure) {
    switch cell {
    case .text(let text):
      try text.withBytes { (utf8) throws(ReportFailure) in
        try output.checkRoom(for: JSONText.contentBytes(of: utf8) + 2)
        output.bytes.append(quote)
        try output.appendPieces(of: utf8) { $1.appendJSONContent(of: $0) }
        output.bytes.append(quote)
      }
    case .blob(let blob):
      output.bytes.append(quote)
      try output.appendLargeBase64(blob)
      output.bytes.append(quote)
    case .decimal(let decimal): try output.appendLargeDecimal(decimal)
    case .null, .integer, .double, .boolean, .date, .instant: break
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
