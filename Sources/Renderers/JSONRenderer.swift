package import ReportCore

/// JSON as in RFC 8259: an array with one object per row, a row on each line, UTF-8.
///
/// - Keys are the names of the columns, in their order, not the titles. A name that was there
///   before gets `_2`, `_3` and so on, the first that no column has.
/// - Integers are exact, however large; doubles have the fewest digits that read back as the same
///   double, without a trailing `.0`; negative zero is `0`; NaN and the infinities, which JSON
///   cannot say, are null.
/// - Decimals are numbers with all their digits, booleans are booleans, dates and instants strings as
///   in CSV.
/// - NULL is null, an empty text is `""`. Blobs are strings of base64 with padding.
/// - In a column with a format, numbers are numbers with as many decimals as it has (two more under
///   `%`), without its commas, fill and percent sign; texts that are numbers and moments are strings,
///   written as in CSV.
/// - Only what must be escaped is: quote, backslash and the controls below U+0020.
package struct JSONRenderer: Renderer {
  /// Whose time moments are written in; nil: in UTC.
  private var timeZone: LocalZone?

  package init() {}

  package var format: ReportFormat { .json }
  package var mediaType: String { "application/json" }
  package var fileExtension: String { "json" }

  package func adapted(to options: inout FormatOptions) -> any Renderer {
    var adapted = self
    if let zone = options.timeZone() { adapted.timeZone = zone }
    return adapted
  }

  package func begin(
    _ columns: [RenderColumn], into output: inout RenderBuffer
  ) throws(ReportFailure) -> any RenderSession {
    output.append(UInt8(ascii: "["))
    return JSONSession(columns, frame: .array, localTime: timeZone?.clock())
  }

  static func uniqueKeys(_ names: [String]) -> [String] {
    var taken = Set(names.map(\.exact))
    var seen: Set<ExactText> = []
    return names.map { name in
      if seen.insert(ExactText(name)).inserted { return name }
      var number = 2
      while !taken.insert(ExactText("\(name)_\(number)")).inserted { number += 1 }
      return "\(name)_\(number)"
    }
  }
}
