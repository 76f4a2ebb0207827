internal import Texts

/// A file format that reports are rendered in, by its lower-case name.
package struct ReportFormat: RawRepresentable, Hashable, Comparable, Sendable {
  package let rawValue: String

  package init(rawValue: String) {
    self.rawValue = rawValue
  }

  package static func == (left: ReportFormat, right: ReportFormat) -> Bool {
    left.rawValue.isExactly(right.rawValue)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(ExactText(rawValue))
  }

  package static let csv = ReportFormat(rawValue: "csv")
  package static let json = ReportFormat(rawValue: "json")
  package static let xlsx = ReportFormat(rawValue: "xlsx")
  /// The signed manifest of a report: every finished one has it, and no create can ask for it.
  package static let manifest = ReportFormat(rawValue: "manifest")

  package static func < (left: ReportFormat, right: ReportFormat) -> Bool {
    ExactText(left.rawValue) < ExactText(right.rawValue)
  }
}

/// What somebody says of one format, such as `delimiter` of CSV: read option by option by the
/// format's renderer, which alone knows what there is. Wrong values are noted and read as absent, so
/// that one reading finds every problem.
package struct FormatOptions: Sendable {
  private let values: OptionObject
  /// What has been asked for, and what it must be: what there is.
  package private(set) var asked: [(name: String, expected: String)] = []
  /// What is wrong, with paths that begin with the option's name.
  package private(set) var problems: [TemplateProblem] = []

  package init(_ values: OptionObject) {
    self.values = values
  }

  /// One of some words; nil if it is absent or none of them.
  package mutating func choice(_ name: String, of words: [String]) -> String? {
    let last = words.last ?? ""
    let expected = words.dropLast().joined(separator: ", ") + (words.count > 1 ? " or " : "") + last
    return value(name, expected) { option in
      guard case .string(let text) = option else { return nil }
      return words.first { $0.isExactly(text) }
    }
  }

  package mutating func boolean(_ name: String) -> Bool? {
    value(name, "true or false") { if case .bool(let bool) = $0 { bool } else { nil } }
  }

  /// The option `created_at` of documents: the moment that they say they were made at, in place of that of
  /// their report. Who makes the same report again wants the same bytes.
  package mutating func createdAt() -> Instant? {
    value("created_at", "a moment such as 2026-11-23T08:30:00Z") { option in
      guard case .string(let text) = option, text.utf8.count <= 64 else { return nil }
      return ISO8601.instant(text)
    }
  }

  /// A value of any kind.
  ///
  /// - Parameters:
  ///   - expected: what it must be, for the message: "true or false".
  ///   - hint: what may have been meant by a value that is wrong.
  ///   - read: nil for what is not that.
  /// - Returns: nil if it is absent or wrong.
  package mutating func value<Value>(
    _ name: String, _ expected: String, hint: (OptionValue) -> String? = { _ in nil },
    _ read: (OptionValue) -> Value?
  ) -> Value? {
    asked.append((name, expected))
    guard let option = values[name] else { return nil }
    guard let value = read(option) else {
      problems.append(
        TemplateProblem(
          [name],
          "it must be \(expected), not \(option.shown)" + (hint(option).map { "; \($0)" } ?? "")))
      return nil
    }
    return value
  }

  /// Notes the options that nobody asked for.
  package mutating func finish() {
    let known = asked.map(\.name)
    for name in values.keys where !known.contains(where: { $0.isExactly(name) }) {
      let meant = known.nearest(to: name).map { " (did you mean \($0)?)" } ?? ""
      let all = known.isEmpty ? "it has none" : "it has " + known.sorted().joined(separator: ", ")
      problems.append(
        TemplateProblem([name], "the format has no option \(name.quoted)\(meant); \(all)"))
    }
  }
}
