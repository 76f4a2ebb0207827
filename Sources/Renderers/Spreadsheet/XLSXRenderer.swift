package import ReportCore
internal import Texts

/// XLSX (ECMA-376, transitional): a sheet with a header that stays in sight and filters, typed cells,
/// and columns as wide as their first rows want.
///
/// - The file is written front to back as the rows come: nothing is kept but the bytes on their way,
///   and there is no temporary file.
/// - Integers and decimals of up to 15 digits are numbers; longer ones, of which a spreadsheet would
///   lose digits, are text. Doubles are numbers with the fewest digits that read back as the same;
///   what is no number is the text `NaN`, `Infinity` or `-Infinity`, and those below 2.2e-308, which
///   spreadsheets take for 0, are text.
/// - Booleans are booleans. Dates and instants (in UTC, or as clocks of the time zone show them that is
///   asked for) are serial numbers with a format, to the millisecond, which is what spreadsheets show; those before 1900-03-01, of which spreadsheets have
///   two opinions, are text as in CSV.
/// - A column's format becomes the number format of the cells that it applies to.
/// - Text is text whatever it looks like: nothing is a formula or a link, and what looks like a formula
///   stays text when somebody edits the cell, unless its column is raw.
/// - NULL is no cell, an empty text an empty text; blobs are base64, an empty one a blank.
/// - A sheet has 1,048,576 rows; then another begins, with the header again.
package struct XLSXRenderer: Renderer {
  /// Columns whose sum stands in the last row, by name.
  private var totals: [String] = []
  private var document = RenderDocument()
  /// Whose time moments are shown in; nil: in UTC.
  private var timeZone: LocalZone?
  /// nil: as the document says.
  private var createdAt: Instant?
  private let rowsPerSheetMax: Int

  /// - Parameter rowsPerSheetMax: rows of a sheet with its header, at least 2.
  package init(rowsPerSheetMax: Int = 1_048_576) {
    self.rowsPerSheetMax = rowsPerSheetMax
  }

  package var format: ReportFormat { .xlsx }
  package var mediaType: String {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
  }
  package var fileExtension: String { "xlsx" }

  package func adapted(to options: inout FormatOptions) -> any Renderer {
    var adapted = self
    let expected = "a mapping of columns to sum, such as {cost: sum}"
    adapted.totals =
      options.value("totals", expected) { option -> [String]? in
        guard case .object(let columns) = option else { return nil }
        let isSum = columns.allSatisfy { column in
          if case .string(let word) = column.value { word.isExactly("sum") } else { false }
        }
        return isSum ? columns.map(\.key) : nil
      } ?? totals
    if let zone = options.timeZone() { adapted.timeZone = zone }
    adapted.createdAt = options.createdAt() ?? createdAt
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
    for name in totals where !columns.contains(where: { $0.name.isExactly(name) }) {
      throw ReportFailure(
        .templateError, "xlsx.totals: the query has no column \(name.quoted).")
    }
    var document = document
    document.createdAt = createdAt ?? document.createdAt
    return try XLSXSession(
      columns, totals: totals, document: document, localTime: timeZone?.clock(),
      rowsPerSheetMax: rowsPerSheetMax, into: &output)
  }
}
