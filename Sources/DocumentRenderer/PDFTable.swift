internal import CPangoCairo
internal import Renderers
internal import ReportCore

/// The table on its pages: rows are gathered until a page is full, and drawn once for each group of
/// columns.
final class PDFTable {
  private let layout: TableLayout
  private let frame: PageFrame
  private let typesetter: Typesetter
  private let setter: RowSetter
  private let file: PDFFile
  private let titles: [Label]
  private let titleLetters: Letters?
  private let headerHeight: Double
  /// Rows of the page.
  private var gathered: [SetRow] = []
  /// Of them, in points.
  private var gatheredHeight = 0.0
  private var isFirstPage = true

  private static let noteGap = 4.5
  /// Of what says that rows are left out, which nobody may overlook, in points.
  private static let leftOutSize = 10.0
  private static let titleLinesMax: Int32 = 8

  /// Of a page, for rows: with less a report would have pages beyond number.
  private static let roomLeast = 0.25

  /// - Parameter footer: what every page is to have at its end.
  /// - Throws: TEMPLATE_ERROR if what stands around the rows leaves too little for them.
  init(
    titles: [String], alignments: [ColumnAlignment], isAligned: [Bool], layout: TableLayout,
    document: RenderDocument, logo: Logo?, footer: String, localTime: LocalTime?,
    typesetter: Typesetter
  ) throws(ReportFailure) {
    self.layout = layout
    frame = PageFrame(
      document, logo: logo, footer: footer, width: layout.pageWidth, height: layout.pageHeight,
      localTime, typesetter)
    self.typesetter = typesetter
    setter = RowSetter(
      layout, alignments: alignments, isAligned: isAligned, typesetter: typesetter)
    file = PDFFile(
      document, width: layout.pageWidth, height: layout.pageHeight,
      digits: frame.note("0123456789"), digitsSize: PageFrame.noteSize)
    let titleLetters = typesetter.letters(size: layout.fontSize, isBold: true)
    self.titleLetters = titleLetters
    self.titles = titles.enumerated().map { index, title in
      let width = layout.widths[index] - 2 * layout.paddingX
      let paragraph = typesetter.paragraph(
        title.utf8, size: layout.fontSize, isBold: true, width: width,
        alignment: alignments[index], linesMax: Self.titleLinesMax)
      return Label(paragraph, title, titleLetters, width: width, alignments[index])
    }
    headerHeight =
      self.titles.reduce(layout.fontSize) { max($0, $1.size.height) } + 2 * layout.paddingY
    guard room >= layout.pageHeight * Self.roomLeast else {
      throw ReportFailure(
        .templateError,
        "The heading, the columns' titles and the footer leave less than a quarter of the first page "
          + "for rows. Shorten the footer, the titles or the parameters, or choose a smaller font_size."
      )
    }
  }

  func add(_ row: TextRow, into output: inout RenderBuffer) throws(ReportFailure) {
    // Many rows may be set before a page is full, and the source is not asked for those held back.
    try output.checkRoom(for: 0)
    let row = try setter.set(row, output)
    if gatheredHeight + row.height > room, !gathered.isEmpty { try endPage(into: &output) }
    gathered.append(row)
    gatheredHeight += row.height
    // A row that is taller than a page has pages of its own.
    if row.height > room { try endTallRow(into: &output) }
  }

  /// - Parameters:
  ///   - rows: that there were.
  ///   - leftOut: how many of them are not in the table.
  func finish(
    rows: Int64, leftOut: Int64, into output: inout RenderBuffer
  ) throws(ReportFailure) {
    func note(pages: Int) -> Paragraph {
      let onPages = "on \(pages) page\(pages == 1 ? "" : "s")"
      guard leftOut > 0 else {
        return frame.note("\(rows) row\(rows == 1 ? "" : "s") \(onPages)")
      }
      return typesetter.paragraph(
        ("The first \(rows - leftOut) of \(rows) rows, \(onPages). The other \(leftOut) are left out: "
          + "this file was to have \(rows - leftOut) at most.").utf8,
        size: Self.leftOutSize, isBold: true, width: layout.pageWidth - 2 * TableLayout.margin)
    }
    let noteHeight = note(pages: file.pages).size.height + 2 * Self.noteGap
    if gatheredHeight + noteHeight > room, !gathered.isEmpty { try endPage(into: &output) }
    try endPage(note: note(pages: file.pages + layout.groups.count), into: &output)
    try file.finish(into: &output)
  }

