internal import GRDB

/// One step of the schema. A step that was released is never edited: a change is a new step.
struct Migration {
  /// From 1, without gaps. The database keeps the number of the last one it took.
  let number: Int
  let sql: String

  static let all = [
    first, textsReplaced, recentCalls, leaseClock, keeping, audit, domainStates, traces,
    recentRuns, manifests, joinedRuns, auditOutbox,
  ]
  static var newest: Int { all.last?.number ?? 0 }

  /// Marks a database as Reportwire's (PRAGMA application_id): "RPTW".
  static let applicationID: Int64 = 0x5250_5457

  /// Takes the steps that a database lacks, all or none.
  static func run(_ db: Database) throws {
    try db.inTransaction(.immediate) {
      // Asked inside the transaction: another process may be opening the same file.
      let version = try db.first("PRAGMA user_version") { Int($0.integer(0)) } ?? 0
      guard version < newest else { return .commit }
      for migration in all where migration.number > version {
        try db.execute(sql: migration.sql)
      }
      try db.execute(sql: "PRAGMA application_id = \(applicationID)")
      try db.execute(sql: "PRAGMA user_version = \(newest)")
      return .commit
    }
  }
}

extension Migration {
  /// Moments are nanoseconds since 1970; options and formats are JSON texts.
  static let first = Migration(
    number: 1,
    sql: """
      CREATE TABLE reports (
        number INTEGER PRIMARY KEY,
        report_id TEXT NOT NULL UNIQUE,
        domain_id TEXT NOT NULL,
        template_id TEXT NOT NULL,
        name TEXT NOT NULL,
        template_options TEXT NOT NULL,
        formats TEXT NOT NULL,
        storage_id TEXT NOT NULL,
        storage_path TEXT NOT NULL DEFAULT '',
        schedule_id TEXT NOT NULL,
        created_by TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN
          ('CREATED', 'IN_PROGRESS', 'FAILURE', 'TIMEOUT', 'CANCELED', 'FINISHED')),
        started_at INTEGER,
        ended_at INTEGER,
        attempts INTEGER NOT NULL,
        progress_rows INTEGER NOT NULL,
        progress_bytes INTEGER NOT NULL,
        last_fencing_token INTEGER NOT NULL,
        lease_owner TEXT,
        lease_expires_at INTEGER,
        is_cancel_requested INTEGER NOT NULL,
        failure_code TEXT,
        failure_message TEXT
      ) STRICT;

      CREATE INDEX reports_by_domain
        ON reports (domain_id, created_at DESC, report_id);
      CREATE INDEX reports_by_state
        ON reports (domain_id, state, created_at DESC, report_id);
      CREATE INDEX reports_by_template
        ON reports (domain_id, template_id, created_at DESC, report_id);
      CREATE INDEX reports_by_creator
        ON reports (domain_id, created_by, created_at DESC, report_id);
      CREATE INDEX reports_waiting
        ON reports (domain_id, created_at) WHERE state = 'CREATED';
      CREATE INDEX reports_by_lease
        ON reports (lease_expires_at) WHERE lease_expires_at IS NOT NULL;

      CREATE TABLE report_events (
        report INTEGER NOT NULL REFERENCES reports (number) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        at INTEGER NOT NULL,
        kind TEXT NOT NULL,
        state TEXT NOT NULL,
        attempt INTEGER NOT NULL,
        worker TEXT NOT NULL,
        message TEXT NOT NULL,
        PRIMARY KEY (report, position)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE artifacts (
        report INTEGER NOT NULL REFERENCES reports (number) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        format TEXT NOT NULL,
        path TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        rows INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        media_type TEXT NOT NULL,
        PRIMARY KEY (report, position)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE idempotency_keys (
        domain_id TEXT NOT NULL,
        key TEXT NOT NULL,
        digest TEXT NOT NULL,
        report INTEGER NOT NULL REFERENCES reports (number) ON DELETE CASCADE,
        PRIMARY KEY (domain_id, key)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX idempotency_keys_by_report ON idempotency_keys (report);

      -- How many reports of each state a domain has, and when its turn was last: what the next
      -- claim and the count of a list need without reading the reports.
      CREATE TABLE domain_turns (
        number INTEGER PRIMARY KEY,
        domain_id TEXT NOT NULL UNIQUE,
        last_turn INTEGER NOT NULL DEFAULT 0,
        created INTEGER NOT NULL DEFAULT 0,
        in_progress INTEGER NOT NULL DEFAULT 0,
        failure INTEGER NOT NULL DEFAULT 0,
        timeout INTEGER NOT NULL DEFAULT 0,
        canceled INTEGER NOT NULL DEFAULT 0,
        finished INTEGER NOT NULL DEFAULT 0
      ) STRICT;
      CREATE INDEX domain_turns_next
        ON domain_turns (in_progress, last_turn, number) WHERE created > 0;
      CREATE INDEX domain_turns_last ON domain_turns (last_turn);

      CREATE TRIGGER reports_counted AFTER INSERT ON reports BEGIN
        INSERT OR IGNORE INTO domain_turns (domain_id) VALUES (new.domain_id);
        UPDATE domain_turns SET
          created = created + (new.state = 'CREATED'),
          in_progress = in_progress + (new.state = 'IN_PROGRESS'),
          failure = failure + (new.state = 'FAILURE'),
          timeout = timeout + (new.state = 'TIMEOUT'),
          canceled = canceled + (new.state = 'CANCELED'),
          finished = finished + (new.state = 'FINISHED')
        WHERE domain_id = new.domain_id;
      END;
      CREATE TRIGGER reports_moved AFTER UPDATE OF state ON reports
      WHEN old.state <> new.state BEGIN
        UPDATE domain_turns SET
          created = created + (new.state = 'CREATED') - (old.state = 'CREATED'),
          in_progress = in_progress + (new.state = 'IN_PROGRESS') - (old.state = 'IN_PROGRESS'),
          failure = failure + (new.state = 'FAILURE') - (old.state = 'FAILURE'),
          timeout = timeout + (new.state = 'TIMEOUT') - (old.state = 'TIMEOUT'),
          canceled = canceled + (new.state = 'CANCELED') - (old.state = 'CANCELED'),
          finished = finished + (new.state = 'FINISHED') - (old.state = 'FINISHED')
        WHERE domain_id = new.domain_id;
      END;
      CREATE TRIGGER reports_removed AFTER DELETE ON reports BEGIN
        UPDATE domain_turns SET
          created = created - (old.state = 'CREATED'),
          in_progress = in_progress - (old.state = 'IN_PROGRESS'),
          failure = failure - (old.state = 'FAILURE'),
          timeout = timeout - (old.state = 'TIMEOUT'),
          canceled = canceled - (old.state = 'CANCELED'),
          finished = finished - (old.state = 'FINISHED')
        WHERE domain_id = old.domain_id;
      END;

      CREATE TABLE storage_types (
        storage_type_id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        storage_type TEXT NOT NULL,
        provider TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE storages (
        storage_id TEXT PRIMARY KEY,
        domain_id TEXT NOT NULL,
        name TEXT NOT NULL,
        secret_id TEXT NOT NULL,
        storage_type_id TEXT NOT NULL REFERENCES storage_types (storage_type_id),
        options TEXT NOT NULL,
        created_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX storages_by_domain ON storages (domain_id, created_at DESC, storage_id);
      """)
}

