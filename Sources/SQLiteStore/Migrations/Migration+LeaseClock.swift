extension Migration {
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
}
