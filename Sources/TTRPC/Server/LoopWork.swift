/// What waits to be done on one event loop, kept in plain arrays: jobs of handlers' tasks, and
/// connections that have something to flush. Belongs to the loop's thread alone.
///
/// While a read batch is handled, and while the work itself runs, nothing needs to be scheduled:
/// the batch's end runs it. Otherwise one wake-up of the loop does, however much comes until then.
final class LoopWork {
  /// So many jobs run in one turn; the rest waits for the next, so that tasks that keep yielding do
  /// not keep sockets from being read.
  static let jobsPerTurnMax = 1024

  private var jobs: [UnownedJob] = []
  private var unflushed: [ServerHandler] = []
  private var isBatch = false
  private var isRunning = false
  private var isWakePending = false
  /// The methods that connections of this loop called, by their names as sent.
  var methods = MethodCache()

  /// A read batch begins; its handler runs the work when it ends.
  func beginBatch() {
    isBatch = true
  }

  /// - Returns: whether the loop must be woken.
  func add(_ job: UnownedJob) -> Bool {
    jobs.append(job)
    return needsWake()
  }

  /// - Returns: whether the loop must be woken.
  func addUnflushed(_ handler: ServerHandler) -> Bool {
    unflushed.append(handler)
    return needsWake()
  }

  /// The wake-up that was asked for came.
  func wokeUp() {
    isWakePending = false
  }

  /// Runs the jobs, and those that they add, then flushes once per connection.
  ///
  /// - Returns: whether the loop must be woken for more.
  func run(on executor: UnownedTaskExecutor) -> Bool {
    isBatch = false
    if isRunning { return false }
    isRunning = true
    var next = 0
    while next < jobs.count, next < Self.jobsPerTurnMax {
      let job = jobs[next]
      job.runSynchronously(on: executor)
      next += 1
    }
    jobs.removeFirst(next)
    // A flush may make room for held answers, whose connection then comes again at the end.
    next = 0
    while next < unflushed.count {
      let handler = unflushed[next]
      handler.flushNow()
      next += 1
    }
    unflushed.removeAll(keepingCapacity: true)
    isRunning = false
    return !jobs.isEmpty && needsWake()
  }

  private func needsWake() -> Bool {
    if isBatch || isRunning || isWakePending { return false }
    isWakePending = true
    return true
  }
}
