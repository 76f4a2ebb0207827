/// A column of a result.
package struct SourceColumn: Hashable, Sendable {
  /// The name the query gives it.
  package var name: String

  package init(name: String) {
    self.name = name
  }
}
