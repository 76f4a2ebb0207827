/// What a search may be, so that neither reading nor running it costs more than its size lets expect.
package struct SearchLimits: Hashable, Sendable {
  /// UTF-8 bytes of a query.
  package var queryBytesMax = 8192
  /// Parentheses within parentheses. SQLite's own parser holds some hundred open words at a time, of
  /// which each takes up to eight.
  package var depthMax = 10
  /// Words, phrases, ranges and other conditions of a query.
  package var clausesMax = 200
  /// Conditions with `*` or `?`, for each of which every row is looked at.
  package var wildcardsMax = 20
  /// Characters of such a word, with whose number the time grows that a value takes.
  package var wildcardCharactersMax = 255
  /// Conditions on lists of a row, `@accounts(...)` and its like.
  package var nestedMax = 20
  /// Words of a phrase, or of a word that punctuation divides.
  package var phraseWordsMax = 32
  /// Fields that are shown.
  package var columnsMax = 100
  /// Fields that rows are ordered by.
  package var sortMax = 10
  /// Indices that are named, also twice.
  package var indicesMax = 20

  package init() {}
}
