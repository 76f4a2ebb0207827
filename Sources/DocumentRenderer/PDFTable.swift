internal import CPangoCairo
internal import Renderers
internal import ReportCore

/// The table on its pages: rows are gathered until a page is full, and drawn once for each group of
/// columns.
final class PDFTable {
  private let alignments: [ColumnAlignment]
  /// By column: whether the template says where its values stand.
  private let isAligned: [Bool]
  private let layout: TableLayout
  private let frame: PageFrame
  private let typesetter: Typesetter
  private let letters: Letters?
  private let file: PDFFile
  private let titles: [Paragraph]
  private let headerHeight: Double
  /// Of a row of one line.
  private let lineHeight: Double
  /// Rows of the page, with their heights.
  private var gathered: [SetRow] = []
  private var gatheredHeight = 0.0
  private var isFirstPage = true

  /// A row whose texts are set.
  private struct SetRow {
    let texts: TextRow
    /// By column, those that are no plain line.
    let paragraphs: [Int: Paragraph]
    /// In points.
    let height: Double
    /// Where the first lines of all columns stand, whatever their fonts, below the edge of the cells.
    let baseline: Double
  }

  private static let noteGap = 4.5
  /// Of what says that rows are left out, which nobody may overlook, in points.
  private static let leftOutSize = 10.0
  private static let titleLinesMax: Int32 = 8
  /// From here on a cell takes some time.
  private static let longBytes = 1024

  /// Of a page, for rows: with less a report would have pages beyond number.
  private static let roomLeast = 0.25

  /// - Parameter footer: what every page is to have at its end.
  /// - Throws: TEMPLATE_ERROR if what stands around the rows leaves too little for them.
  init(
    titles: [String], alignments: [ColumnAlignment], isAligned: [Bool], layout: TableLayout,
    document: RenderDocument, logo: Logo?, footer: String, localTime: LocalTime?,
    typesetter: Typesetter
  ) throws(ReportFailure) {
    self.alignments = alignments
    self.isAligned = isAligned
    self.layout = layout
    frame = PageFrame(
      document, logo: logo, footer: footer, width: layout.pageWidth, height: layout.pageHeight,
      localTime, typesetter)
    self.typesetter = typesetter
    letters = typesetter.letters(size: layout.fontSize)
    file = PDFFile(
      document, width: layout.pageWidth, height: layout.pageHeight,
      digits: frame.note("0123456789"), digitsSize: PageFrame.noteSize)
    self.titles = titles.enumerated().map { index, title in
      typesetter.paragraph(
        title.utf8, size: layout.fontSize, isBold: true,
        width: layout.widths[index] - 2 * layout.paddingX, alignment: alignments[index],
        linesMax: Self.titleLinesMax)
    }
    headerHeight =
      self.titles.reduce(layout.fontSize) { max($0, $1.size.height) } + 2 * layout.paddingY
    lineHeight =
      (letters.map { $0.ascent + $0.descent } ?? layout.fontSize * 1.2) + 2 * layout.paddingY
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
    let row = try set(row, output)
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

  // MARK: Rows

  private func set(_ row: TextRow, _ output: RenderBuffer) throws(ReportFailure) -> SetRow {
    var baseline = letters?.ascent ?? 0
    var paragraphs: [Int: Paragraph] = [:]
    for index in layout.widths.indices {
      let text = row.text(index)
      guard !text.isEmpty else { continue }
      let width = layout.widths[index] - 2 * layout.paddingX
      if let letters, let plain = letters.width(text), plain <= width { continue }
      // Whether the run goes on is asked there too; a row may have many cells of this length.
      if text.count > Self.longBytes { try output.checkRoom(for: 0) }
      let paragraph = typesetter.paragraph(
        text, size: layout.fontSize, width: width, alignment: alignment(row, index))
      paragraphs[index] = paragraph
      baseline = max(baseline, paragraph.baseline)
    }
    let height = paragraphs.values.reduce(lineHeight) { height, paragraph in
      max(height, baseline - paragraph.baseline + paragraph.size.height + 2 * layout.paddingY)
    }
    return SetRow(texts: row, paragraphs: paragraphs, height: height, baseline: baseline)
  }

  /// Numbers stand at the right, also in a column that has texts too.
  private func alignment(_ row: TextRow, _ index: Int) -> ColumnAlignment {
    if isAligned[index] { return alignments[index] }
    return row.isNumber(index) ? .right : alignments[index]
  }

  /// Draws the columns of a row, or as much of them as there is room for.
  ///
  /// - Returns: whether all of it is drawn.
  private func draw(
    _ row: SetRow, _ group: Range<Int>, y: Double, room: Double, isContinued: Bool
  ) -> Bool {
    var x = TableLayout.margin
    var isDone = true
    for index in group {
      let width = layout.widths[index]
      if let paragraph = row.paragraphs[index] {
        if !paragraph.isDone {
          let shift = isContinued ? 0 : row.baseline - paragraph.baseline
          paragraph.drawNext(
            on: file.page, x: x + layout.paddingX, y: y + layout.paddingY + shift,
            room: room - 2 * layout.paddingY - shift)
        }
        isDone = isDone && paragraph.isDone
      } else if let letters, !isContinued {
        let text = row.texts.text(index)
        if !text.isEmpty { draw(text, letters, row, index, x: x, y: y, width: width) }
      }
      x += width
    }
    return isDone
  }

  private func draw(
    _ text: ArraySlice<UInt8>, _ letters: Letters, _ row: SetRow, _ index: Int, x: Double,
    y: Double, width: Double
  ) {
    func free() -> Double { width - 2 * layout.paddingX - (letters.width(text) ?? 0) }
    let shift =
      switch alignment(row.texts, index) {
      case .left: 0.0
      case .center: free() / 2
      case .right: free()
      }
    letters.draw(
      text, on: file.page, x: x + layout.paddingX + shift,
      baseline: y + layout.paddingY + row.baseline)
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
      var y = top
      for row in gathered {
        shade(row, group, y: y, height: row.height)
        _ = draw(row, group, y: y, room: row.height + layout.fontSize, isContinued: false)
        y += row.height
      }
      if let note, number == layout.groups.count - 1 {
        note.draw(on: file.page, x: TableLayout.margin, y: y + Self.noteGap)
      }
      try file.endPage(into: &output)
    }
    begin()
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
        shade(row, group, y: top, height: room)
        isDone = draw(row, group, y: top, room: room, isContinued: isContinued)
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

  private func shade(_ row: SetRow, _ group: Range<Int>, y: Double, height: Double) {
    guard row.texts.number % 2 == 0 else { return }
    fill(0.955, x: TableLayout.margin, y: y, width: width(group), height: height)
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
    let columns =
      layout.groups.count > 1
      ? "Columns \(group.lowerBound + 1)-\(group.upperBound) of \(titles.count)" : ""
    ink(0.4)
    frame.drawFooter(columns, in: file)
    ink()
  }
}
