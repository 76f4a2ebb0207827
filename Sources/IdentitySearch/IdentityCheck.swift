package import ReportCore

/// Looks whether a source has what the identity reports read.
package struct IdentityCheck {
  /// What is wrong, a line each, in the order of the documentation.
  package private(set) var problems: [String] = []
  /// Rows of each table that could be read.
  package private(set) var rows: [(table: String, count: Int64)] = []
  /// The full-text tables that searches will use.
  package private(set) var textTables: [String] = []

  /// Reads every row once. Blocks.
  ///
  /// - Throws: SOURCE_UNAVAILABLE if the source cannot be read at all.
  package init(_ source: any DataSource) throws(ReportFailure) {
    _ = try source.inspect("SELECT 1", invalidText: nil)
    for table in IdentityTable.all {
      try check(table, source)
      if let name = table.textTable { try checkText(name, source) }
    }
  }

  private mutating func check(
    _ table: IdentityTable, _ source: any DataSource
  ) throws(ReportFailure) {
    let names: Set<ExactText>
    do throws(ReportFailure) {
      let shape = try source.inspect("SELECT * FROM \(table.name)", invalidText: nil)
      names = Set(shape.columns.map(\.name.exact))
    } catch {
      guard error.code != .sourceUnavailable else { throw error }
      problems.append("\(table.name): \(error.message)")
      return
    }
    let known = table.columns.filter { names.contains($0.name.exact) }
    for column in table.columns where !names.contains(column.name.exact) {
      problems.append("\(table.name).\(column.name): missing; \(column.kind.expectation)")
    }
    let counts = known.map { "coalesce(sum(\($0.kind.isWrong("r.\($0.name)"))), 0)" }
    let sql = "SELECT \((["count(*)"] + counts).joined(separator: ", ")) FROM \(table.name) AS r"
    do throws(ReportFailure) {
      let numbers = try Self.numbers(sql, source)
      guard numbers.count == known.count + 1 else { return }
      rows.append((table.name, numbers[0]))
      for (column, count) in zip(known, numbers.dropFirst()) where count > 0 {
        problems.append(
          "\(table.name).\(column.name): wrong in \(count) of \(numbers[0]) rows; it must be "
            + column.kind.expectation)
      }
    } catch {
      guard error.code != .sourceUnavailable else { throw error }
      problems.append("\(table.name): \(error.message)")
    }
  }

  private mutating func checkText(
    _ name: String, _ source: any DataSource
  ) throws(ReportFailure) {
    let there = try Self.numbers(
      "SELECT count(*) FROM sqlite_schema WHERE name = '\(name)'", source)
    guard there.first ?? 0 > 0 else { return }
    do throws(ReportFailure) {
      _ = try source.inspect(
        "SELECT domain_id, id, text FROM \(name) WHERE \(name) MATCH 'x'", invalidText: nil)
    } catch {
      problems.append("\(name): \(error.message)")
      return
    }
    let tokenized = try Self.numbers(
      "SELECT instr(replace(sql, '''', '\"'), '\"unicode61 remove_diacritics 0\"') "
        + "FROM sqlite_schema WHERE name = '\(name)'", source)
    guard tokenized.first ?? 0 > 0 else {
      problems.append(
        "\(name): it must be made with tokenize = \"unicode61 remove_diacritics 0\", or it finds "
          + "other words than the rows would")
      return
    }
    textTables.append(name)
  }

  /// The first row of a result of numbers.
  private static func numbers(
    _ sql: String, _ source: any DataSource
  ) throws(ReportFailure) -> [Int64] {
    let sink = Numbers()
    try source.stream(
      SourceQuery(sql: sql, bindings: [:]), interrupt: Interrupt(), into: sink)
    return sink.all
  }

  private final class Numbers: RowSink {
    var all: [Int64] = []

    func begin(_ columns: [SourceColumn]) {}
    func replacedTexts(_ count: Int64) {}

    func row(_ row: SourceRow) {
      for case .integer(let number) in row.values { all.append(number) }
    }
  }
}
