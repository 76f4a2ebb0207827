/// Options in messages to people.
extension OptionValue {
  /// With its article.
  var kindName: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .list: "a list"
    case .object: "an object"
    }
  }

  /// The value in short.
  var shown: String {
    switch self {
    case .null: "null"
    case .bool(let bool): bool ? "true" : "false"
    case .number(let number):
      // Whole numbers without a fraction, as JSON has them.
      if number.rounded() == number, abs(number) < 1e15 { "\(Int64(number))" } else { "\(number)" }
    case .string(let text): text.quoted
    case .list, .object: kindName
    }
  }
}

extension String {
  /// In quotation marks, on one line, cut to what fits a message or a log line.
  package var quoted: String {
    // Scalars, not graphemes: one of those can hold any number of marks.
    let cut = unicodeScalars.prefix(80)
    return String(cut).debugDescription + (cut.endIndex < endIndex ? "…" : "")
  }
}
