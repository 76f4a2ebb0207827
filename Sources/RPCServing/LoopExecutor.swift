package import NIOCore
package import ProtobufWire
package import RPCCore
private import Synchronization

/// Runs the tasks of handlers on the event loop that brought their calls, in batches.
///
/// `EventLoop.execute` per job costs five times as much: it takes a lock and a wake-up each, where
/// most jobs are added by the loop's own thread and can run when the read batch ends.
///
/// What does not fit into a turn goes on after a pause. NIO runs all tasks of a loop, those that they add
/// too, before it looks at sockets again: work that only adds itself by `execute` would keep every other
/// connection of the loop waiting for as long as there is some.
package final class LoopExecutor: Sendable {
  /// Long enough for the loop to look at its sockets in between.
  package static let turnPause = TimeAmount.microseconds(200)

  package let loop: any EventLoop
  private let turnPause: TimeAmount
  private let boundWork: NIOLoopBound<LoopWork>
  private let foreignJobs = Mutex<[(UnownedJob, LoopLane)]>([])

  /// Must be made on the loop.
  ///
  /// - Parameter turnPause: between two turns of work that goes on.
  package init(on loop: any EventLoop, turnPause: TimeAmount = LoopExecutor.turnPause) {
    self.loop = loop
    self.turnPause = turnPause
    boundWork = NIOLoopBound(LoopWork(), eventLoop: loop)
  }

  /// The loop's work; on the loop only.
  package var work: LoopWork { boundWork.value }

  /// A lane for the tasks of one connection; on the loop only.
  package func makeLane() -> LoopLane { LoopLane(self) }

  fileprivate func enqueue(_ job: UnownedJob, _ lane: LoopLane) {
    if loop.inEventLoop {
      if work.add(job, lane) { wake() }
      return
    }
    let isFirst = foreignJobs.withLock { jobs in
      jobs.append((job, lane))
      return jobs.count == 1
    }
    if isFirst { loop.execute { self.takeForeignJobs() } }
  }

  /// Has a connection flushed when the batch or the turn ends; on the loop only.
  package func flushSoon(_ connection: any Flushable) {
    if work.addUnflushed(connection) { wake() }
  }

  /// Has a connection go on when the others had their turn; on the loop only.
  package func rest(_ connection: any Resting) {
    if work.addResting(connection) { goOnLater() }
  }

  /// Ends a read batch; on the loop only.
  package func run() {
    if work.run() { goOnLater() }
  }

  private func wake() {
    loop.execute { self.wokeUp() }
  }

  private func goOnLater() {
    loop.scheduleTask(in: turnPause) { self.wokeUp() }
  }

  private func wokeUp() {
    work.wokeUp()
    run()
  }

  private func takeForeignJobs() {
    let taken = foreignJobs.withLock { jobs in
      let taken = jobs
      jobs.removeAll()
      return taken
    }
    work.beginBatch()
    for (job, lane) in taken { _ = work.add(job, lane) }
    run()
  }
}

/// Runs the tasks of one connection on its loop. The lanes of a loop take turns: a connection with
/// thousands of calls under way keeps itself waiting, not the others.
package final class LoopLane: TaskExecutor {
  /// What waits in the lane; belongs to the loop.
  fileprivate final class Jobs {
    private var jobs = CircularBuffer<UnownedJob>()

    var isEmpty: Bool { jobs.isEmpty }

    func append(_ job: UnownedJob) {
      jobs.append(job)
    }

    func removeFirst() -> UnownedJob {
      let job = jobs.removeFirst()
      // What many took is given back.
      if jobs.isEmpty, jobs.capacity > LoopWork.jobsPerTurnMax { jobs = CircularBuffer() }
      return job
    }
  }

  private let executor: LoopExecutor
  private let boundJobs: NIOLoopBound<Jobs>

  fileprivate init(_ executor: LoopExecutor) {
    self.executor = executor
    boundJobs = NIOLoopBound(Jobs(), eventLoop: executor.loop)
  }

  fileprivate var jobs: Jobs { boundJobs.value }

  package func enqueue(_ job: consuming ExecutorJob) {
    executor.enqueue(UnownedJob(job), self)
  }
}

/// A connection that collects what it writes.
package protocol Flushable: AnyObject {
  /// Sends what was collected.
  func flushNow()
}

/// A connection that gave way to the others.
package protocol Resting: AnyObject {
  /// Goes on; the executor runs what comes of it.
  func endRest()
}

