import ReportCore
import ReportwireTestKit
import Testing

/// Every state with every event. What must come of it is written down here, word by word: the
/// lifecycle is not asked what the lifecycle does.
@Suite("ReportLifecycle: every state and every event")
struct ReportLifecycleTests {
  /// A line for each event, a column for each situation, the words of `Outcome`.
  private static let table = """
                   new    again  runs   asked  last   both   done   fail   time   off
    claim          runs   runs   lost   lost   lost   lost   lost   lost   lost   lost
    beat           lost   lost   held   held   held   held   lost   lost   lost   lost
    beat-short     lost   lost   held   held   held   held   lost   lost   lost   lost
    beat-late      lost   lost   held   held   held   held   lost   lost   lost   lost
    beat-reboot    lost   lost   held   held   held   held   lost   lost   lost   lost
    beat-old       lost   lost   lost   lost   lost   lost   lost   lost   lost   lost
    beat-next      lost   lost   lost   lost   lost   lost   lost   lost   lost   lost
    done           lost   lost   done   done   done   done   same   lost   lost   lost
    done-late      lost   lost   done   done   done   done   same   lost   lost   lost
    done-old       lost   lost   lost   lost   lost   lost   lost   lost   lost   lost
    done-next      lost   lost   lost   lost   lost   lost   lost   lost   lost   lost
    fail           lost   lost   fail   fail   fail   fail   lost   same   lost   lost
    fail-old       lost   lost   lost   lost   lost   lost   lost   lost   lost   lost
    fail-next      lost   lost   lost   lost   lost   lost   lost   lost   lost   lost
    time           lost   lost   time   time   time   time   lost   lost   same   lost
    time-old       lost   lost   lost   lost   lost   lost   lost   lost   lost   lost
    time-next      lost   lost   lost   lost   lost   lost   lost   lost   lost   lost
    stop           lost   lost   stop   stop   stop   stop   lost   lost   lost   same
    stop-old       lost   lost   lost   lost   lost   lost   lost   lost   lost   lost
    stop-next      lost   lost   lost   lost   lost   lost   lost   lost   lost   lost
    other          lost   lost   other  other  other  other  lost   lost   lost   lost
    back           lost   lost   back   off    back   off    lost   lost   lost   lost
    back-late      lost   lost   back   off    back   off    lost   lost   lost   lost
    back-old       lost   lost   lost   lost   lost   lost   lost   lost   lost   lost
    back-next      lost   lost   lost   lost   lost   lost   lost   lost   lost   lost
    cancel         off    off    asked  same   asked  same   same   same   same   same
    cancel-late    off    off    asked  same   asked  same   same   same   same   same
    rescue-early   same   same   same   same   same   same   same   same   same   same
    rescue-due     same   same   again  off    gone   off    same   same   same   same
    rescue-late    same   same   again  off    gone   off    same   same   same   same
    rescue-reboot  same   same   again  off    gone   off    same   same   same   same
    rescue-future  same   same   again  off    gone   off    same   same   same   same
    abandon        same   same   again  off    gone   off    same   same   same   same
    """

  /// Where a report may stand when something happens to it.
  enum Situation: String, CaseIterable, Sendable {
    /// Waits, never claimed.
    case new
    /// Waits after its first worker was lost.
    case again
    /// Runs for the second time of three.
    case runs
    /// The same, and somebody asked for its end.
    case asked
    /// Runs for the last time.
    case last
    /// The same, and somebody asked for its end.
    case both
    case done, fail, time, off
  }

  /// What becomes of it.
  enum Outcome: String, Sendable {
    /// The caller has no right to it.
    case lost
    /// Nothing changes.
    case same
    /// A worker has it, under the next token.
    case runs
    /// Its worker keeps it, with a new progress.
    case held
    /// Waits, and the attempt does not count.
    case back
    /// Waits, and the attempt counts.
    case again
    /// Its worker will be told to end it.
    case asked
    /// Ended as the worker says; `other` is a failure that no column ended with.
    case done, fail, time, stop, other
    /// CANCELED by the server.
    case off
    /// FAILURE, because its workers were lost.
    case gone
  }

