internal import RPCCore
private import ReportCore

/// Everything that is wrong, so that a person mends it in one go instead of one start per mistake.
package struct Problems: Error, Hashable, Sendable {
  /// In the order found; never empty.
  package var all: [Problem]

  package init(_ all: [Problem]) {
    self.all = all
  }

  package init(_ place: String, line: Int? = nil, _ reason: String) {
    all = [Problem(place, line: line, reason)]
  }
}

extension Problems: CustomStringConvertible {
  /// One line per problem.
  package var description: String {
    all.map(\.description).joined(separator: "\n")
  }
}

/// One thing that is wrong with what a person wrote: a configuration, a template, a flag.
package struct Problem: Hashable, Sendable {
  /// Where: a file, the name of an environment variable, a flag.
  package var place: String
  /// The line in a file, from 1; nil elsewhere.
  package var line: Int?
  /// What is wrong, and what would be right.
  package var reason: String

  package init(_ place: String, line: Int? = nil, _ reason: String) {
    self.place = place
    self.line = line
    self.reason = reason
  }
}

extension Problem: CustomStringConvertible {
  /// `file:line: reason`, on one line whatever the input held.
  package var description: String {
    let where_ = line.map { "\(place):\($0)" } ?? place
    return "\(where_): \(reason)".shown
  }
}

/// Collects what is wrong with one file while it is read to its end.
final class ProblemLog {
  let file: String
  private(set) var problems: [Problem] = []

  init(file: String) {
    self.file = file
  }

  func add(line: Int?, _ reason: String) {
    problems.append(Problem(file, line: line, reason))
  }
}

extension String {
  /// The text in quotes, cut where it gets long: what a message says somebody wrote. In single ones,
  /// like all that messages about files, flags and arguments repeat, and as `Problem` shows it: there a
  /// person reads their own words, which need no escapes; callers get `quoted` of `Texts`.
  var quoted: String {
    count > 60 ? "'\(prefix(60))...'" : "'\(self)'"
  }
}

extension Sequence<String> {
  /// `did you mean 'get'?`, where one of the names is near to what somebody wrote.
  package func meant(by text: String) -> String? {
    nearest(to: text).map { "did you mean '\($0)'?" }
  }

  /// `a, b or c`.
  var oneOf: String {
    let items = Array(self)
    guard let last = items.last, items.count > 1 else { return items.first ?? "nothing" }
    return items.dropLast().joined(separator: ", ") + " or " + last
  }
}
