internal import CPangoCairo
internal import Renderers
internal import ReportCore
internal import Texts

/// A PDF file being written, page after page.
final class PDFSession: RenderSession {
  private let columns: [RenderColumn]
  private let paper: Paper
  private let orientation: Orientation
  private let fontSize: Double
  private let document: RenderDocument
  private let logo: Logo?
  private let footer: String
  private let rowsMax: Int64
  private let localTime: LocalTime?
  private let typesetter: Typesetter
  /// From which the widths of the columns follow; nil once that is done.
  private var firstRows: [TextRow]? = []
  private var firstBytes = 0
  /// By column: whether its values are numbers, as far as the first rows tell.
  private var isNumeric: [Bool?]
  private var table: PDFTable?
  private var rows: Int64 = 0

  var rowsLeftOut: Int64 { max(rows - rowsMax, 0) }

  static let columnsMax = 2048
  private static let firstRowsMax = 200
  private static let firstBytesMax = 262_144
  /// Characters of a cell, in UTF-16 as in XLSX.
  private static let charactersMax = 32_767
  /// What is looked at of a text to see how wide it is.
  private static let measuredBytes = 256

  init(
    _ columns: [RenderColumn], _ options: PDFOptions, document: RenderDocument
  ) throws(ReportFailure) {
    typesetter = try Typesetter(language: document.language)
    do throws(Logo.Fault) {
      logo = document.logo.isEmpty ? nil : try Logo(png: document.logo)
    } catch {
      throw ReportFailure(.templateError, "The template's logo \(error.reason).")
    }
    self.columns = columns
    paper = options.paper
    orientation = options.orientation
    fontSize = options.fontSize
    footer = options.footer
    rowsMax = options.rowsMax
    self.document = document
    localTime = options.timeZone?.clock()
    isNumeric = columns.map { column in
      if case .number? = column.format { return true }
      switch column.type {
      case .integer, .number, .decimal: return true
      case .boolean, .date, .datetime, .string: return false
      case nil: return nil
      }
    }
  }

  func row(_ row: SourceRow, into output: inout RenderBuffer) throws(ReportFailure) {
    let cells = row.cells
    guard cells.count == columns.count else {
      throw .cellCount(cells.count, columns: columns.count)
    }
    rows += 1
    guard rows <= rowsMax else { return }
    var row = TextRow(number: rows)
    for (index, cell) in cells.enumerated() {
      if isLong(cell) {
        throw ReportFailure(
          .templateError,
          "Row \(rows), column \(columns[index].name.quoted): more than \(Self.charactersMax) characters, "
            + "and a cell of PDF holds no more. Shorten it in the SQL, or ask for another format.")
      }
      let isNumber =
        switch cell {
        case .integer, .double, .decimal: true
        case .null, .text, .blob, .boolean, .date, .instant: false
        }
      if isNumeric[index] == nil, cell != .null { isNumeric[index] = isNumber }
      row.append(isNumber: isNumber) { bytes in
        CellText.append(cell, columns[index].format, localTime, to: &bytes)
      }
    }
    if rows > Self.firstRowsMax || firstBytes >= Self.firstBytesMax {
      try beginTable(hasAllRows: false, into: &output)
    }
    if let table { return try table.add(row, into: &output) }
    firstBytes += row.bytes.count
    firstRows?.append(row)
  }

  func finish(into output: inout RenderBuffer) throws(ReportFailure) {
    try beginTable(hasAllRows: true, into: &output)
    try table?.finish(rows: rows, leftOut: rowsLeftOut, into: &output)
  }

  private func isLong(_ cell: Cell) -> Bool {
    switch cell {
    case .text(let text):
      text.utf8.count > Self.charactersMax && text.utf16.count > Self.charactersMax
    case .blob(let blob): (blob.count + 2) / 3 * 4 > Self.charactersMax
    case .decimal(let decimal): decimal.text.utf8.count > Self.charactersMax
    case .null, .integer, .double, .boolean, .date, .instant: false
    }
  }

