/// Makes the statement of a template that searches (`search:` in its file) of what a caller asks for.
/// The text of the statement is made of what the compiler knows; what the caller says is bound.
package protocol SearchCompiler: Sendable {
  /// What a template's `search` says to have it.
  var name: String { get }

  /// What is wrong with a template that has it: its parameters, which the search gives a meaning.
  func problems(in template: Template) -> [TemplateProblem]

  /// Statements that a source must be able to run, each with the name of what it reads.
  var probes: [(name: String, sql: String)] { get }

  /// The statement of a report.
  ///
  /// - Parameters:
  ///   - parameters: those of the template, checked, as a caller writes them.
  ///   - now: the moment that times of the search are told from.
  ///   - source: what it will be run on, so that it may be fitted to what is there; nil: it is only
  ///     looked whether it can be made. Blocks if there is one.
  /// - Throws: the parameter that cannot be understood, with the place and what is expected.
  func statement(
    _ parameters: OptionObject, now: Instant, on source: (any DataSource)?
  ) throws(OptionError) -> SearchStatement
}

/// A statement that was made for one report.
package struct SearchStatement: Hashable, Sendable {
  package var sql: String
  /// By name without the colon; `domain_id` is bound besides.
  package var bindings: [String: Cell]
  /// The columns of the result, which the statement itself names otherwise: `c1`, `c2` and so on.
  package var columns: [SourceColumn]
  /// The parts that the result falls into, in order, where it is of several kinds: the first column
  /// says of which a row is. Empty: it is of one kind.
  package var sections: [String]

  package init(
    sql: String, bindings: [String: Cell], columns: [SourceColumn], sections: [String] = []
  ) {
    self.sql = sql
    self.bindings = bindings
    self.columns = columns
    self.sections = sections
  }
}

extension Template {
  /// What its source is asked for a report.
  ///
  /// - Parameter statement: the one that was made; nil: its own.
  func query(
    _ parameters: TemplateParameters, _ statement: SearchStatement?, budget: SourceBudget
  ) -> SourceQuery {
    var query = SourceQuery(
      sql: sql, bindings: parameters.bindings, invalidText: invalidText, budget: budget)
    guard let statement else {
      for column in columns { query.columnTypes[ExactText(column.name)] = column.type }
      return query
    }
    query.sql = statement.sql
    query.bindings = statement.bindings
    query.bindings[TemplateParameters.domainKey] =
      parameters.bindings[TemplateParameters.domainKey]
    for (index, column) in statement.columns.enumerated() {
      query.columnTypes[ExactText("c\(index + 1)")] = column.type
    }
    return query
  }
}
