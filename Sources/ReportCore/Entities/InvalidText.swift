/// What a source does with text that is not UTF-8. A report never changes data without saying so:
/// unless somebody chose otherwise, the run fails.
package enum InvalidText: String, Hashable, Sendable, CaseIterable {
  /// The run fails with QUERY_ERROR that names column and row.
  case fail
  /// What is not UTF-8 becomes U+FFFD; texts changed so are counted.
  case replace
  /// All text of the source is ISO 8859-1, whatever it looks like.
  case latin1
  /// All text of the source is Windows code page 1252.
  case windows1252
}
