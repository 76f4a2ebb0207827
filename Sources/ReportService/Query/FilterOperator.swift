internal import ReportCore

/// The operators of `spaceone.api.core.v1.Filter`.
enum FilterOperator: String, CaseIterable, Sendable {
  case eq, not, lt, lte, gt, gte, exists, contain, match, regex
  case notContain = "not_contain"
  case `in`
  case notIn = "not_in"
  case containIn = "contain_in"
  case notContainIn = "not_contain_in"
  case regexIn = "regex_in"
  case datetimeLt = "datetime_lt"
  case datetimeLte = "datetime_lte"
  case datetimeGt = "datetime_gt"
  case datetimeGte = "datetime_gte"
  case timediffLt = "timediff_lt"
  case timediffLte = "timediff_lte"
  case timediffGt = "timediff_gt"
  case timediffGte = "timediff_gte"

  /// The operator that a caller names, told by its bytes.
  init?(name: String) {
    guard let found = Self.allCases.first(where: { $0.rawValue.isExactly(name) }) else {
      return nil
    }
    self = found
  }

  /// What the operator's value must be.
  enum Operand: Sendable {
    case scalar, list, object, boolean
  }

  var operand: Operand {
    switch self {
    case .in, .notIn, .containIn, .notContainIn, .regexIn: .list
    case .match: .object
    case .exists: .boolean
    default: .scalar
    }
  }
}
