internal import ProtobufWire

/// Messages as JSON on standard output, with the names of the proto files.
enum JSONOutput {
  static func text(_ message: any Message, isPretty: Bool = true) throws(CommandFailure) -> String {
    do throws(WireError) {
      return try message.json(
        options: JSONEncodingOptions(
          fieldNames: .original, alwaysWritesDefaults: isPretty, isPretty: isPretty))
    } catch {
      throw CommandFailure(.callFailed, "the answer cannot be shown as JSON: \(error)")
    }
  }

  static func write(_ message: any Message, isPretty: Bool = true) throws {
    try StandardOutput.writeLine(try text(message, isPretty: isPretty))
  }
}
