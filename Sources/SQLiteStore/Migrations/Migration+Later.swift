extension Migration {
  /// How many texts a run changed because they were not UTF-8.
  static let textsReplaced = Migration(
    number: 2,
    sql: """
      ALTER TABLE reports ADD COLUMN progress_texts_replaced INTEGER NOT NULL DEFAULT 0;
      """)

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

  /// A lease ends by the machine's monotonic clock: `lease_expires_at` is nanoseconds since the boot
  /// named beside it, `lease_nanoseconds` how long the lease was given for. Leases from before this
  /// step ended by the wall clock; they have no boot, which is never the present one, so they are
  /// over.
  static let leaseClock = Migration(
    number: 4,
    sql: """
      ALTER TABLE reports ADD COLUMN lease_boot TEXT;
      ALTER TABLE reports ADD COLUMN lease_nanoseconds INTEGER;
      DROP INDEX reports_by_lease;
      CREATE INDEX reports_by_lease
        ON reports (lease_expires_at, lease_boot, lease_nanoseconds, lease_owner)
        WHERE lease_expires_at IS NOT NULL;
      """)

  /// What a domain keeps is bounded and ends some day: reports may be pinned, those that have ended
  /// are found by their age, and the bytes that a domain's reports hold (files and options) are
  /// counted beside their number.
  static let keeping = Migration(
    number: 5,
    sql: """
      ALTER TABLE reports ADD COLUMN is_pinned INTEGER NOT NULL DEFAULT 0;
      CREATE INDEX reports_by_end ON reports (ended_at, domain_id, template_id)
        WHERE ended_at IS NOT NULL AND is_pinned = 0;

      ALTER TABLE domain_turns ADD COLUMN kept_bytes INTEGER NOT NULL DEFAULT 0;
      UPDATE domain_turns SET kept_bytes =
        (SELECT coalesce(sum(length(CAST(r.template_options AS BLOB))), 0) FROM reports r
          WHERE r.domain_id = domain_turns.domain_id)
        + (SELECT coalesce(sum(a.bytes), 0) FROM reports r JOIN artifacts a ON a.report = r.number
          WHERE r.domain_id = domain_turns.domain_id);

      DROP TRIGGER reports_counted;
      CREATE TRIGGER reports_counted AFTER INSERT ON reports BEGIN
        INSERT OR IGNORE INTO domain_turns (domain_id) VALUES (new.domain_id);
        UPDATE domain_turns SET
          created = created + (new.state = 'CREATED'),
          in_progress = in_progress + (new.state = 'IN_PROGRESS'),
          failure = failure + (new.state = 'FAILURE'),
          timeout = timeout + (new.state = 'TIMEOUT'),
          canceled = canceled + (new.state = 'CANCELED'),
          finished = finished + (new.state = 'FINISHED'),
          kept_bytes = kept_bytes + length(CAST(new.template_options AS BLOB))
        WHERE domain_id = new.domain_id;
      END;
      CREATE TRIGGER artifacts_counted AFTER INSERT ON artifacts BEGIN
        UPDATE domain_turns SET kept_bytes = kept_bytes + new.bytes
        WHERE domain_id = (SELECT domain_id FROM reports WHERE number = new.report);
      END;
      -- Before, since a report takes its artifacts along.
      CREATE TRIGGER reports_freed BEFORE DELETE ON reports BEGIN
        UPDATE domain_turns SET kept_bytes = kept_bytes
          - length(CAST(old.template_options AS BLOB))
          - (SELECT coalesce(sum(bytes), 0) FROM artifacts WHERE report = old.number)
        WHERE domain_id = old.domain_id;
      END;
      """)
}
