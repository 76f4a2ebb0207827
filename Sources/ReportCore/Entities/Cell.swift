/// One value of a row.
///
/// SQLite has the first five kinds; the others come from sources that know them, and where a
/// template gives a column a type (`ColumnType`).
package enum Cell: Hashable, Sendable {
  case null
  case integer(Int64)
  case double(Double)
  case text(String)
  case blob([UInt8])
  case decimal(ExactDecimal)
  case boolean(Bool)
  /// A day of no time zone.
  case date(CalendarDate)
  case instant(Instant)
}
