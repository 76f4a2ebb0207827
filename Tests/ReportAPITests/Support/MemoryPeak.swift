import Foundation

/// The most memory that this process has had at once.
enum MemoryPeak {
  /// In KiB, from the kernel's account of the process (proc(5), VmHWM).
  static func kibibytes() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    for line in status.split(separator: "\n") where line.hasPrefix("VmHWM:") {
      return line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0
    }
    throw CocoaError(.fileReadCorruptFile)
  }
}
