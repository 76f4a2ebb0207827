internal import Renderers
package import ReportCore
internal import Texts

/// PDF: the report as a table on pages, for people to read and print.
///
/// - Every page has the header of its columns, the title, its number and that of all pages, and the
///   template's footer; the first has the template's logo, and the last says how many rows and pages there
///   are, and how many rows are left out if somebody asked for a part of them.
/// - Columns are as wide as the first rows want. Where they do not fit, the page is turned, text wraps,
///   the type becomes smaller, down to 6 points; after that the columns go on on further pages, which
///   say which columns they show. No column and no text is cut.
/// - A row stays on one page unless it is taller than a page.
/// - Every script is shaped and ordered by Pango, from the fonts of the machine, which are embedded as
///   far as they are used. The bytes follow from the rows, the document and those fonts.
/// - The pages go out as they are done; nothing grows with the rows but a few bytes for each page.
package struct PDFRenderer: Renderer {
  private var options = PDFOptions()
  private var document = RenderDocument()

  package init() {}

  package var format: ReportFormat { ReportFormat(rawValue: "pdf") }
  package var mediaType: String { "application/pdf" }
  package var fileExtension: String { "pdf" }

  package func adapted(to options: inout FormatOptions) -> any Renderer {
    var adapted = self
    adapted.options.adapt(to: &options)
    return adapted
  }

  package func describing(_ document: RenderDocument) -> any Renderer {
    var described = self
    described.document = document
    return described
  }

  package func problems(in template: Template) -> [TemplateProblem] {
    guard let logo = template.logo else { return [] }
    do throws(Logo.Fault) {
      _ = try Logo(png: logo.bytes)
      return []
    } catch {
      return [TemplateProblem(["logo"], "\(logo.name) \(error.reason)")]
    }
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
    var document = document
    document.createdAt = options.createdAt ?? document.createdAt
    return try PDFSession(columns, options, document: document)
  }
}

/// How somebody wants the pages.
struct PDFOptions {
  private(set) var paper = Paper.a4
  private(set) var orientation = Orientation.auto
  /// In points.
  private(set) var fontSize = 9.0
  /// Text at the end of every page; empty: there is none.
  private(set) var footer = ""
  /// Rows that are shown; what comes after them is counted.
  private(set) var rowsMax = Int64.max
  /// nil: as the document says.
  private(set) var createdAt: Instant?
  /// Whose time moments are shown in; nil: in UTC.
  private(set) var timeZone: LocalZone?

  private static let fontSizes = 6.0...24.0
  /// In UTF-8: a few lines.
  private static let footerBytesMax = 500
  /// They need few bytes and take much of every page.
  private static let footerLineEndsMax = 4

  /// Takes over what is said, and leaves the rest.
  mutating func adapt(to options: inout FormatOptions) {
    paper =
      options.choice("paper", of: Paper.allCases.map(\.rawValue)).flatMap(Paper.init) ?? paper
    orientation =
      options.choice("orientation", of: Orientation.allCases.map(\.rawValue))
      .flatMap(Orientation.init) ?? orientation
    fontSize =
      options.value("font_size", "a number of points from 6 to 24") { option -> Double? in
        guard case .number(let size) = option, Self.fontSizes.contains(size) else { return nil }
        return size
      } ?? fontSize
    footer =
      options.value(
        "footer",
        "a text of \(Self.footerBytesMax) bytes and \(Self.footerLineEndsMax) line ends at most"
      ) { option -> String? in
        guard case .string(let text) = option, text.utf8.count <= Self.footerBytesMax,
          text.count(where: \.isNewline) <= Self.footerLineEndsMax
        else { return nil }
        return text
      } ?? footer
    rowsMax =
      options.value("max_rows", "a whole number from 1 to 2^53") { option -> Int64? in
        guard case .number(let count) = option, count >= 1, count <= 0x1p53 else { return nil }
        return Int64(exactly: count)
      } ?? rowsMax
    timeZone = options.timeZone() ?? timeZone
    createdAt = options.createdAt() ?? createdAt
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
