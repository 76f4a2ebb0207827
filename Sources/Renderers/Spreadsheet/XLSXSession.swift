internal import ReportCore
internal import Texts

/// A workbook being written, sheet after sheet.
final class XLSXSession: RenderSession {
  private let document: RenderDocument
  private let names: SheetNames
  private let rowsPerSheetMax: Int
  private let columns: [SheetColumn]
  private let zip: ZipArchive
  private var styles = SheetStyles()
  private var sheets: [SheetParts.Sheet] = []

  // What each cell touches is not watched for overlapping access, which would take calls into the runtime.

  /// XML of the sheet on its way into the archive. While the first rows are looked at it holds all of
  /// them, since what follows from them stands before them in the file.
  @exclusivity(unchecked) private var xml: [UInt8] = []
  @exclusivity(unchecked) private var firstRows: FirstRows?
  private var widths: [Int] = []
  private var titleStyles: [Int] = []
  /// Of the longest title.
  private var titleLines = 1
  /// Rows that the sheet has, with its header.
  @exclusivity(unchecked) private var sheetRows = 1
  @exclusivity(unchecked) private var reportRows: Int64 = 0
  /// By the index of the column.
  private var totals: [Int: DecimalSum] = [:]

  /// Columns that a sheet has.
  private static let columnsMax = 16_384
  /// What a workbook has of number formats that are not Excel's own.
  private static let numberFormatsMax = 200
  private static let flushBytes = 65_536
  /// In points.
  private static let lineHeight = 15
  private static let titleLinesMax = 8
  /// Widths that fit on one page side by side, roughly.
  private static let pageWidthMax = 260

  init(
    _ columns: [RenderColumn], totals: [String], document: RenderDocument, localTime: LocalTime?,
    rowsPerSheetMax: Int, into output: inout RenderBuffer
  ) throws(ReportFailure) {
    guard columns.count <= Self.columnsMax else {
      throw ReportFailure(
        .templateError,
        "Column \(columns[Self.columnsMax].name.quoted) is the \(Self.columnsMax + 1)th of "
          + "\(columns.count), and a sheet of XLSX has \(Self.columnsMax). Select fewer, or ask for "
          + "another format.")
    }
    self.document = document
    self.rowsPerSheetMax = rowsPerSheetMax
    names = SheetNames(document.title)
    var styles = SheetStyles()
    self.columns = columns.enumerated().map { index, column in
      SheetColumn(column, index: index, localTime, styles: &styles)
    }
    guard styles.numberFormats.count <= Self.numberFormatsMax else {
      throw ReportFailure(
        .templateError,
        "The columns have \(styles.numberFormats.count) different formats, and a workbook of XLSX "
          + "has \(Self.numberFormatsMax).")
    }
    self.styles = styles
    zip = try ZipArchive(bytesMax: document.bytesMax)
    firstRows = FirstRows(columns.map(\.type))
    for (index, column) in columns.enumerated()
    where totals.contains(where: { $0.isExactly(column.name) }) {
      self.totals[index] = DecimalSum()
    }
    try zip.add("[Content_Types].xml", SheetParts.contentTypes, into: &output)
    try zip.add("_rels/.rels", SheetParts.packageRelations, into: &output)
    try zip.add("docProps/app.xml", SheetParts.application, into: &output)
    try zip.add("docProps/core.xml", SheetParts.properties(document), into: &output)
    try zip.begin("xl/worksheets/sheet1.xml", into: &output)
  }

  func row(_ row: SourceRow, into output: inout RenderBuffer) throws(ReportFailure) {
    let cells = row.cells
    guard cells.count == columns.count else {
      throw .cellCount(cells.count, columns: columns.count)
    }
    if sheetRows >= rowsPerSheetMax { try beginNextSheet(into: &output) }
    reportRows += 1
    sheetRows += 1
    let digits = beginRow()
    for index in cells.indices {
      let kind = try columns[index].append(
        cells[index], row: digits, reportRow: reportRows, to: &xml)
      if firstRows != nil { firstRows?.note(cells[index], kind, of: columns[index], index) }
      if xml.count >= Self.flushBytes { try makeRoom(into: &output) }
    }
    addToTotals(cells)
    xml += "</row>".utf8
    if firstRows != nil, reportRows >= FirstRows.rowsMax { try endFirstRows(into: &output) }
  }

  func finish(into output: inout RenderBuffer) throws(ReportFailure) {
    try endFirstRows(into: &output)
    if !totals.isEmpty, sheetRows >= rowsPerSheetMax { try beginNextSheet(into: &output) }
    let lastRow = sheetRows
    if !totals.isEmpty { appendTotals() }
    try endSheet(filteredRows: lastRow, into: &output)
    try zip.add("xl/styles.xml", styles.part, into: &output)
    try zip.add("xl/workbook.xml", SheetParts.workbook(sheets), into: &output)
    try zip.add(
      "xl/_rels/workbook.xml.rels", SheetParts.workbookRelations(sheetCount: sheets.count),
      into: &output)
    try zip.finish(into: &output)
  }

