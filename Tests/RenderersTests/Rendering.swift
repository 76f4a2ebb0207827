import ReportCore

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
