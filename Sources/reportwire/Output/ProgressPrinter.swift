internal import RPCCore

/// Tells a waiting person how far a report is: one line that renews itself on a terminal, a line
/// per change of state elsewhere.
struct ProgressPrinter {
  struct Snapshot: Hashable {
    var state: String
    var isTerminal: Bool
    var rows: Int64
    var bytes: Int64
  }

  private static let frames = ["   ", "=  ", "== ", "===", " ==", "  ="]

  let reportID: String
  /// The width of the terminal; nil if it is none.
  let terminalWidth: Int?
  let now: () -> ContinuousClock.Instant
  let write: (String) -> Void

  private let startedAt: ContinuousClock.Instant
  private var last: Snapshot?
  private var updates = 0

  init(
    reportID: String, terminalWidth: Int?,
    now: @escaping () -> ContinuousClock.Instant = { .now },
    write: @escaping (String) -> Void = StandardError.write
  ) {
    self.reportID = reportID
    self.terminalWidth = terminalWidth
    self.now = now
    self.write = write
    startedAt = now()
  }

  mutating func show(_ snapshot: Snapshot) {
    defer {
      last = snapshot
      updates += 1
    }
    guard let terminalWidth else {
      if snapshot.state != last?.state || snapshot.isTerminal && snapshot != last {
        write("\(text(snapshot))\n")
      }
      return
    }
    let bar = snapshot.isTerminal ? "===" : Self.frames[updates % Self.frames.count]
    let line = "[\(bar)] \(text(snapshot))".prefix(columns: max(terminalWidth - 1, 20))
    // Back to the margin, the line, and the rest of the old one wiped out.
    write("\r\(line)\u{1b}[K" + (snapshot.isTerminal ? "\n" : ""))
  }

  /// Leaves the line, so that what comes next has one of its own.
  func interrupt() {
    if terminalWidth != nil, let last, !last.isTerminal { write("\n") }
  }

  private func text(_ snapshot: Snapshot) -> String {
    let elapsed = startedAt.duration(to: now())
    var text =
      "\(reportID) \(snapshot.state)  \(Amount.count(snapshot.rows)) rows  \(Amount.bytes(snapshot.bytes))"
    let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    if seconds >= 0.1, snapshot.rows > 0 {
      text += "  \(Amount.count(Int64(Double(snapshot.rows) / seconds))) rows/s"
    }
    return (text + "  \(Amount.duration(elapsed))").shown
  }
}