  // MARK: Sheets

  private func beginNextSheet(into output: inout RenderBuffer) throws(ReportFailure) {
    try endFirstRows(into: &output)
    try endSheet(filteredRows: sheetRows, into: &output)
    try zip.begin("xl/worksheets/sheet\(sheets.count + 1).xml", into: &output)
    sheetRows = 1
    try appendBeginning(to: &xml)
  }

  /// Puts before the first rows what follows from them. Does nothing once that is done.
  private func endFirstRows(into output: inout RenderBuffer) throws(ReportFailure) {
    guard let firstRows else { return }
    self.firstRows = nil
    widths = columns.indices.map { firstRows.width(of: columns[$0], $0) }
    titleLines = columns.indices.reduce(1) { lines, index in
      // Words end before the column does; the button of the filter takes room of the last line.
      let room = max(widths[index] - FirstRows.buttonWidth, 1)
      let width = SheetWidth.of(columns[index].title, limit: room * Self.titleLinesMax)
      return max(lines, (width + room - 1) / room)
    }
    titleStyles = columns.indices.map { index in
      let alignment = columns[index].alignment ?? firstRows.alignment(index)
      return styles.number(
        of: SheetStyle(
          part: .header, alignment: alignment, isQuoted: columns[index].isTitleFormula))
    }
    var beginning: [UInt8] = []
    try appendBeginning(to: &beginning)
    try zip.append(beginning, into: &output)
  }

