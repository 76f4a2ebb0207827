import Foundation
import ReportCore
import ReportwireTestKit
import Testing

/// The whole file that a renderer makes of some rows.
func rendered(
  _ renderer: any Renderer, _ columns: [RenderColumn], _ rows: [[Cell]]
) throws -> [UInt8] {
  var output = RenderBuffer()
  let session = try renderer.begin(columns, into: &output)
  for row in rows { try session.row(row, into: &output) }
  try session.finish(into: &output)
  return output.bytes
}

/// The same as text.
func renderedText(
  _ renderer: any Renderer, _ columns: [RenderColumn], _ rows: [[Cell]]
) throws -> String {
  String(decoding: try rendered(renderer, columns, rows), as: UTF8.self)
}

/// What Python's own reader finds in a ZIP file.
///
/// - Parameter printed: what is printed of `z`, the file, in Python.
func zipContents(_ bytes: [UInt8], _ printed: String) async throws -> String {
  let folder = try TemporaryFiles()
  let file = folder.path.appending(path: "file.zip")
  try Data(bytes).write(to: file)
  let result = try await Program(
    "python3",
    ["-c", "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(\(printed))", file.path]
  ).run()
  #expect(result.exit == 0, "\(String(decoding: result.error, as: UTF8.self))")
  return String(decoding: result.output, as: UTF8.self)
}

/// Columns whose titles are their names.
func columns(_ names: String...) -> [RenderColumn] {
  names.map { RenderColumn(name: $0, title: $0) }
}

/// Values by the texts that stand for them, for tables of cases.
extension ExactDecimal: ExpressibleByStringLiteral {
  package init(stringLiteral text: String) {
    guard let value = ExactDecimal(text) else { preconditionFailure("\(text) is no decimal") }
    self = value
  }
}

extension CalendarDate: ExpressibleByStringLiteral {
  package init(stringLiteral text: String) {
    guard let value = CalendarDate(text) else { preconditionFailure("\(text) is no date") }
    self = value
  }
}

extension Instant: ExpressibleByStringLiteral {
  package init(stringLiteral text: String) {
    guard let value = ISO8601.instant(text) else { preconditionFailure("\(text) is no moment") }
    self = value
  }
}
