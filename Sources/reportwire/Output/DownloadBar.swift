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