  /// Decides on the columns and draws the rows that were held back. Does nothing once that is done.
  ///
  /// - Parameter hasAllRows: whether no row comes after them.
  private func beginTable(
    hasAllRows: Bool, into output: inout RenderBuffer
  ) throws(ReportFailure) {
    guard let firstRows else { return }
    self.firstRows = nil
    let letters = typesetter.letters(size: fontSize)
    var wishes: [TableLayout.Wish] = []
    for index in columns.indices {
      // A column takes some milliseconds, and there may be 2048.
      try output.checkRoom(for: 0)
      wishes.append(wish(index, firstRows, hasAllRows: hasAllRows, letters))
    }
    let layout = TableLayout(
      wishes, paper: paper, orientation: orientation, fontSize: fontSize)
    let alignments = columns.indices.map { index in
      columns[index].alignment ?? (isNumeric[index] == true ? .right : .left)
    }
    let table = try PDFTable(
      titles: columns.map(\.title), alignments: alignments,
      isAligned: columns.map { $0.alignment != nil }, layout: layout, document: document,
      logo: logo, footer: footer, localTime: localTime, typesetter: typesetter)
    self.table = table
    for row in firstRows { try table.add(row, into: &output) }
  }

  /// What a column wants, as far as the first rows tell.
  private func wish(
    _ index: Int, _ firstRows: [TextRow], hasAllRows: Bool, _ letters: Letters?
  ) -> TableLayout.Wish {
    let wordMax = TableLayout.wordEmsMax(paper, orientation) * fontSize
    let title = columns[index].title.utf8.wholeScalars(bytesMax: Self.measuredBytes)
    let titleWidth = typesetter.paragraph(title, size: fontSize, isBold: true).size.width
    var width = 0.0
    var word = typesetter.widestWord(title, size: fontSize, isBold: true)
    if word > wordMax { word = 0 }
    for row in firstRows {
      let text = row.text(index)
      let isAll = text.count <= Self.measuredBytes
      let part = text.wholeScalars(bytesMax: Self.measuredBytes)
      let own =
        (isAll ? letters?.width(text) : nil)
        ?? typesetter.paragraph(part, size: fontSize).size.width
      width = max(width, own)
      // A text that is no wider has no wider word.
      guard own > word else { continue }
      let widest = typesetter.widestWord(part, size: fontSize)
      if widest <= wordMax { word = max(word, widest) }
    }
    // Numbers grow, as those that count the rows do, and nobody reads one that is broken.
    if !hasAllRows, isNumeric[index] == true { width += Self.growthEms * fontSize }
    width = max(width, titleWidth)
    // A little more, so that rounding makes no text wrap that gave the width.
    return TableLayout.Wish(
      ems: width / fontSize + 0.05, wordEms: word / fontSize + 0.05,
      isFlexible: isNumeric[index] != true || width > fontSize * Self.numberEmsMax)
  }

  /// Of three digits, a comma and a sign more than the widest number of the first rows has.
  private static let growthEms = 2.6
  /// Up to here numbers are not wrapped.
  private static let numberEmsMax = 16.0
}

/// The texts of one row, one behind the other.
struct TextRow {
  /// From 1.
  let number: Int64
  private(set) var bytes: [UInt8] = []
  /// By column.
  private var cells: [Cell] = []

  private struct Cell {
    /// Of its bytes.
    var end: Int
    var isNumber: Bool
  }

  init(number: Int64) {
    self.number = number
  }

  mutating func append(isNumber: Bool, _ write: (inout [UInt8]) -> Void) {
    write(&bytes)
    cells.append(Cell(end: bytes.count, isNumber: isNumber))
  }

  func text(_ index: Int) -> ArraySlice<UInt8> {
    bytes[(index == 0 ? 0 : cells[index - 1].end)..<cells[index].end]
  }

  func isNumber(_ index: Int) -> Bool { cells[index].isNumber }
}
