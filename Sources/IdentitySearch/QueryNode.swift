internal import ReportCore
private import Texts

/// What a query asks of a row.
indirect enum QueryNode {
  /// True of every row: `*`.
  case everything
  case all([QueryNode])
  case any([QueryNode])
  case not(QueryNode)
  /// A field has a value that meets a test; without a field: some text of the row.
  case test(FieldName?, ValueTest, place: Int)
  case exists(FieldName)
  /// One and the same item of a list, such as an account, meets all of it.
  case nested(FieldName, QueryNode)

  /// Whether some of it is about any text of the row.
  var asksForAnyText: Bool {
    switch self {
    case .all(let nodes), .any(let nodes): nodes.contains(where: \.asksForAnyText)
    case .not(let node): node.asksForAnyText
    case .test(let field, _, _): field == nil
    case .everything, .exists, .nested: false
    }
  }
}

/// The name of a field as a query writes it.
struct FieldName {
  var text: String
  /// Where it stands: the offset of its first byte.
  var place: Int

  /// Whether a text could be one: at most 255 letters, digits, '.', '_' and '-'.
  static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 255
      && text.utf8.allSatisfy { $0.isAlphanumeric || "._-".utf8.contains($0) }
  }
}

/// What is asked of a value.
enum ValueTest {
  /// A word without quotes, with its wildcards.
  case word([WordPattern.Unit])
  /// What stands in quotes, with its slop.
  case phrase([WordPattern.Unit], slop: Int)
  case range(lower: RangeEnd?, upper: RangeEnd?)
}

/// An end of a range.
struct RangeEnd {
  /// Without wildcards.
  var text: [WordPattern.Unit]
  var isIncluded: Bool
  /// Where it stands: the offset of its first byte.
  var place: Int
}

extension Sequence<WordPattern.Unit> {
  /// As it was written, but without backslashes.
  var text: String {
    var scalars = String.UnicodeScalarView()
    for unit in self {
      switch unit {
      case .scalar(let scalar): scalars.append(scalar)
      case .any: scalars.append("*")
      case .one: scalars.append("?")
      }
    }
    return String(scalars)
  }

  var hasWildcards: Bool { contains { $0 == .any || $0 == .one } }
}

/// Why a query cannot be understood.
struct QueryProblem: Error {
  /// The offset of a byte of the query.
  var place: Int
  /// What was expected there.
  var message: String

  init(at place: Int, _ message: String) {
    self.place = place
    self.message = message
  }
}
