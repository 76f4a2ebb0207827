internal import DataSources
internal import IdentitySearch
internal import ReportCore

/// What `reportwire identities check` says of a database.
package struct IdentityTablesCheck {
  /// What is wrong, a line each; empty: nothing.
  package let problems: [String]
  /// What is there, in one line.
  package let summary: String

  /// Looks at a SQLite file. Reads every row of the tables, so it blocks.
  ///
  /// - Throws: `Problems` if the file cannot be read.
  package init(path: String) throws(Problems) {
    try self.init(SQLiteSource(name: BuiltInTemplates.source, path: path), at: path)
  }

  /// Looks at the source of a configuration that the reports read.
  ///
  /// - Throws: `Problems` if there is none, or it cannot be read.
  package init(_ configuration: ServerConfiguration) throws(Problems) {
    let name = BuiltInTemplates.source
    guard let given = configuration.sources.first(where: { $0.name.isExactly(name) }),
      let source = SourceSet.make([given])[name]
    else {
      throw Problems(
        "sources", "the configuration has no source named \(name); name a file with --source")
    }
    try self.init(source, at: given.path)
  }

  private init(_ source: any DataSource, at path: String) throws(Problems) {
    let check: IdentityCheck
    do throws(ReportFailure) {
      check = try IdentityCheck(source)
    } catch {
      throw Problems(path, error.message)
    }
    problems = check.problems
    let rows = check.rows.map { "\($0.count) in \($0.table)" }.joined(separator: ", ")
    let texts =
      check.textTables.isEmpty
      ? "no full-text table" : "full text in \(check.textTables.joined(separator: ", "))"
    summary = "rows: \(rows.isEmpty ? "none" : rows); \(texts)"
  }
}
