/// A column of a result.
package struct SourceColumn: Hashable, Sendable {
  /// The name the query gives it.
  package var name: String
  /// What all its values are; nil where the source does not say.
  package var type: ColumnType?

  package init(name: String) {
    self.name = name
  }
}
