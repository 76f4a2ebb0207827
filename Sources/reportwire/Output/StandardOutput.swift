private import Foundation
internal import ProtobufWire
internal import RPCCore

/// Nobody reads what the command writes any more.
struct StandardOutputClosed: Error {}

/// Where results go.
enum StandardOutput {
  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// - Throws: `StandardOutputClosed` if the reader is gone, or a failure such as a full disk.
  static func write(_ text: String) throws {
    try write(Array(text.utf8))
  }

  /// Writes text for people on one line, whatever is in it.
  static func writeLine(_ text: String) throws {
    try write(text.shown + "\n")
  }

  static func write(_ bytes: [UInt8]) throws {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes {
        Foundation.write(STDOUT_FILENO, $0.baseAddress! + offset, $0.count - offset)
      }
      if count > 0 {
        offset += count
      } else if errno == EPIPE {
        throw StandardOutputClosed()
      } else if errno != EINTR && errno != EAGAIN {
        throw CommandFailure(
          .callFailed, "standard output cannot be written: \(String(cString: strerror(errno)))")
      }
    }
  }

  static func writeIgnoringClosed(_ text: String) {
    try? write(text)
  }
}

/// Where progress and errors go.
enum StandardError {
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  static func write(_ text: String) {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }

  /// Writes text for people on one line, whatever is in it.
  static func writeLine(_ text: String) {
    write(text.shown + "\n")
  }

  /// Columns of the terminal.
  static var width: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}

/// Messages as JSON on standard output, with the names of the proto files. Characters that a terminal
/// would obey are escaped, so that programs read what was sent, and people may look at it.
enum JSONOutput {
  static func text(_ message: any Message, isPretty: Bool = true) throws(CommandFailure) -> String {
    do throws(WireError) {
      return try message.json(
        options: JSONEncodingOptions(
          fieldNames: .original, alwaysWritesDefaults: isPretty, isPretty: isPretty)
      ).shownJSON
    } catch {
      throw CommandFailure(.callFailed, "the answer cannot be shown as JSON: \(error)")
    }
  }

  static func write(_ message: any Message, isPretty: Bool = true) throws {
    try StandardOutput.write(try text(message, isPretty: isPretty) + "\n")
  }
}
