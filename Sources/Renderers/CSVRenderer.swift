package import ReportCore

/// CSV as in RFC 4180: a header line with the titles, lines ended by CR LF, UTF-8.
///
/// - NULL is an empty field, an empty text is `""`, an empty blob `" "` (base64 of nothing: readers
///   of base64 pass over blanks), so that a reader that looks at quotes tells them apart. No line is
///   empty, because readers skip empty lines: in a file of one column NULL is `\N` without quotes,
///   as MySQL and ClickHouse have it, and the text `\N` has quotes.
/// - Text is quoted if it holds the delimiter, a quote, CR or LF, or has a space at either end.
/// - Text that a spreadsheet would run as a formula gets an apostrophe in front, unless its column
///   is raw; titles always get it. It is text that begins with tab, CR, LF or NUL, or whose first
///   visible character is `=`, `+`, `-`, `@` or the full-width form of one. What follows a comma,
///   semicolon, tab or bar in the text that is not the file's delimiter is guarded likewise, since a
///   spreadsheet told another delimiter begins a cell there. A decimal number is no formula.
/// - Numbers are never guarded. Integers are exact, doubles have the fewest digits that read back
///   as the same double, without a trailing `.0`; negative zero is `0`; what is no number is
///   `NaN`, `Infinity` or `-Infinity`.
/// - Decimals have all their digits, dates are `2026-11-23`, instants RFC 3339 in UTC, or in the time zone
///   that is asked for (`2026-11-23T09:30:00+01:00`), booleans `true` and `false`.
/// - With a decimal comma, doubles, decimals and numbers in a column with a format have a comma for their
///   point and points for their commas, in quotes where the comma is the delimiter. Texts are left alone.
/// - Blobs are base64 with padding, without the apostrophe: its letters cannot call a function.
/// - In a column with a format, values that it applies to are written by it, unguarded.
package struct CSVRenderer: Renderer {
  package let options: CSVOptions

  package init(options: CSVOptions = CSVOptions()) {
    self.options = options
  }

  package var format: ReportFormat { .csv }
  package var mediaType: String { "text/csv; charset=utf-8" }
  package var fileExtension: String { "csv" }

  package func adapted(to options: inout FormatOptions) -> any Renderer {
    let delimiters = CSVOptions.Delimiter.allCases.map(\.rawValue)
    var adapted = self.options
    if let word = options.choice("delimiter", of: delimiters),
      let delimiter = CSVOptions.Delimiter(rawValue: word)
    {
      adapted.delimiter = delimiter
    }
    if let hasMark = options.boolean("byte_order_mark") { adapted.hasByteOrderMark = hasMark }
    if let hasComma = options.boolean("decimal_comma") { adapted.hasDecimalComma = hasComma }
    if let zone = options.timeZone() { adapted.timeZone = zone }
    return CSVRenderer(options: adapted)
  }

  package func describing(_ document: RenderDocument) -> any Renderer {
    guard !document.sections.isEmpty else { return self }
    return CSVSections(csv: self, sections: document.sections, bytesMax: document.bytesMax)
  }

  package func begin(
    _ columns: [RenderColumn], into output: inout RenderBuffer
  ) throws(ReportFailure) -> any RenderSession {
    if options.hasByteOrderMark { output.append(contentsOf: [0xEF, 0xBB, 0xBF]) }
    let delimiter = options.delimiter.character.asciiValue ?? UInt8(ascii: ",")
    let session = CSVSession(
      delimiter: delimiter, hasDecimalComma: options.hasDecimalComma,
      localTime: options.timeZone?.clock(), columns: columns)
    session.header(columns.map(\.title), into: &output)
    return session
  }
}
