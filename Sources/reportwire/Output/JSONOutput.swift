internal import ProtobufWire
internal import RPCCore

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