  /// Appends what a sheet has before its rows, and the header.
  private func appendBeginning(to xml: inout [UInt8]) throws(ReportFailure) {
    xml += SheetParts.declaration.utf8
    xml += #"<worksheet xmlns="\#(SheetParts.namespace)">"#.utf8
    if isOnePageWide { xml += #"<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>"#.utf8 }
    xml += #"<sheetViews><sheetView\#(sheets.isEmpty ? #" tabSelected="1""# : "")"#.utf8
    xml += #" workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft""#.utf8
    xml += #" state="frozen"/><selection pane="bottomLeft" activeCell="A2" sqref="A2"/>"#.utf8
    xml += #"</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>"#.utf8
    if !widths.isEmpty {
      xml += "<cols>".utf8
      for (index, width) in widths.enumerated() {
        // What Excel adds to the digits of a column is 5 pixels of 7.
        xml += #"<col min="\#(index + 1)" max="\#(index + 1)" width="\#(width).7109375""#.utf8
        xml += #" customWidth="1"/>"#.utf8
      }
      xml += "</cols>".utf8
    }
    // Not every spreadsheet makes a row as high as its wrapped text wants.
    xml += #"<sheetData><row r="1" ht="\#(titleLines * Self.lineHeight)" customHeight="1">"#.utf8
    for (column, style) in Swift.zip(columns, titleStyles) {
      try column.appendTitle(style: style, row: [UInt8(ascii: "1")], to: &xml)
    }
    xml += "</row>".utf8
  }

  /// - Parameter filteredRows: rows with the header and without totals.
  private func endSheet(
    filteredRows: Int, into output: inout RenderBuffer
  ) throws(ReportFailure) {
    xml += "</sheetData>".utf8
    let last = columns.last.map { String(decoding: $0.letters, as: UTF8.self) }
    if let last { xml += #"<autoFilter ref="A1:\#(last)\#(filteredRows)"/>"#.utf8 }
    xml += #"<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3""#.utf8
    xml += #" footer="0.3"/><pageSetup paperSize="9" orientation="landscape""#.utf8
    xml += #"\#(isOnePageWide ? #" fitToHeight="0""# : "")/>"#.utf8
    xml +=
      "<headerFooter><oddFooter>&amp;L&amp;A&amp;R&amp;P / &amp;N</oddFooter></headerFooter>".utf8
    if let last {
      // Numbers that stand as text so that no digit is lost need no warning.
      xml += #"<ignoredErrors><ignoredError sqref="A1:\#(last)\#(sheetRows)""#.utf8
      xml += #" numberStoredAsText="1"/></ignoredErrors>"#.utf8
    }
    xml += "</worksheet>".utf8
    try zip.append(xml, into: &output)
    xml.removeAll(keepingCapacity: true)
    try zip.end(into: &output)
    sheets.append(
      SheetParts.Sheet(
        name: names.name(sheets.count + 1), filter: last.map { "$A$1:$\($0)$\(filteredRows)" }))
  }

  private var isOnePageWide: Bool {
    !widths.isEmpty && widths.reduce(0, +) <= Self.pageWidthMax
  }

  // MARK: Rows

  /// Begins the row that the sheet now ends with.
  ///
  /// - Returns: the digits of its number.
  private func beginRow() -> [UInt8] {
    var digits: [UInt8] = []
    digits.appendDecimal(Int64(sheetRows))
    xml += #"<row r=""#.utf8
    xml += digits
    xml += #"">"#.utf8
    return digits
  }

  /// Passes on what there is, unless it is of the first rows and little.
  private func makeRoom(into output: inout RenderBuffer) throws(ReportFailure) {
    if firstRows != nil, xml.count >= FirstRows.bytesMax { try endFirstRows(into: &output) }
    guard firstRows == nil else { return }
    try zip.append(xml, into: &output)
    xml.removeAll(keepingCapacity: true)
  }

  private func addToTotals(_ cells: [Cell]) {
    guard !totals.isEmpty else { return }
    for index in totals.keys {
      let isNumberText = if case .number = columns[index].format { true } else { false }
      totals[index]?.add(cells[index], isNumberText: isNumberText)
    }
  }

  /// Appends the row of totals, with a label where its first cell is free.
  private func appendTotals() {
    sheetRows += 1
    let digits = beginRow()
    for (index, column) in columns.enumerated() {
      guard let total = totals[index] else {
        let style = styles.number(of: SheetStyle(part: .total))
        xml += #"<c r=""#.utf8 + column.letters + digits
        let label = index == 0 ? #" t="inlineStr"><is><t>Total</t></is></c>"# : "/>"
        xml += #"" s="\#(style)"\#(label)"#.utf8
        continue
      }
      let format: String? =
        if case .number = column.format { column.format?.numberFormat } else { nil }
      let style = styles.number(
        of: SheetStyle(part: .total, numberFormat: format, alignment: column.alignment ?? .right))
      column.appendTotal(total.value, style: style, row: digits, to: &xml)
    }
    xml += "</row>".utf8
  }
}

/// What the first rows of a report say of its columns.
private struct FirstRows {
  private var kinds: [SheetColumn.Kind]
  private var widths: [Int]

  /// XML that is held back at most, and one row.
  static let bytesMax = 262_144
  static let rowsMax: Int64 = 100
  private static let widthMin = 6
  private static let widthMax = 60
  /// A title wraps from here on.
  private static let titleWidthMax = 30
  /// What the button of the filter takes of a title.
  static let buttonWidth = 3

  init(_ types: [ColumnType?]) {
    kinds = types.map { type in
      switch type {
      case .integer, .number, .decimal: .number
      case .boolean: .boolean
      case .date, .datetime: .moment
      case .string: .text
      case nil: .nothing
      }
    }
    widths = Array(repeating: 0, count: types.count)
  }

  mutating func note(
    _ cell: Cell, _ kind: SheetColumn.Kind, of column: SheetColumn, _ index: Int
  ) {
    if kinds[index] == .nothing { kinds[index] = kind }
    widths[index] = max(widths[index], Self.width(cell, kind, column.format))
  }

  /// As wide as its values, or its title with the button.
  func width(of column: SheetColumn, _ index: Int) -> Int {
    let title = SheetWidth.of(column.title, limit: Self.titleWidthMax) + Self.buttonWidth
    return min(max(widths[index] + 1, title, Self.widthMin), Self.widthMax)
  }

  /// Titles stand over the values as a spreadsheet puts them.
  func alignment(_ index: Int) -> ColumnAlignment {
    switch kinds[index] {
    case .number, .moment: .right
    case .boolean: .center
    case .text, .nothing: .left
    }
  }

  private static func width(
    _ cell: Cell, _ kind: SheetColumn.Kind, _ format: CellFormat?
  ) -> Int {
    var bytes: [UInt8] = []
    if let format, format.append(cell, to: &bytes) { return min(bytes.count, widthMax) }
    switch cell {
    case .null: return 0
    case .integer(let value): bytes.appendDecimal(value)
    case .double(let value):
      if value.isFinite { bytes.appendShortest(value) }
      // A number without a format is shown with ten digits or so, however many it has.
      return kind == .number ? min(bytes.count, 12) : max(bytes.count, 9)
    case .boolean: return 5
    case .date: return 10
    case .instant(let value): return value.nanosecond == 0 ? 19 : 23
    case .decimal(let value):
      return kind == .number ? min(value.text.utf8.count, 12) : min(value.text.utf8.count, widthMax)
    case .text(let text): return SheetWidth.of(text, limit: widthMax)
    case .blob(let blob): return min((blob.count + 2) / 3 * 4, widthMax)
    }
    return bytes.count
  }
}
