internal import ReportCore

/// The columns of a result whose values are read as a type that somebody gave them.
struct TypedColumns {
  private struct Column {
    var index: Int
    var name: String
    var type: ColumnType
  }

  private let columns: [Column]

  /// - Parameter columns: of the result, those to be converted with their types.
  init(_ columns: [SourceColumn]) {
    self.columns = columns.enumerated().compactMap { index, column in
      column.type.map { Column(index: index, name: column.name, type: $0) }
    }
  }

  /// Makes each value one of its column's type.
  ///
  /// - Parameter number: which of the result the row is, from 1.
  /// - Throws: QUERY_ERROR for a value that cannot be read so.
  func convert(_ row: SourceRow, number: Int64) throws(ReportFailure) {
    for column in columns {
      switch (row.values[column.index], column.type) {
      case (.null, _), (.text, .string), (.integer, .integer), (.double, .number): continue
      default: break
      }
      let cell = row.cell(at: column.index)
      guard let typed = column.type.cell(cell) else { throw Self.failure(column, cell, number) }
      row.set(typed, at: column.index)
    }
  }

  /// Says what kind of value it is, not which: that is the report's own, and this goes into logs.
  private static func failure(_ column: Column, _ cell: Cell, _ row: Int64) -> ReportFailure {
    let kind =
      switch cell {
      case .null: "NULL"
      case .integer: "an integer"
      case .double: "a real number"
      case .text: "a text"
      case .blob: "a blob"
      case .decimal: "a decimal number"
      case .boolean: "a boolean"
      case .date: "a date"
      case .instant: "a moment"
      }
    return ReportFailure(
      .queryError,
      "The value of column \(column.name.debugDescription) in row \(row), \(kind), cannot be read "
        + "as \(column.type.rawValue), the type that the template gives the column: "
        + "\(column.type.expectation). Mend the value, convert it in the SQL, or leave type out.")
  }
}
