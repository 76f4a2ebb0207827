private import Synchronization

/// Hands snapshots of reports to those who watch them: from the runs of this process as they come,
/// and from the store, looked at again and again, for what happens elsewhere.
final class UpdateHub: Sendable {
  private struct Watch {
    var newest: Report
    var listeners: [Int: AsyncStream<Report>.Continuation]
    var poller: Task<Void, Never>

    /// Not to be called under the lock: the streams' ends call back.
    func end() {
      poller.cancel()
      for listener in listeners.values { listener.finish() }
    }
  }

  private struct State {
    var watches: [String: Watch] = [:]
    var nextListener = 0
    var isClosed = false
  }

  private let state = Mutex(State())
  private let poll: @Sendable (Report, UpdateHub) async -> Void

  /// - Parameter poll: publishes a report of this hub from the store until it is cancelled.
  init(poll: @escaping @Sendable (Report, UpdateHub) async -> Void) {
    self.poll = poll
  }

  /// Snapshots from the one given on, or from a newer one that is known. A slow reader gets only
  /// the newest.
  func subscribe(_ report: Report) -> AsyncStream<Report> {
    let (stream, continuation) = AsyncStream<Report>.makeStream(
      bufferingPolicy: .bufferingNewest(1))
    publish(report)
    let listener: Int? = state.withLock { state in
      let newest = state.watches[report.reportID]?.newest ?? report
      continuation.yield(newest)
      guard !newest.state.isTerminal, !state.isClosed else { return nil }
      state.nextListener += 1
      if state.watches[report.reportID] == nil {
        state.watches[report.reportID] = Watch(
          newest: newest, listeners: [:], poller: Task { [poll] in await poll(newest, self) })
      }
      state.watches[report.reportID]?.listeners[state.nextListener] = continuation
      return state.nextListener
    }
    guard let listener else {
      continuation.finish()
      return stream
    }
    // If it has ended meanwhile, its watch has gone already.
    continuation.onTermination = { [self] _ in
      remove(listener, from: report.reportID)
    }
    return stream
  }

  /// Shows a snapshot to those who watch the report, unless they have seen a newer one.
  func publish(_ report: Report) {
    let ended = state.withLock { state -> Watch? in
      guard var watch = state.watches[report.reportID],
        SnapshotOrder(watch.newest) < SnapshotOrder(report)
      else { return nil }
      watch.newest = report
      // Under the lock, so that snapshots keep their order.
      for listener in watch.listeners.values { listener.yield(report) }
      state.watches[report.reportID] = report.state.isTerminal ? nil : watch
      return report.state.isTerminal ? watch : nil
    }
    ended?.end()
  }

  /// Whether anybody would see a snapshot.
  func isWatched(_ reportID: String) -> Bool {
    state.withLock { $0.watches[reportID] != nil }
  }

  /// Ends the streams of a report that has gone.
  func end(_ reportID: String) {
    state.withLock { $0.watches.removeValue(forKey: reportID) }?.end()
  }

  /// Ends all streams; those opened afterwards give one snapshot.
  func close() {
    let watches = state.withLock { state in
      state.isClosed = true
      defer { state.watches = [:] }
      return state.watches
    }
    for watch in watches.values { watch.end() }
  }

  private func remove(_ listener: Int, from reportID: String) {
    let abandoned = state.withLock { state -> Watch? in
      guard state.watches[reportID]?.listeners.removeValue(forKey: listener) != nil,
        state.watches[reportID]?.listeners.isEmpty == true
      else { return nil }
      return state.watches.removeValue(forKey: reportID)
    }
    abandoned?.poller.cancel()
  }
}

/// Orders the snapshots of one report by age, whatever way they came.
struct SnapshotOrder: Comparable {
  private let key: [Int64]

  init(_ report: Report) {
    key = [
      report.state.isTerminal ? 1 : 0,
      report.lastFencingToken,
      // With the same token, a report waits after it has run.
      report.state == .created ? 1 : 0,
      report.progress.rows, report.progress.bytes, report.isCancelRequested ? 1 : 0,
    ]
  }

  static func < (left: SnapshotOrder, right: SnapshotOrder) -> Bool {
    // The first ending wins; there is no second.
    left.key[0] == 0 && left.key.lexicographicallyPrecedes(right.key)
  }
}
