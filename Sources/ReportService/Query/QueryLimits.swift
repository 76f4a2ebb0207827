/// What one query may ask; each bound answers ERROR_INVALID_PARAMETER naming it.
package struct QueryLimits: Sendable {
  /// Conditions in `filter`, and in `filter_or` with the words of `keyword`.
  package var conditionsMax: Int
  /// Items in the value of a list operator.
  package var listItemsMax: Int
  /// Members of the object of a `match`.
  package var matchMembersMax: Int
  /// Words in `keyword`.
  package var keywordWordsMax: Int
  /// UTF-8 bytes of each.
  package var keywordWordBytesMax: Int
  /// Paths in `only`.
  package var onlyPathsMax: Int

  package init(
    conditionsMax: Int = 100, listItemsMax: Int = 500, matchMembersMax: Int = 200,
    keywordWordsMax: Int = 16, keywordWordBytesMax: Int = 255, onlyPathsMax: Int = 100
  ) {
    self.conditionsMax = conditionsMax
    self.listItemsMax = listItemsMax
    self.matchMembersMax = matchMembersMax
    self.keywordWordsMax = keywordWordsMax
    self.keywordWordBytesMax = keywordWordBytesMax
    self.onlyPathsMax = onlyPathsMax
  }
}