  struct Cell: Sendable, CustomTestStringConvertible {
    var event: String
    var situation: Situation
    var outcome: Outcome

    var testDescription: String { "\(event), \(situation.rawValue): \(outcome.rawValue)" }
  }

  static let cells: [Cell] = table.split(separator: "\n").dropFirst().flatMap { line in
    let words = line.split(separator: " ").map(String.init)
    return zip(Situation.allCases, words.dropFirst()).compactMap { situation, word in
      Outcome(rawValue: word).map { Cell(event: words[0], situation: situation, outcome: $0) }
    }
  }

  @Test func `The table has every state, every event and every outcome`() throws {
    let lines = Self.table.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(lines.first == Situation.allCases.map(\.rawValue))
    #expect(lines.dropFirst().map { $0[0] } == Happening.all.map(\.name))
    #expect(lines.dropFirst().allSatisfy { $0.count == Situation.allCases.count + 1 })
    #expect(Self.cells.count == Situation.allCases.count * Happening.all.count)
    #expect(
      Set(Situation.allCases.map { $0.report.state }) == Set(ReportState.allCases))
    let report = Situation.runs.report
    #expect(
      Set(Happening.all.map { $0.event(report).kind })
        == [
          "claim", "heartbeat", "finish", "handBack", "requestCancel", "rescue", "abandon",
        ])
  }

  @Test(arguments: cells)
  func `What the table says comes of it`(_ cell: Cell) throws {
    let before = cell.situation.report
    let happening = try #require(Happening.all.first { $0.name == cell.event })
    let decision = ReportLifecycle.decide(
      before, on: happening.event(before), at: FakeClock.at(happening.second))
    #expect(decision == happening.result(cell.outcome, of: before))
  }
}

/// An event at a moment, and what each outcome means for it.
private struct Happening {
  var name: String
  var second: Int64
  /// What the store's clock says at the end of the lease, and how long that was given for.
  var leaseEnd = Self.leaseTime(130)
  var leaseFor = Self.leaseFor
  var event: @Sendable (Report) -> ReportLifecycle.Event

  static let leaseFor = Duration.seconds(30)
  static let attemptsMax = 3
  static let otherFailure = ReportFailureInfo(code: .queryError, message: "no such table: y")
  static let progress = Progress(rows: 7, bytes: 70)
  static let queryError = ReportFailureInfo(code: .queryError, message: "no such table: x")
  static let timeout = ReportFailureInfo(code: .timeout, message: "It took longer than 600 s.")
  static let stopped = ReportFailureInfo(code: .canceledByUser, message: "Stopped.")
  static let canceled = ReportFailureInfo(
    code: .canceledByUser, message: "The report was canceled.")
  static let workerLost = ReportFailureInfo(
    code: .workerLost,
    message: "Its worker was lost in attempt 3 of 3. Create the report again; if that fails too, "
      + "ask for the server's log.")

  /// The lease of the situations that run was given for 30 seconds and ends at second 130.
  static let all: [Happening] =
    [
      Happening(name: "claim", second: 110, leaseEnd: leaseTime(140)) { _ in
        .claim(worker: "worker-2", leaseFor: leaseFor, from: leaseTime(110))
      }
    ] + heartbeats
    + endings("done", .finished([artifact], progress), isLateToo: true)
    + endings("fail", .failure(queryError, progress))
    + endings("time", .timeout(timeout, progress))
    + endings("stop", .canceled(stopped, progress))
    + [
      Happening(name: "other", second: 110) {
        .finish(fencingToken: $0.lastFencingToken, .failure(otherFailure, progress))
      },
      Happening(name: "back", second: 110) { .handBack(fencingToken: $0.lastFencingToken) },
      Happening(name: "back-late", second: 500) { .handBack(fencingToken: $0.lastFencingToken) },
      Happening(name: "back-old", second: 110) { .handBack(fencingToken: $0.lastFencingToken - 1) },
      Happening(name: "back-next", second: 110) {
        .handBack(fencingToken: $0.lastFencingToken + 1)
      },
      Happening(name: "cancel", second: 110) { _ in .requestCancel },
      Happening(name: "cancel-late", second: 500) { _ in .requestCancel },
      rescue("early", at: leaseTime(129)), rescue("due", at: leaseTime(130)),
      rescue("late", at: leaseTime(500)),
      // Another boot's clock, and one that cannot have given a lease that long: it was another.
      rescue("reboot", at: leaseTime(110, boot: 2)), rescue("future", at: leaseTime(90)),
      Happening(name: "abandon", second: 110) { _ in .abandon(attemptsMax: attemptsMax) },
    ]