extension Migration {
  /// How many texts a run changed because they were not UTF-8.
  static let textsReplaced = Migration(
    number: 2,
    sql: """
      ALTER TABLE reports ADD COLUMN progress_texts_replaced INTEGER NOT NULL DEFAULT 0;
      """)

  /// What creates without a key of their own are known by when they are repeated: the trace or
  /// transaction of the call, with the digest of the request. Rows go when they are old.
  private static let recentCalls = Migration(
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
  private static let leaseClock = Migration(
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

  /// Whether domains make reports, as far as somebody has said it.
  private static let domainStates = Migration(
    number: 7,
    sql: """
      CREATE TABLE domain_states (
        domain_id TEXT PRIMARY KEY,
        state TEXT NOT NULL CHECK (state IN ('ENABLE', 'DISABLE'))
      ) STRICT, WITHOUT ROWID;
      """)
}

extension Migration {
  /// What callers did. An event that is known again by its id is brought up to date; its number stays.
  static let audit = Migration(
    number: 6,
    sql: """
      CREATE TABLE audit (
        number INTEGER PRIMARY KEY,
        event_id TEXT NOT NULL UNIQUE,
        at INTEGER NOT NULL,
        domain_id TEXT NOT NULL,
        subject TEXT NOT NULL,
        caller_domain_id TEXT NOT NULL,
        roles TEXT NOT NULL,
        authentication TEXT NOT NULL,
        peer TEXT NOT NULL,
        door TEXT NOT NULL,
        method TEXT NOT NULL,
        resource_id TEXT NOT NULL,
        code TEXT NOT NULL,
        reason TEXT NOT NULL,
        request_id TEXT NOT NULL,
        trace_id TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        is_complete INTEGER NOT NULL,
        left_out INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX audit_by_time ON audit (at);
      CREATE INDEX audit_by_domain ON audit (domain_id, at);
      CREATE INDEX audit_by_resource ON audit (resource_id, at) WHERE resource_id <> '';
      """)

  /// Where the calls that created reports stood in traces: empty for none.
  static let traces = Migration(
    number: 8,
    sql: "ALTER TABLE reports ADD COLUMN traceparent TEXT NOT NULL DEFAULT ''")

  /// Finds the last finished reports of a template, by which the next one's rows are guessed.
  static let recentRuns = Migration(
    number: 9,
    sql: """
      CREATE INDEX reports_finished
        ON reports (domain_id, template_id, ended_at DESC, number DESC) WHERE state = 'FINISHED';
      """)

  /// The manifests of finished reports, as they are handed out. They count among what a domain keeps.
  /// A file is looked up by its SHA-256.
  static let manifests = Migration(
    number: 10,
    sql: """
      CREATE TABLE manifests (
        report INTEGER PRIMARY KEY REFERENCES reports (number) ON DELETE CASCADE,
        content TEXT NOT NULL
      ) STRICT;
      CREATE INDEX artifacts_by_sha256 ON artifacts (sha256);

      CREATE TRIGGER manifests_counted AFTER INSERT ON manifests BEGIN
        UPDATE domain_turns SET kept_bytes = kept_bytes + length(CAST(new.content AS BLOB))
        WHERE domain_id = (SELECT domain_id FROM reports WHERE number = new.report);
      END;
      DROP TRIGGER reports_freed;
      CREATE TRIGGER reports_freed BEFORE DELETE ON reports BEGIN
        UPDATE domain_turns SET kept_bytes = kept_bytes
          - length(CAST(old.template_options AS BLOB))
          - (SELECT coalesce(sum(bytes), 0) FROM artifacts WHERE report = old.number)
          - (SELECT coalesce(sum(length(CAST(content AS BLOB))), 0) FROM manifests WHERE report = old.number)
        WHERE domain_id = old.domain_id;
      END;
      """)

  /// By what a run that goes on is found by those who would ask for the same: the digest of what it was
  /// asked for. Runs that nobody may join have none, and cost the index nothing.
  static let joinedRuns = Migration(
    number: 11,
    sql: """
      ALTER TABLE reports ADD COLUMN join_digest TEXT;
      CREATE INDEX reports_by_join ON reports (domain_id, join_digest)
        WHERE join_digest IS NOT NULL AND ended_at IS NULL;
      """)

  /// Lines of the audit that wait for another system, with how many they are and who hands them on.
  /// Numbers are never used twice. `dropped` and `untold` count those that found no room: all of them, and
  /// those of which no message tells yet.
  static let auditOutbox = Migration(
    number: 12,
    sql: """
      ALTER TABLE audit ADD COLUMN is_auditable INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE audit ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;

      CREATE TABLE audit_outbox (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        key TEXT NOT NULL,
        event_id TEXT NOT NULL,
        body TEXT NOT NULL
      ) STRICT;
      CREATE TABLE audit_outbox_state (
        waiting INTEGER NOT NULL,
        dropped INTEGER NOT NULL,
        untold INTEGER NOT NULL,
        owner TEXT NOT NULL,
        lease_expires_at INTEGER NOT NULL,
        lease_boot TEXT NOT NULL,
        lease_nanoseconds INTEGER NOT NULL
      ) STRICT;
      INSERT INTO audit_outbox_state VALUES (0, 0, 0, '', 0, '', 0);

      CREATE TRIGGER audit_outbox_added AFTER INSERT ON audit_outbox BEGIN
        UPDATE audit_outbox_state SET waiting = waiting + 1;
      END;
      CREATE TRIGGER audit_outbox_removed AFTER DELETE ON audit_outbox BEGIN
        UPDATE audit_outbox_state SET waiting = waiting - 1;
      END;
      """)
}
