internal import ReportCore

extension YAMLNode {
  /// Up to here a double, which is what options hold, stands for one whole number only.
  private static let exactIntegerMax: Int64 = 9_007_199_254_740_991

  /// The value as a caller would write it in `template_options`.
  func option() throws(Mismatch) -> OptionValue {
    switch content {
    case .scalar(let text, .string): return .string(text)
    case .scalar(_, .boolean): return .bool(try boolean())
    case .scalar(_, .integer):
      return .number(Double(try integer(in: -Self.exactIntegerMax...Self.exactIntegerMax)))
    case .scalar(let text, .number):
      guard let value = Double(text), value.isFinite else {
        throw Mismatch(line: line, reason: "must be a number, but is \(text)")
      }
      return .number(value)
    case .sequence: return .list(try options())
    case .scalar(_, .null), .mapping:
      throw Mismatch(line: line, reason: "must be a value, but is \(kindName)")
    }
  }

  func options() throws(Mismatch) -> [OptionValue] {
    var options: [OptionValue] = []
    for item in try list() { options.append(try item.option()) }
    return options
  }

  /// A mapping as an object of options.
  func optionObject() throws(Mismatch) -> OptionObject {
    guard case .mapping(let entries) = content else {
      throw Mismatch(line: line, reason: "must be a mapping, but is \(kindName)")
    }
    var object: OptionObject = [:]
    for entry in entries {
      if case .mapping = entry.value.content {
        object[entry.key] = .object(try entry.value.optionObject())
      } else {
        object[entry.key] = try entry.value.option()
      }
    }
    return object
  }
}
