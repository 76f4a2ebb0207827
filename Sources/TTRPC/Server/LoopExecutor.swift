import NIOCore
import Synchronization

/// Runs the tasks of handlers on the event loop that brought their calls, in batches.
///
/// `EventLoop.execute` per job costs five times as much: it takes a lock and a wake-up each, where
/// most jobs are added by the loop's own thread and can run when the read batch ends.
final class LoopExecutor: TaskExecutor {
  let loop: any EventLoop
  private let boundWork: NIOLoopBound<LoopWork>
  private let foreignJobs = Mutex<[UnownedJob]>([])

  /// Must be made on the loop.
  init(on loop: any EventLoop) {
    self.loop = loop
    boundWork = NIOLoopBound(LoopWork(), eventLoop: loop)
  }

  /// The loop's work; on the loop only.
  var work: LoopWork { boundWork.value }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    if loop.inEventLoop {
      if work.add(job) { wake() }
      return
    }
    let isFirst = foreignJobs.withLock { jobs in
      jobs.append(job)
      return jobs.count == 1
    }
    if isFirst { loop.execute { self.takeForeignJobs() } }
  }

  /// Has a connection flushed when the batch or the turn ends; on the loop only.
  func flushSoon(_ handler: ServerHandler) {
    if work.addUnflushed(handler) { wake() }
  }

  /// Ends a read batch; on the loop only.
  func run() {
    if work.run(on: asUnownedTaskExecutor()) { wake() }
  }

  private func wake() {
    loop.execute {
      self.work.wokeUp()
      self.run()
    }
  }

  private func takeForeignJobs() {
    let taken = foreignJobs.withLock { jobs in
      let taken = jobs
      jobs.removeAll()
      return taken
    }
    work.beginBatch()
    for job in taken { _ = work.add(job) }
    run()
  }
}