  private static let heartbeats = [
    beat(from: leaseTime(110), until: leaseTime(140)),
    // It gives less than the report has, and takes nothing away.
    beat(
      "-short", leaseFor: .seconds(5), from: leaseTime(110), until: leaseTime(130), had: leaseFor),
    beat("-late", from: leaseTime(500), until: leaseTime(530)),
    beat("-reboot", from: leaseTime(10, boot: 2), until: leaseTime(40, boot: 2)),
    beat("-old", tokenOffset: -1, from: leaseTime(110), until: leaseTime(140)),
    beat("-next", tokenOffset: 1, from: leaseTime(110), until: leaseTime(140)),
  ]

  private static func beat(
    _ suffix: String = "", tokenOffset: Int64 = 0, leaseFor: Duration = leaseFor,
    from time: LeaseTime, until end: LeaseTime, had given: Duration? = nil
  ) -> Happening {
    Happening(
      name: "beat" + suffix, second: 110, leaseEnd: end, leaseFor: given ?? leaseFor
    ) {
      .heartbeat(
        fencingToken: $0.lastFencingToken + tokenOffset, progress: progress, leaseFor: leaseFor,
        from: time)
    }
  }

  private static func rescue(_ suffix: String, at time: LeaseTime) -> Happening {
    Happening(name: "rescue-" + suffix, second: 110) { _ in
      .rescue(attemptsMax: attemptsMax, at: time)
    }
  }

  static func leaseTime(_ second: Int64, boot: Int = 1) -> LeaseTime {
    LeaseTime(
      bootID: "boot-\(boot)",
      instant: FakeClock.monotonicStart.advanced(by: .seconds(second)))
  }

  private static func endings(
    _ name: String, _ ending: ReportEnding, isLateToo: Bool = false
  ) -> [Happening] {
    let moments: [(String, Int64, Int64)] =
      [("", 110, 0)] + (isLateToo ? [("-late", 500, 0)] : []) + [
        ("-old", 110, -1), ("-next", 110, 1),
      ]
    return moments.map { suffix, second, tokenOffset in
      Happening(name: name + suffix, second: second) {
        .finish(fencingToken: $0.lastFencingToken + tokenOffset, ending)
      }
    }
  }

  static var artifact: Artifact { TestReports.artifact(of: TestReports.report(1)) }

  var now: Instant { FakeClock.at(second) }

