package import ReportCore

/// JSON Lines: one object per row, each on a line of its own that ends with LF, UTF-8. Keys and values
/// are those of `JSONRenderer`; a file without rows is empty.
package struct JSONLinesRenderer: Renderer {
  /// Whose time moments are written in; nil: in UTC.
  private var timeZone: LocalZone?

  package init() {}

  package var format: ReportFormat { .jsonLines }
  package var mediaType: String { "application/x-ndjson" }
  package var fileExtension: String { "jsonl" }

  package func adapted(to options: inout FormatOptions) -> any Renderer {
    var adapted = self
    if let zone = options.timeZone() { adapted.timeZone = zone }
    return adapted
  }

  package func begin(
    _ columns: [RenderColumn], into output: inout RenderBuffer
  ) throws(ReportFailure) -> any RenderSession {
    JSONSession(columns, frame: .lines, localTime: timeZone?.clock())
  }
}

extension ReportFormat {
  package static let jsonLines = ReportFormat(rawValue: "jsonl")
}