  // MARK: Pages

  /// From where on rows stand.
  private var top: Double {
    TableLayout.margin + (isFirstPage ? frame.headingHeight : 0) + headerHeight
  }

  /// What there is for rows on the page.
  private var room: Double {
    layout.pageHeight - TableLayout.margin - frame.footerHeight - top
  }

  private func endPage(
    note: Paragraph? = nil, into output: inout RenderBuffer
  ) throws(ReportFailure) {
    for (number, group) in layout.groups.enumerated() {
      beginPage(group)
      let y = drawRows(group)
      if let note, number == layout.groups.count - 1 {
        note.draw(on: file.page, x: TableLayout.margin, y: y + Self.noteGap)
      }
      try file.endPage(into: &output)
    }
    begin()
  }

  /// Draws all rows: those of letters many at once, which costs less, and one that has more alone, as if
  /// nothing stood above it. Where its glyphs are then depends less on that, and with it whether readers
  /// find blanks between the letters of Arabic.
  ///
  /// - Returns: where they end.
  private func drawRows(_ group: Range<Int>) -> Double {
    var y = top
    var rows = gathered[...]
    while let first = rows.first {
      let part = first.isLetters ? rows.prefix(while: \.isLetters) : rows.prefix(1)
      shade(part, group, y: y)
      for row in part {
        _ = setter.draw(
          row, group, on: file.page, y: y, room: row.height + layout.fontSize, isContinued: false)
        y += row.height
      }
      setter.show(on: file.page)
      rows = rows[part.endIndex...]
    }
    return y
  }

  /// Draws the one row that there is, page after page.
  private func endTallRow(into output: inout RenderBuffer) throws(ReportFailure) {
    guard let row = gathered.first else { return }
    let wasFirstPage = isFirstPage
    for group in layout.groups {
      isFirstPage = wasFirstPage
      var isContinued = false
      var isDone = false
      while !isDone {
        beginPage(group)
        shade([row], group, y: top)
        isDone = setter.draw(
          row, group, on: file.page, y: top, room: room, isContinued: isContinued)
        setter.show(on: file.page)
        isContinued = true
        try file.endPage(into: &output)
        isFirstPage = false
      }
    }
    begin()
  }

  private func begin() {
    gathered.removeAll(keepingCapacity: true)
    gatheredHeight = 0
    isFirstPage = false
  }

  private func width(_ group: Range<Int>) -> Double {
    group.reduce(0) { $0 + layout.widths[$1] }
  }

  /// Shades every other row, as far as there is room: all of them at once, which costs less than each
  /// alone.
  ///
  /// - Parameter y: where they begin.
  private func shade(_ rows: ArraySlice<SetRow>, _ group: Range<Int>, y: Double) {
    let width = width(group)
    var y = y
    ink(0.955)
    for row in rows {
      if row.number % 2 == 0 {
        cairo_rectangle(file.page, TableLayout.margin, y, width, min(row.height, room))
      }
      y += row.height
    }
    cairo_fill(file.page)
    ink()
  }

  private func fill(_ grey: Double, x: Double, y: Double, width: Double, height: Double) {
    ink(grey)
    cairo_rectangle(file.page, x, y, width, height)
    cairo_fill(file.page)
    ink()
  }

  /// What is drawn next is drawn in a grey: 0 is black. Without one in that of texts.
  private func ink(_ grey: Double = 0.1) {
    cairo_set_source_rgb(file.page, grey, grey, grey)
  }

  /// Draws what a page has beside its rows.
  private func beginPage(_ group: Range<Int>) {
    let margin = TableLayout.margin
    ink()
    if isFirstPage { frame.drawHeading(on: file.page) }
    let headerTop = top - headerHeight
    if !group.isEmpty {
      fill(0.88, x: margin, y: headerTop, width: width(group), height: headerHeight)
      fill(0.45, x: margin, y: top - 0.6, width: width(group), height: 0.6)
    }
    var x = margin
    for index in group {
      titles[index].draw(on: file.page, x: x + layout.paddingX, y: headerTop + layout.paddingY)
      x += layout.widths[index]
    }
    titleLetters?.show(on: file.page)
    let columns =
      layout.groups.count > 1
      ? "Columns \(group.lowerBound + 1)-\(group.upperBound) of \(titles.count)" : ""
    ink(0.4)
    frame.drawFooter(columns, in: file)
    ink()
  }
}