/// What waits to be done on one event loop, kept in plain arrays: jobs of handlers' tasks, and
/// connections that have something to flush. Belongs to the loop's thread alone.
///
/// While a read batch is handled, and while the work itself runs, nothing needs to be scheduled:
/// the batch's end runs it. Otherwise one wake-up of the loop does, however much comes until then.
package final class LoopWork {
  /// So many jobs run in one turn, and for so long; the rest waits for the next, so that sockets
  /// are read in between.
  package static let jobsPerTurnMax = 1024
  private static let turnTime = TimeAmount.milliseconds(5)
  /// What one lane has of a turn while others wait.
  private static let laneTime = TimeAmount.microseconds(250)

  /// The lanes that have jobs, in the order of their turns.
  private var lanes = CircularBuffer<LoopLane>()
  private var unflushed: [any Flushable] = []
  private var resting = CircularBuffer<any Resting>()
  /// The lane whose job runs.
  private var running: LoopLane?
  private var isBatch = false
  private var isRunning = false
  private var isWakePending = false
  /// The methods that connections of this loop called, by their names as sent. Looking for one leads nowhere
  /// else, so nothing is looked for that could be in the way.
  @exclusivity(unchecked) private var methods = MethodCache()

  /// The entry of a method, by its names as they came.
  ///
  /// - Throws: `UNIMPLEMENTED` if there is none, `INVALID_ARGUMENT` for what is no name.
  package func entry(
    service: UnsafeRawBufferPointer, method: UnsafeRawBufferPointer,
    in router: @autoclosure () -> Router
  ) throws(RPCError) -> Router.Entry {
    try methods.entry(service: service, method: method, in: router())
  }

  private var shared: [ObjectIdentifier: AnyObject] = [:]

  /// What a door has for all of its connections on the loop, one of each type.
  ///
  /// - Parameter make: makes it when it is first asked for.
  package func shared<Value: AnyObject>(_ make: () -> Value) -> Value {
    if let value = shared[ObjectIdentifier(Value.self)] as? Value { return value }
    let value = make()
    shared[ObjectIdentifier(Value.self)] = value
    return value
  }

  private var writer = BinaryWriter()
  private var isWriterLent = false

  /// Lends the loop's own writer, whose room has grown with use, to a connection that begins to
  /// write: so not every connection keeps as much. It is to be given back, empty, in the same turn.
  ///
  /// - Parameter other: is put in its place.
  /// - Returns: whether it is there; if not, the connection keeps its own.
  package func lendWriter(for other: inout BinaryWriter) -> Bool {
    if isWriterLent { return false }
    isWriterLent = true
    swap(&writer, &other)
    return true
  }

  /// Takes the loop's writer back.
  package func takeBack(_ lent: inout BinaryWriter) {
    isWriterLent = false
    swap(&writer, &lent)
  }

  /// A read batch begins; its handler runs the work when it ends.
  package func beginBatch() {
    isBatch = true
  }

  /// - Returns: whether the loop must be woken.
  fileprivate func add(_ job: UnownedJob, _ lane: LoopLane) -> Bool {
    let jobs = lane.jobs
    // A lane that runs is put behind the others by itself.
    if jobs.isEmpty, lane !== running { lanes.append(lane) }
    jobs.append(job)
    return needsWake()
  }

  /// - Returns: whether the loop must be woken.
  fileprivate func addUnflushed(_ connection: any Flushable) -> Bool {
    unflushed.append(connection)
    return needsWake()
  }

  /// - Returns: whether the loop must go on.
  fileprivate func addResting(_ connection: any Resting) -> Bool {
    resting.append(connection)
    return needsWake()
  }

  /// The wake-up that was asked for came: those that rested go on, as a batch, as far as a turn goes.
  fileprivate func wokeUp() {
    isWakePending = false
    beginBatch()
    let end = NIODeadline.now() + Self.turnTime
    // Those that rest again come behind them.
    for _ in 0..<resting.count {
      resting.popFirst()?.endRest()
      if NIODeadline.now() >= end { break }
    }
  }

  /// Runs the jobs, and those that they add, then flushes each connection once.
  ///
  /// - Returns: whether there is more, for another turn.
  fileprivate func run() -> Bool {
    isBatch = false
    if isRunning { return false }
    isRunning = true
    if !lanes.isEmpty { runJobs() }
    // A flush may make room for what comes next. That has another turn: a peer that reads as fast as it
    // is written to would keep the loop for itself.
    let count = unflushed.count
    for index in 0..<count { unflushed[index].flushNow() }
    unflushed.removeFirst(count)
    isRunning = false
    let hasMore = !lanes.isEmpty || !unflushed.isEmpty || !resting.isEmpty
    return hasMore && needsWake()
  }

  private func runJobs() {
    var now = NIODeadline.now()
    let end = now + Self.turnTime
    var left = Self.jobsPerTurnMax
    while left > 0, now < end, let lane = lanes.popFirst() {
      running = lane
      let executor = lane.asUnownedTaskExecutor()
      let jobs = lane.jobs
      let laneEnd = now + Self.laneTime
      // The clock after each one: a handler that sends what its stream has room for may take
      // milliseconds.
      repeat {
        jobs.removeFirst().runSynchronously(on: executor)
        left -= 1
        now = NIODeadline.now()
      } while left > 0 && !jobs.isEmpty && now < end && (lanes.isEmpty || now < laneEnd)
      running = nil
      if !jobs.isEmpty { lanes.append(lane) }
    }
  }

  private func needsWake() -> Bool {
    if isBatch || isRunning || isWakePending { return false }
    isWakePending = true
    return true
  }
}
