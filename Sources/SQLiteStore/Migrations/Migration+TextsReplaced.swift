extension Migration {
  /// How many texts a run changed because they were not UTF-8.
  static let textsReplaced = Migration(
    number: 2,
    sql: """
      ALTER TABLE reports ADD COLUMN progress_texts_replaced INTEGER NOT NULL DEFAULT 0;
      """)
}
