internal import Synchronization

/// What the outside knows of a run and can do to it. Shared between the run's thread and the tasks
/// around it.
final class RunControl: Sendable {
  /// Why a run is to end early.
  enum Stop: Sendable {
    /// A user asked for it.
    case canceled
    /// It took longer than its template allows.
    case timedOut
    /// This engine stops; another may take the report up.
    case handedBack
    /// The report is not this worker's any more: nothing may be written.
    case lost
  }

  private struct State {
    var stop: Stop?
    var leaseEnd: MonotonicInstant
  }

  let report: Report
  let fencingToken: Int64
  /// By this engine's clock, and before the store was asked: no later than the store gave the lease.
  let claimedAt: MonotonicInstant
  let interrupt = Interrupt()
  private let state: Mutex<State>
  private let rows = Atomic<Int64>(0)
  private let bytes = Atomic<Int64>(0)
  private let textsReplaced = Atomic<Int64>(0)

  /// - Parameter report: as claimed.
  init(_ report: Report, claimedAt: MonotonicInstant, leaseFor: Duration) {
    self.report = report
    self.claimedAt = claimedAt
    fencingToken = report.lastFencingToken
    state = Mutex(State(leaseEnd: claimedAt.advanced(by: leaseFor)))
  }

  /// Why it was stopped, if it was. The first reason stays, but a lost lease beats all others.
  var stop: Stop? { state.withLock(\.stop) }

  func stop(_ reason: Stop) {
    state.withLock { state in
      if state.stop == nil || reason == .lost { state.stop = reason }
    }
    interrupt.pull()
  }

  /// Until when the report is surely this worker's.
  var leaseEnd: MonotonicInstant { state.withLock(\.leaseEnd) }

  func extendLease(to moment: MonotonicInstant) {
    state.withLock { $0.leaseEnd = moment }
  }

  var progress: Progress {
    Progress(
      rows: rows.load(ordering: .relaxed), bytes: bytes.load(ordering: .relaxed),
      textsReplaced: textsReplaced.load(ordering: .relaxed))
  }

  func setRows(_ count: Int64) {
    rows.store(count, ordering: .relaxed)
  }

  func setBytes(_ count: Int64) {
    bytes.store(count, ordering: .relaxed)
  }

  func addTextsReplaced(_ count: Int64) {
    textsReplaced.add(count, ordering: .relaxed)
  }

  /// The report as it is now.
  var snapshot: Report {
    var report = report
    report.progress = progress
    return report
  }
}
