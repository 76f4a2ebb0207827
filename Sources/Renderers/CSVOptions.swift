/// How CSV files are written: what a template says under `csv`.
package struct CSVOptions: Hashable, Sendable {
  /// What stands between two fields.
  package enum Delimiter: String, Hashable, Sendable, CaseIterable {
    case comma
    /// What spreadsheets expect where the comma is the decimal separator.
    case semicolon
    case tab
    case pipe

    package var character: Character {
      switch self {
      case .comma: ","
      case .semicolon: ";"
      case .tab: "\t"
      case .pipe: "|"
      }
    }
  }

  package var delimiter: Delimiter
  /// Whether the file starts with U+FEFF, by which some spreadsheets know UTF-8.
  package var hasByteOrderMark: Bool

  /// Whether numbers have a comma before their decimals, and points between thousands.
  package var hasDecimalComma: Bool
  /// Whose time moments are written in; nil: in UTC.
  package var timeZone: LocalZone?

  package init(
    delimiter: Delimiter = .comma, hasByteOrderMark: Bool = false, hasDecimalComma: Bool = false
  ) {
    self.delimiter = delimiter
    self.hasByteOrderMark = hasByteOrderMark
    self.hasDecimalComma = hasDecimalComma
  }
}