  func result(
    _ outcome: ReportLifecycleTests.Outcome, of before: Report
  ) -> ReportLifecycle.Decision {
    var after = before
    switch outcome {
    case .lost: return .lost
    case .same: return .unchanged
    case .runs:
      after.state = .inProgress
      after.startedAt = now
      after.attempts = before.attempts + 1
      after.lastFencingToken = before.lastFencingToken + 1
      after.progress = Progress(rows: 0, bytes: 0)
      after.lease = Lease(
        owner: "worker-2", fencingToken: before.lastFencingToken + 1, expiresAt: leaseEnd,
        duration: leaseFor)
      return .change(after, line(.claimed, .inProgress, before.attempts + 1, "worker-2"))
    case .held:
      after.progress = Self.progress
      after.lease?.expiresAt = leaseEnd
      after.lease?.duration = leaseFor
      return .change(after, nil)
    case .asked:
      after.isCancelRequested = true
      return .change(after, line(.cancelRequested, .inProgress, before.attempts, "worker-1"))
    case .back:
      after.attempts = before.attempts - 1
      return .change(waiting(after), line(.handedBack, .created, after.attempts, "worker-1"))
    case .again:
      return .change(waiting(after), line(.rescued, .created, before.attempts, "worker-1"))
    case .done:
      after.artifacts = [Self.artifact]
      return end(after, .finished, nil, Self.progress)
    case .fail: return end(after, .failure, Self.queryError, Self.progress)
    case .time: return end(after, .timeout, Self.timeout, Self.progress)
    case .stop: return end(after, .canceled, Self.stopped, Self.progress)
    case .other: return end(after, .failure, Self.otherFailure, Self.progress)
    case .gone: return end(after, .failure, Self.workerLost, before.progress)
    case .off:
      after.isCancelRequested = true
      return end(after, .canceled, Self.canceled, before.progress)
    }
  }

  private func waiting(_ report: Report) -> Report {
    var report = report
    report.state = .created
    report.startedAt = nil
    report.lease = nil
    report.progress = Progress(rows: 0, bytes: 0)
    return report
  }

  private func end(
    _ report: Report, _ state: ReportState, _ failure: ReportFailureInfo?, _ progress: Progress
  ) -> ReportLifecycle.Decision {
    var after = report
    after.state = state
    after.failure = failure
    after.progress = progress
    after.endedAt = now
    after.lease = nil
    let worker = report.lease == nil ? "" : "worker-1"
    return .change(
      after, line(.ended, state, report.attempts, worker, message: failure?.message ?? ""))
  }

  private func line(
    _ kind: ReportEvent.Kind, _ state: ReportState, _ attempt: Int, _ worker: String,
    message: String = ""
  ) -> ReportEvent {
    ReportEvent(
      at: now, kind: kind, state: state, attempt: attempt, worker: worker, message: message)
  }
}

extension ReportLifecycleTests.Situation {
  var report: Report {
    var report = TestReports.report(1)
    switch self {
    case .new: return report
    case .again:
      report.attempts = 1
      report.lastFencingToken = 1
      return report
    case .runs: return running(attempts: 2, isCancelRequested: false)
    case .asked: return running(attempts: 2, isCancelRequested: true)
    case .last: return running(attempts: 3, isCancelRequested: false)
    case .both: return running(attempts: 3, isCancelRequested: true)
    case .done:
      report = ended(.finished, nil)
      report.artifacts = [Happening.artifact]
      return report
    case .fail: return ended(.failure, Happening.queryError)
    case .time: return ended(.timeout, Happening.timeout)
    case .off: return ended(.canceled, Happening.stopped)
    }
  }

  private func running(attempts: Int, isCancelRequested: Bool) -> Report {
    var report = TestReports.report(1)
    report.state = .inProgress
    report.startedAt = FakeClock.at(100)
    report.attempts = attempts
    report.lastFencingToken = 5
    report.progress = Progress(rows: 4, bytes: 40)
    report.lease = Lease(
      owner: "worker-1", fencingToken: 5, expiresAt: Happening.leaseTime(130),
      duration: Happening.leaseFor)
    report.isCancelRequested = isCancelRequested
    return report
  }

  private func ended(_ state: ReportState, _ failure: ReportFailureInfo?) -> Report {
    var report = running(attempts: 2, isCancelRequested: false)
    report.state = state
    report.lease = nil
    report.endedAt = FakeClock.at(105)
    report.failure = failure
    report.progress = Happening.progress
    return report
  }
}

extension ReportLifecycle.Event {
  /// Its name. A new event does not compile here, so that it gets a line in the table.
  fileprivate var kind: String {
    switch self {
    case .claim: "claim"
    case .heartbeat: "heartbeat"
    case .finish: "finish"
    case .handBack: "handBack"
    case .requestCancel: "requestCancel"
    case .rescue: "rescue"
    case .abandon: "abandon"
    }
  }
}
