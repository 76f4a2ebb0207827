import Foundation

/// What the kernel says about the memory of a process (proc(5)).
package enum ProcessMemory {
  /// The most that a process ever held at once (VmHWM).
  ///
  /// - Parameter process: its number; this process if nil.
  package static func peakKibibytes(of process: Int32? = nil) throws -> Int {
    let path = "/proc/\(process.map { "\($0)" } ?? "self")/status"
    let status = try String(contentsOfFile: path, encoding: .utf8)
    for line in status.split(separator: "\n") where line.hasPrefix("VmHWM:") {
      if let number = line.split(whereSeparator: { !$0.isNumber }).first { return Int(number) ?? 0 }
    }
    throw CocoaError(.fileReadCorruptFile)
  }
}
