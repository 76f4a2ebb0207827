internal import RPCCore

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
