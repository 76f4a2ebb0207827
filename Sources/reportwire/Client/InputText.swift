private import Foundation
private import ReportwireServer

/// Text that an argument names: the argument itself, a file or standard input.
enum InputText {
  static let bytesMax = 4_194_304

  /// `-` is standard input, `@PATH` a file, anything else the text itself.
  static func read(_ argument: String) throws(CommandFailure) -> String {
    if argument == "-" { return try standardInput() }
    if argument.hasPrefix("@") { return try file(String(argument.dropFirst())) }
    return argument
  }

  /// `-` is standard input, anything else a file.
  static func readFile(_ path: String) throws(CommandFailure) -> String {
    path == "-" ? try standardInput() : try file(path)
  }

  /// What a file holds, text or not.
  static func bytes(ofFile path: String) throws(CommandFailure) -> [UInt8] {
    try bytes(try handle(path), "the file '\(path)'")
  }

  private static func standardInput() throws(CommandFailure) -> String {
    try text(FileHandle.standardInput, "standard input")
  }

  private static func file(_ path: String) throws(CommandFailure) -> String {
    try text(try handle(path), "the file '\(path)'")
  }

  private static func handle(_ path: String) throws(CommandFailure) -> FileHandle {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw CommandFailure(
        .usage, "the file '\(path)' cannot be opened: \(String(cString: strerror(errno)))")
    }
    return handle
  }

  private static func text(
    _ handle: FileHandle, _ what: String
  ) throws(CommandFailure) -> String {
    let bytes = try bytes(handle, what)
    do throws(UnreadableText) {
      return try String(savedText: bytes)
    } catch {
      throw CommandFailure(.usage, "\(what) \(error.reason)")
    }
  }

  private static func bytes(
    _ handle: FileHandle, _ what: String
  ) throws(CommandFailure) -> [UInt8] {
    let data: Data
    do {
      data = try handle.read(upToCount: bytesMax + 1) ?? Data()
    } catch {
      throw CommandFailure(.usage, "\(what) cannot be read: \(error.localizedDescription)")
    }
    guard data.count <= bytesMax else {
      throw CommandFailure(.usage, "\(what) has more than \(bytesMax) bytes")
    }
    return Array(data)
  }
}
