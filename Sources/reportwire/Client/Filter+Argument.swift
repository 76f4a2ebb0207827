internal import ProtobufWire
internal import ReportAPI

extension Filter {
  private static let listOperators = [
    "in", "not_in", "contain_in", "not_contain_in", "regex_in",
  ]

  /// Reads `KEY OPERATOR VALUE`. The value is JSON if it reads as such, else text.
  init(argument: String) throws(CommandFailure) {
    let parts = argument.split(separator: " ", maxSplits: 2)
    guard parts.count == 3 else {
      throw CommandFailure(
        .usage,
        "'\(argument)' is no filter; write 'KEY OPERATOR VALUE', such as 'state eq FINISHED'")
    }
    let operatorName = String(parts[1])
    let text = String(parts[2])
    let value: Value
    if Self.listOperators.contains(operatorName), !text.hasPrefix("[") {
      let items = text.split(separator: ",", omittingEmptySubsequences: false)
      value = .list(ListValue(items.map { Self.value(String($0)) }))
    } else {
      value = Self.value(text)
    }
    self.init(String(parts[0]), operatorName, value)
  }

  private static func value(_ text: String) -> Value {
    (try? Value(json: text)) ?? .string(text)
  }
}
