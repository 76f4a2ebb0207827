internal import Renderers
package import ReportCore
internal import Texts

/// PDF: the report as a table on pages, for people to read and print.
///
/// - Every page has the header of its columns, the title and its number; the last page says how many
///   rows and pages there are.
/// - Columns are as wide as the first rows want. Where they do not fit, the page is turned, text wraps,
///   the type becomes smaller, down to 6 points; after that the columns go on on further pages, which
///   say which columns they show. No column and no text is cut.
/// - A row stays on one page unless it is taller than a page.
/// - Every script is shaped and ordered by Pango, from the fonts of the machine, which are embedded as
///   far as they are used. The bytes follow from the rows, the document and those fonts.
/// - The pages go out as they are done; nothing grows with the rows but a few bytes for each page.
package struct PDFRenderer: Renderer {
  private var paper = Paper.a4
  private var orientation = Orientation.auto
  /// In points.
  private var fontSize = 9.0
  private var document = RenderDocument()
  /// Whose time moments are shown in; nil: in UTC.
  private var timeZone: LocalZone?

  private static let fontSizes = 6.0...24.0

  package init() {}

  package var format: ReportFormat { ReportFormat(rawValue: "pdf") }
  package var mediaType: String { "application/pdf" }
  package var fileExtension: String { "pdf" }

  package func adapted(to options: inout FormatOptions) -> any Renderer {
    var adapted = self
    if let word = options.choice("paper", of: Paper.allCases.map(\.rawValue)),
      let paper = Paper(rawValue: word)
    {
      adapted.paper = paper
    }
    if let word = options.choice("orientation", of: Orientation.allCases.map(\.rawValue)),
      let orientation = Orientation(rawValue: word)
    {
      adapted.orientation = orientation
    }
    let size = options.value("font_size", "a number of points from 6 to 24") { option -> Double? in
      guard case .number(let size) = option, Self.fontSizes.contains(size) else { return nil }
      return size
    }
    if let size { adapted.fontSize = size }
    if let zone = options.timeZone() { adapted.timeZone = zone }
    return adapted
  }

  package func describing(_ document: RenderDocument) -> any Renderer {
    var described = self
    described.document = document
    return described
  }

  package func begin(
    _ columns: [RenderColumn], into output: inout RenderBuffer
  ) throws(ReportFailure) -> any RenderSession {
    guard columns.count <= PDFSession.columnsMax else {
      throw ReportFailure(
        .templateError,
        "There are \(columns.count) columns, and a table of PDF has \(PDFSession.columnsMax). "
          + "Select fewer, or ask for another format.")
    }
    return try PDFSession(
      columns, paper: paper, orientation: orientation, fontSize: fontSize, document: document,
      timeZone: timeZone)
  }
}

/// Sheets of paper.
enum Paper: String, CaseIterable {
  case a4, letter

  /// Upright, in points.
  var size: (width: Double, height: Double) {
    switch self {
    case .a4: (595, 842)
    case .letter: (612, 792)
    }
  }
}

/// How the paper is held.
enum Orientation: String, CaseIterable {
  /// Upright, unless the columns want more.
  case auto
  case portrait, landscape
}
