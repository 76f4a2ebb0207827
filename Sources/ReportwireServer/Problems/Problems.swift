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
