internal import CPangoCairo
internal import Renderers
internal import ReportCore

/// What pages have around the table. Used from one thread.
final class PageFrame {
  /// At the left of every page; nil: there is none.
  private let title: Label?
  private let letters: Letters?
  // What stands around the number of a page.
  private let beforeNumber: Label
  private let afterNumber: Label
  /// What the first page has above the table, from above.
  private let heading: [Paragraph]
  /// At the right of the heading.
  private let logo: Logo?
  /// What the template has at the end of every page.
  private let footer: Paragraph?
  private let width: Double
  private let height: Double
  private let typesetter: Typesetter

  /// Of small text, in points.
  static let noteSize = 7.5
  private static let titleSize = 15.0
  /// Of all parameters together; an ellipsis says that there is more.
  private static let noteLinesMax: Int32 = 6
  /// Of one parameter's value.
  private static let parameterBytesMax = 1024
  private static let headingGap = 2.0
  private static let tableGap = 8.0
  private static let logoGap = 12.0
  private static let footerGap = 3.0
  private static let pageNumberHeight = 18.0

  /// - Parameters:
  ///   - footer: what every page is to have at its end; empty: nothing.
  ///   - width: of the page, in points, as its height.
  init(
    _ document: RenderDocument, logo: Logo?, footer: String, width: Double, height: Double,
    _ localTime: LocalTime?, _ typesetter: Typesetter
  ) {
    self.typesetter = typesetter
    self.width = width
    self.height = height
    let letters = typesetter.letters(size: Self.noteSize)
    self.letters = letters
    func label(_ text: String, width: Double? = nil) -> Label {
      Label(
        typesetter.paragraph(text.utf8, size: Self.noteSize, width: width, linesMax: 1), text,
        letters)
    }
    title = document.title.isEmpty ? nil : label(document.title, width: Self.side(width))
    beforeNumber = label("Page ")
    afterNumber = label(" of ")
    self.logo = logo
    let full = width - 2 * TableLayout.margin
    heading = Self.heading(
      document, localTime, typesetter,
      width: full - (logo.map { $0.size.width + Self.logoGap } ?? 0))
    self.footer =
      footer.isEmpty
      ? nil
      : typesetter.paragraph(footer.utf8, size: Self.noteSize, width: full, alignment: .center)
  }

  /// What the heading takes above the table, in points.
  var headingHeight: Double {
    let text = heading.reduce(0) { $0 + $1.size.height + Self.headingGap }
    let height = max(text, logo?.size.height ?? 0)
    return height == 0 ? 0 : height + Self.tableGap
  }

  /// What stands below the table, in points.
  var footerHeight: Double { Self.pageNumberHeight + textHeight }

  private var textHeight: Double { footer.map { $0.size.height + Self.footerGap } ?? 0 }

  func drawHeading(on page: OpaquePointer?) {
    let margin = TableLayout.margin
    if let logo { logo.draw(on: page, x: width - margin - logo.size.width, y: margin) }
    var y = margin
    for paragraph in heading {
      paragraph.draw(on: page, x: margin, y: y)
      y += paragraph.size.height + Self.headingGap
    }
  }

  /// Draws the title, the page's number and that of all pages, in the ink that there is.
  ///
  /// - Parameter columns: which the page shows; empty: all.
  func drawFooter(_ columns: String, in file: PDFFile) {
    let margin = TableLayout.margin
    let side = Self.side(width)
    let y = height - margin - Self.noteSize
    title?.draw(on: file.page, x: margin, y: y)
    if !columns.isEmpty {
      letters?.show(on: file.page)
      note(columns, width: side, .right).draw(on: file.page, x: width - margin - side, y: y)
    }
    if let footer {
      letters?.show(on: file.page)
      footer.draw(on: file.page, x: margin, y: y - textHeight)
    }
    // The number of all pages begins where it can grow to the right.
    let number = Label(digits: file.pages + 1, letters) { note("\(file.pages + 1)") }
    let middle = width / 2 + 14
    var x = middle - afterNumber.size.width - number.size.width - beforeNumber.size.width
    for part in [beforeNumber, number, afterNumber] {
      part.draw(on: file.page, x: x, y: y)
      x += part.size.width
    }
    letters?.show(on: file.page)
    file.drawTotal(x: middle, y: y)
  }

  /// What a text at one side has of a page.
  private static func side(_ width: Double) -> Double { (width - 2 * TableLayout.margin) * 0.36 }

  /// A line of small text.
  func note(
    _ text: String, width: Double? = nil, _ alignment: ColumnAlignment = .left
  ) -> Paragraph {
    typesetter.paragraph(
      text.utf8, size: Self.noteSize, width: width, alignment: alignment, linesMax: 1)
  }

  private static func heading(
    _ document: RenderDocument, _ localTime: LocalTime?, _ typesetter: Typesetter, width: Double
  ) -> [Paragraph] {
    var heading: [Paragraph] = []
    if !document.title.isEmpty {
      heading.append(
        typesetter.paragraph(
          document.title.utf8, size: titleSize, isBold: true, width: width, linesMax: 2))
    }
    var origin: [UInt8] = []
    if let createdAt = document.createdAt {
      let second = Instant(secondsSinceEpoch: createdAt.secondsSinceEpoch)
      CellText.append(.instant(second), nil, localTime, to: &origin)
    }
    if !document.createdBy.isEmpty {
      if !origin.isEmpty { origin += ", ".utf8 }
      origin += document.createdBy.utf8
    }
    let parameters = document.parameters.map { parameter in
      let isLong = parameter.value.utf8.count > parameterBytesMax
      return "\(parameter.title): "
        + (isLong ? String(parameter.value.prefix(parameterBytesMax / 4)) + "…" : parameter.value)
    }
    for note in [origin, Array(parameters.joined(separator: "; ").utf8)] where !note.isEmpty {
      heading.append(
        typesetter.paragraph(note, size: noteSize, width: width, linesMax: noteLinesMax))
    }
    return heading
  }
}
