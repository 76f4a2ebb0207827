package import ReportCore

/// CSV as in RFC 4180: a header line with the titles, lines ended by CR LF, UTF-8.
///
/// - NULL is an empty field, an empty text is `""`, so that a reader that looks can tell them
///   apart. In a file of one column NULL is `""` too, because readers skip empty lines.
/// - Text is quoted if it holds the delimiter, a quote, CR or LF, or has a space at either end.
/// - Text that a spreadsheet would run as a formula (starting with `=`, `+`, `-`, `@`, tab or CR)
///   gets an apostrophe in front, unless its column is raw; titles always get it.
/// - Numbers are never touched. Integers are exact, doubles have the fewest digits that read back
///   as the same double, without a trailing `.0`; negative zero is `0`; what is no number is
///   `NaN`, `Infinity` or `-Infinity`.
/// - Blobs are base64 with padding, without the apostrophe: its letters cannot call a function.
package struct CSVRenderer: Renderer {
  package let options: CSVOptions

  package init(options: CSVOptions = CSVOptions()) {
    self.options = options
  }

  package var format: ReportFormat { .csv }
  package var mediaType: String { "text/csv; charset=utf-8" }
  package var fileExtension: String { "csv" }

  package func adapted(to template: Template) -> any Renderer {
    CSVRenderer(options: template.csv)
  }

  package func begin(
    _ columns: [RenderColumn], into output: inout RenderBuffer
  ) throws(ReportFailure) -> any RenderSession {
    if options.hasByteOrderMark { output.append(contentsOf: [0xEF, 0xBB, 0xBF]) }
    let delimiter = options.delimiter.character.asciiValue ?? UInt8(ascii: ",")
    let session = CSVSession(delimiter: delimiter, isRaw: columns.map(\.isRaw))
    session.header(columns.map(\.title), into: &output)
    return session
  }
}
