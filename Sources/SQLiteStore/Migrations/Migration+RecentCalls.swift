extension Migration {
  /// What creates without a key of their own are known by when they are repeated: the trace or
  /// transaction of the call, with the digest of the request. Rows go when they are old.
  static let recentCalls = Migration(
    number: 3,
    sql: """
      CREATE TABLE recent_calls (
        number INTEGER PRIMARY KEY,
        domain_id TEXT NOT NULL,
        name TEXT NOT NULL,
        digest TEXT NOT NULL,
        report INTEGER NOT NULL REFERENCES reports (number) ON DELETE CASCADE,
        UNIQUE (domain_id, name, digest)
      ) STRICT;
      CREATE INDEX recent_calls_by_report ON recent_calls (report);
      """)
}
