internal import CPangoCairo
internal import Renderers
internal import ReportCore

/// Sets the texts of rows in the columns of a table, and draws them. Used from one thread.
final class RowSetter {
  private let columns: [Column]
  private let fontSize: Double
  /// At the upper and the lower edge of a cell, in points.
  private let padding: Double
  /// Of a row of one line, in points.
  private let lineHeight: Double
  private let typesetter: Typesetter
  private let letters: Letters?

  private struct Column {
    /// Where its texts begin on the page, in points.
    var x: Double
    /// Of its texts, in points.
    var width: Double
    var alignment: ColumnAlignment
    /// Whether the template says where its values stand.
    var isAligned: Bool
  }

  /// From here on a cell takes some time.
  private static let longBytes = 1024

  /// - Parameters:
  ///   - alignments: by column.
  ///   - isAligned: by column, whether the template says so.
  init(
    _ layout: TableLayout, alignments: [ColumnAlignment], isAligned: [Bool],
    typesetter: Typesetter
  ) {
    var columns: [Column] = []
    for group in layout.groups {
      var x = TableLayout.margin
      for index in group {
        columns.append(
          Column(
            x: x + layout.paddingX, width: layout.widths[index] - 2 * layout.paddingX,
            alignment: alignments[index], isAligned: isAligned[index]))
        x += layout.widths[index]
      }
    }
    self.columns = columns
    self.typesetter = typesetter
    fontSize = layout.fontSize
    padding = layout.paddingY
    letters = typesetter.letters(size: layout.fontSize)
    lineHeight = (letters?.height ?? layout.fontSize * 1.2) + 2 * layout.paddingY
  }

  /// Sets all texts of a row.
  ///
  /// - Throws: what `output` has to say against going on with a cell that takes some time.
  func set(_ row: TextRow, _ output: RenderBuffer) throws(ReportFailure) -> SetRow {
    var baseline = letters?.ascent ?? 0
    var cells: [SetRow.Cell] = []
    cells.reserveCapacity(columns.count)
    var isLine = true
    var isLetters = true
    for index in columns.indices {
      let cell = try set(row.text(index), alignment(row, index), index, output)
      cells.append(cell)
      switch cell {
      case .empty, .line: continue
      case .lines: break
      case .paragraph(let paragraph):
        isLetters = false
        baseline = max(baseline, paragraph.baseline)
      }
      isLine = false
    }
    let height = isLine ? lineHeight : height(of: cells, baseline: baseline)
    return SetRow(
      texts: row, cells: cells, height: height, baseline: baseline, isLetters: isLetters)
  }

  private func set(
    _ text: ArraySlice<UInt8>, _ alignment: ColumnAlignment, _ index: Int, _ output: RenderBuffer
  ) throws(ReportFailure) -> SetRow.Cell {
    guard !text.isEmpty else { return .empty }
    let width = columns[index].width
    let plain = letters?.width(text)
    if let plain, plain <= width { return .line(width: plain) }
    // Whether the run goes on is asked there too; a row may have many cells of this length.
    if text.count > Self.longBytes { try output.checkRoom(for: 0) }
    if let letters, plain != nil { return .lines(SetLines(letters.lines(text, width: width))) }
    return .paragraph(
      typesetter.paragraph(text, size: fontSize, width: width, alignment: alignment))
  }

  private func height(of cells: [SetRow.Cell], baseline: Double) -> Double {
    cells.reduce(lineHeight) { height, cell in
      switch cell {
      case .empty, .line: return height
      case .lines(let lines):
        guard let letters else { return height }
        let text = Double(lines.count) * letters.height
        return max(height, baseline - letters.ascent + text + 2 * padding)
      case .paragraph(let paragraph):
        return max(height, baseline - paragraph.baseline + paragraph.size.height + 2 * padding)
      }
    }
  }

  /// Numbers stand at the right, also in a column that has texts too.
  private func alignment(_ row: TextRow, _ index: Int) -> ColumnAlignment {
    let column = columns[index]
    return row.isNumber(index) && !column.isAligned ? .right : column.alignment
  }

  /// Draws the columns of a row, or as much of them as there is room for. Letters are seen when `show` is
  /// called.
  ///
  /// - Parameter isContinued: whether the row began on a page before.
  /// - Returns: whether all of it is drawn.
  func draw(
    _ row: SetRow, _ group: Range<Int>, on page: OpaquePointer?, y: Double, room: Double,
    isContinued: Bool
  ) -> Bool {
    let top = y + padding
    var isDone = true
    for index in group {
      switch row.cells[index] {
      case .empty: break
      case .line(let width):
        guard !isContinued else { break }
        put(row.texts.text(index), row, index, width: width, baseline: top + row.baseline)
      case .lines(let lines):
        draw(lines, row, index, top: top, room: room - 2 * padding, isContinued: isContinued)
        isDone = isDone && lines.isDone
      case .paragraph(let paragraph):
        if !paragraph.isDone {
          // Texts are found and copied in the order in which they are drawn.
          show(on: page)
          let shift = isContinued ? 0 : row.baseline - paragraph.baseline
          paragraph.drawNext(
            on: page, x: columns[index].x, y: top + shift, room: room - 2 * padding - shift)
        }
        isDone = isDone && paragraph.isDone
      }
    }
    return isDone
  }

  /// Draws the lines that were not drawn yet, as many as there is room for, and one at least.
  private func draw(
    _ lines: SetLines, _ row: SetRow, _ index: Int, top: Double, room: Double, isContinued: Bool
  ) {
    guard let letters else { return }
    let shift = isContinued ? 0 : row.baseline - letters.ascent
    var used = 0.0
    while let line = lines.next, used == 0 || used + letters.height <= room - shift {
      put(
        row.texts.bytes[line.bytes], row, index, width: line.width,
        baseline: top + shift + used + letters.ascent)
      used += letters.height
      lines.advance()
    }
  }

  private func put(
    _ text: ArraySlice<UInt8>, _ row: SetRow, _ index: Int, width: Double, baseline: Double
  ) {
    let column = columns[index]
    let shift = alignment(row.texts, index).shift(width, in: column.width)
    letters?.put(text, x: column.x + shift, baseline: baseline)
  }

  /// Draws the letters of all rows that were drawn since the last call.
  func show(on page: OpaquePointer?) {
    letters?.show(on: page)
  }
}

/// A row whose texts are set.
struct SetRow {
  fileprivate let texts: TextRow
  /// By column.
  fileprivate let cells: [Cell]
  /// In points.
  let height: Double
  /// Where the first lines of all columns stand, whatever their fonts, below the edge of the cells.
  fileprivate let baseline: Double
  /// Whether its texts have nothing but letters.
  let isLetters: Bool

  /// From 1.
  var number: Int64 { texts.number }

  fileprivate enum Cell {
    case empty
    /// One line of letters.
    case line(width: Double)
    case lines(SetLines)
    /// With more than letters.
    case paragraph(Paragraph)
  }
}

/// A text of letters that is broken, drawn line by line, so that it can go on on the next page.
private final class SetLines {
  private let lines: [Letters.Line]
  private var drawn = 0

  init(_ lines: [Letters.Line]) {
    self.lines = lines
  }

  var count: Int { lines.count }
  var isDone: Bool { drawn == lines.count }
  /// The first line that was not drawn yet.
  var next: Letters.Line? { isDone ? nil : lines[drawn] }

  func advance() { drawn += 1 }
}
