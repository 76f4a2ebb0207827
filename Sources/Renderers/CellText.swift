package import ReportCore
internal import Texts

/// A value as people read it on a page: by its column's format where that applies to it, otherwise
/// as in CSV, without quotes and guards against formulas. NULL is no text.
package enum CellText {
  /// - Parameter localTime: whose time moments are shown in; nil: in UTC.
  package static func append(
    _ cell: Cell, _ format: CellFormat?, _ localTime: LocalTime?, to bytes: inout [UInt8]
  ) {
    if let format, format.append(cell, localTime, to: &bytes) { return }
    switch cell {
    case .null: break
    case .integer(let value): bytes.appendDecimal(value)
    case .double(let value): bytes.appendDouble(value)
    case .text(let text): bytes.append(contentsOf: text.utf8)
    case .blob(let blob): bytes.appendBase64(blob)
    case .decimal(let value): bytes.append(contentsOf: value.text.utf8)
    case .boolean(let value): bytes.appendBoolean(value)
    case .date(let value): bytes.appendDate(value)
    case .instant(let value): bytes.appendInstant(value, localTime)
    }
  }
}
