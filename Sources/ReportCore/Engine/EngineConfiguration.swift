/// How an engine works. Times are the monotonic clock's.
package struct EngineConfiguration: Hashable, Sendable {
  /// Reports run at once by this engine.
  package var parallelRuns: Int
  /// Reports of one domain run at once, over all engines on the store.
  package var runningPerDomainMax: Int
  /// How long a worker may be silent before its report is taken from it.
  package var leaseSeconds: Int64
  /// Between two signs of life; at most a third of the lease, so that two may get lost.
  package var heartbeatSeconds: Int64
  /// Claims of a report before a lost worker makes it fail.
  package var attemptsMax: Int
  /// Whether no other engine can be at work on the store, as where a lock guards it: then what runs
  /// when this one starts has lost its worker.
  package var isOnlyWorker: Bool
  /// Reports taken from lost workers in one transaction.
  package var rescuedAtOnceMax: Int
  /// Reports removed in one transaction because they are kept no longer.
  package var removedAtOnceMax: Int
  /// How many days events of the audit are kept; 0: for ever.
  package var auditKeepDays: Int
  /// Events of the audit removed in one transaction because they are kept no longer.
  package var eventsRemovedAtOnceMax: Int
  /// Between two looks for waiting reports when nothing says that there are any.
  package var pollMilliseconds: Int64
  /// Between two snapshots of a report that is watched: of one that runs here, and of any other.
  package var watchMilliseconds: Int64
  /// Between two looks for reports that are kept no longer, and for files that belong to no report.
  package var sweepSeconds: Int64
  /// How long a stop waits for running reports before it hands them back.
  package var drainSeconds: Int64
  /// Bytes of a file that are gathered before they are written.
  package var flushBytes: Int
  /// Bytes of one value of a row.
  package var cellBytesMax: Int
  /// Bytes of memory of a run, but for its largest value.
  package var runBytesMax: Int

  package init(
    parallelRuns: Int = 2, runningPerDomainMax: Int = .max, leaseSeconds: Int64 = 30,
    heartbeatSeconds: Int64 = 5, attemptsMax: Int = 3, isOnlyWorker: Bool = false,
    rescuedAtOnceMax: Int = 200, removedAtOnceMax: Int = 100, auditKeepDays: Int = 0,
    eventsRemovedAtOnceMax: Int = 1000, pollMilliseconds: Int64 = 1000,
    watchMilliseconds: Int64 = 500,
    sweepSeconds: Int64 = 3600, drainSeconds: Int64 = 10, flushBytes: Int = 65_536,
    cellBytesMax: Int = 16_777_216, runBytesMax: Int = 67_108_864
  ) {
    self.parallelRuns = parallelRuns
    self.runningPerDomainMax = runningPerDomainMax
    self.leaseSeconds = leaseSeconds
    self.heartbeatSeconds = heartbeatSeconds
    self.attemptsMax = attemptsMax
    self.isOnlyWorker = isOnlyWorker
    self.rescuedAtOnceMax = rescuedAtOnceMax
    self.removedAtOnceMax = removedAtOnceMax
    self.auditKeepDays = auditKeepDays
    self.eventsRemovedAtOnceMax = eventsRemovedAtOnceMax
    self.pollMilliseconds = pollMilliseconds
    self.watchMilliseconds = watchMilliseconds
    self.sweepSeconds = sweepSeconds
    self.drainSeconds = drainSeconds
    self.flushBytes = flushBytes
    self.cellBytesMax = cellBytesMax
    self.runBytesMax = runBytesMax
  }
}
