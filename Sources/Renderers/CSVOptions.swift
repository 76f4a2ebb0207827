/// How a CSV file is written.
package struct CSVOptions: Hashable, Sendable {
  /// What stands between two fields.
  package enum Delimiter: String, Hashable, Sendable, CaseIterable {
    case comma = ","
    /// What spreadsheets expect where the comma is the decimal separator.
    case semicolon = ";"
    case tab = "\t"
    case pipe = "|"

    var byte: UInt8 {
      switch self {
      case .comma: UInt8(ascii: ",")
      case .semicolon: UInt8(ascii: ";")
      case .tab: UInt8(ascii: "\t")
      case .pipe: UInt8(ascii: "|")
      }
    }
  }

  package var delimiter: Delimiter
  /// Whether the file starts with U+FEFF, by which some spreadsheets know UTF-8.
  package var hasByteOrderMark: Bool

  package init(delimiter: Delimiter = .comma, hasByteOrderMark: Bool = false) {
    self.delimiter = delimiter
    self.hasByteOrderMark = hasByteOrderMark
  }
}
