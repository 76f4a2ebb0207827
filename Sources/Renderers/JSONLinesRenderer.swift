package import ReportCore

/// JSON Lines: one object per row, each on a line of its own that ends with LF, UTF-8. Keys and values
/// are those of `JSONRenderer`; a file without rows is empty.
package struct JSONLinesRenderer: Renderer {
  package init() {}

  package var format: ReportFormat { .jsonLines }
  package var mediaType: String { "application/x-ndjson" }
  package var fileExtension: String { "jsonl" }

  package func begin(
    _ columns: [RenderColumn], into output: inout RenderBuffer
  ) throws(ReportFailure) -> any RenderSession {
    JSONSession(columns, frame: .lines)
  }
}

extension ReportFormat {
  package static let jsonLines = ReportFormat(rawValue: "jsonl")
}
