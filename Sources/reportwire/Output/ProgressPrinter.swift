internal import RPCCore

/// Tells a waiting person how far a report is: one line that renews itself on a terminal, a line
/// per change of state elsewhere.
struct ProgressPrinter {
  struct Snapshot: Hashable {
    var state: String
    var isTerminal: Bool
    var rows: Int64
    var bytes: Int64
    /// 0: nobody knows.
    var expectedRows: Int64 = 0
    /// How long it will still take; nil: nobody knows.
    var remaining: Duration?
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
    let rows = Amount.rows(snapshot.rows, ofAbout: snapshot.expectedRows)
    var text = "\(reportID) \(snapshot.state)  \(rows)  \(Amount.bytes(snapshot.bytes))"
    let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    if seconds >= 0.1, snapshot.rows > 0 {
      text += "  \(Amount.count(Int64(Double(snapshot.rows) / seconds))) rows/s"
    }
    text += "  \(Amount.duration(elapsed))"
    if let remaining = snapshot.remaining { text += "  about \(Amount.duration(remaining)) left" }
    return text.shown
  }
}

/// How far a download is, on a terminal; nothing elsewhere.
struct DownloadBar: Sendable {
  private static let cells = 24

  func show(_ bytes: Int64, of total: Int64?) {
    guard StandardError.isTerminal else { return }
    StandardError.write("\r\(Self.line(bytes, of: total))\u{1b}[K")
  }

  func end() {
    if StandardError.isTerminal { StandardError.write("\r\u{1b}[K") }
  }

  static func line(_ bytes: Int64, of total: Int64?) -> String {
    guard let total, total > 0 else { return Amount.bytes(bytes) }
    let share = min(max(Double(bytes) / Double(total), 0), 1)
    let filled = Int(share * Double(cells))
    return "[" + String(repeating: "=", count: filled)
      + String(repeating: " ", count: cells - filled)
      + "] \(Int(share * 100)) %  \(Amount.bytes(bytes)) of \(Amount.bytes(total))"
  }
}

/// Numbers as people read them.
enum Amount {
  /// `1,234,567`.
  static func count(_ value: Int64) -> String {
    let digits = Array(String(value.magnitude))
    var text = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// `12 rows`, or `12 of about 1,385 rows` where it is known how many are expected and there are not
  /// more already.
  static func rows(_ rows: Int64, ofAbout expected: Int64) -> String {
    let isKnown = expected > 0 && expected >= rows
    return count(rows) + (isKnown ? " of about \(count(expected))" : "") + " rows"
  }

  /// `12 B`, `3.4 KiB`, `1.0 GiB`.
  static func bytes(_ value: Int64) -> String {
    if value < 1024 { return "\(value) B" }
    var amount = Double(value)
    var unit = 0
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    while amount >= 1024, unit < units.count - 1 {
      amount /= 1024
      unit += 1
    }
    let tenths = Int((amount * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) \(units[unit])"
  }

  /// `0.4 s`, `12 s`, `3 min 05 s`.
  static func duration(_ duration: Duration) -> String {
    let milliseconds =
      duration.components.seconds * 1000
      + duration.components.attoseconds / 1_000_000_000_000_000
    if milliseconds < 10_000 { return "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s" }
    let seconds = milliseconds / 1000
    if seconds < 60 { return "\(seconds) s" }
    return "\(seconds / 60) min \(seconds % 60 < 10 ? "0" : "")\(seconds % 60) s"
  }
}
