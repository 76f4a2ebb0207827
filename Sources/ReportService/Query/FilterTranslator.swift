internal import RPCCore
internal import ReportCore
internal import Texts

/// One filter of a request, with its aliases resolved and its value in the core's terms.
struct FilterCondition {
  var key: String
  var value: OptionValue
  var operatorName: String
}

/// Makes predicates of filters: checks key, operator and value against the resource's schema, so
/// that what reaches a store can be translated.
struct FilterTranslator {
  let schema: ResourceSchema
  let limits: QueryLimits
  /// What `now` means in `timediff_*`.
  let now: Instant

  /// The predicate of a condition.
  ///
  /// - Throws: `INVALID_ARGUMENT` naming the key, the operator and what is wrong.
  func predicate(_ condition: FilterCondition) throws(RPCError) -> Predicate {
    guard !condition.key.isEmpty else { throw .requiredParameter("query.filter.key") }
    guard let field = schema.field(condition.key) else {
      let known = schema.fields.keys.sorted().map(\.text).joined(separator: ", ")
      throw .invalidParameter(
        "query.filter", reason: "unknown key \(condition.key.quoted); known are \(known)")
    }
    guard let filterOperator = FilterOperator(name: condition.operatorName) else {
      let known = FilterOperator.allCases.map(\.rawValue).joined(separator: ", ")
      throw .invalidParameter(
        "query.filter",
        reason: "unknown operator \(condition.operatorName.quoted) for \(condition.key); "
          + "known are \(known)")
    }
    let operand = Operand(field: field, filterOperator: filterOperator, value: condition.value)
    switch filterOperator.operand {
    case .scalar: return try scalar(operand)
    case .list: return try list(operand)
    case .object:
      guard case .object(let members) = condition.value else { throw operand.typeError("dict") }
      guard members.count <= limits.matchMembersMax else {
        throw operand.error(
          "its object has \(members.count) members; at most \(limits.matchMembersMax)")
      }
      return .hasElement(field, members)
    case .boolean:
      guard case .bool(let isThere) = condition.value else { throw operand.typeError("bool") }
      return isThere ? .exists(field) : .not(.exists(field))
    }
  }

  private func scalar(_ operand: Operand) throws(RPCError) -> Predicate {
    if case .list = operand.value { throw operand.typeError("scalar") }
    switch operand.filterOperator {
    case .eq: return try equals(operand)
    case .not: return .not(try equals(operand))
    case .lt: return try compares(operand, .less)
    case .lte: return try compares(operand, .lessOrEqual)
    case .gt: return try compares(operand, .greater)
    case .gte: return try compares(operand, .greaterOrEqual)
    case .contain: return try contains(operand)
    case .notContain: return .not(try contains(operand))
    case .regex: return try matches(operand)
    case .datetimeLt: return try comparesDateTime(operand, .less)
    case .datetimeLte: return try comparesDateTime(operand, .lessOrEqual)
    case .datetimeGt: return try comparesDateTime(operand, .greater)
    case .datetimeGte: return try comparesDateTime(operand, .greaterOrEqual)
    case .timediffLt: return try comparesTimeDifference(operand, .less)
    case .timediffLte: return try comparesTimeDifference(operand, .lessOrEqual)
    case .timediffGt: return try comparesTimeDifference(operand, .greater)
    case .timediffGte: return try comparesTimeDifference(operand, .greaterOrEqual)
    case .in, .notIn, .containIn, .notContainIn, .regexIn, .match, .exists:
      preconditionFailure("\(operand.filterOperator) takes no scalar")
    }
  }

  private func list(_ operand: Operand) throws(RPCError) -> Predicate {
    guard case .list(let values) = operand.value else { throw operand.typeError("list") }
    guard values.count <= limits.listItemsMax else {
      throw operand.error("its list has \(values.count) items; at most \(limits.listItemsMax)")
    }
    var items: [Predicate] = []
    items.reserveCapacity(values.count)
    for value in values {
      var item = operand
      item.value = value
      if case .list = value { throw item.error("an item of its list is a list") }
      switch operand.filterOperator {
      case .containIn, .notContainIn: items.append(try contains(item))
      case .regexIn: items.append(try matches(item))
      default: items.append(try equals(item))
      }
    }
    switch operand.filterOperator {
    case .notIn, .notContainIn: return .not(.any(items))
    default: return .any(items)
    }
  }

  private func equals(_ operand: Operand) throws(RPCError) -> Predicate {
    switch (operand.field.kind, operand.value) {
    case (_, .null): return .equals(operand.field, .null)
    case (.instant, _):
      let instant = try operand.instant()
      return .all([
        .comparesInstant(operand.field, .greaterOrEqual, instant),
        .comparesInstant(operand.field, .lessOrEqual, instant),
      ])
    case (.state, _):
      return .equals(operand.field, .string(try operand.stateName(of: schema.stateNames)))
    default: return .equals(operand.field, operand.value)
    }
  }

  private func compares(
    _ operand: Operand, _ comparison: Comparison
  ) throws(RPCError) -> Predicate {
    switch (operand.field.kind, operand.value) {
    case (.instant, _):
      return .comparesInstant(operand.field, comparison, try operand.instant())
    case (.object, _):
      throw operand.error("an object has no order; name one of its keys")
    case (_, .null), (_, .object), (_, .list):
      throw operand.typeError("scalar")
    default: return .compares(operand.field, comparison, operand.value)
    }
  }

  private func contains(_ operand: Operand) throws(RPCError) -> Predicate {
    .contains(try operand.textField(), try operand.string())
  }

  private func matches(_ operand: Operand) throws(RPCError) -> Predicate {
    let pattern = try operand.string()
    do {
      _ = try LinearRegex(pattern)
    } catch {
      throw operand.error("the pattern \(pattern.quoted) cannot be used: \(error)")
    }
    return .matches(try operand.textField(), pattern: pattern)
  }

  private func comparesDateTime(
    _ operand: Operand, _ comparison: Comparison
  ) throws(RPCError) -> Predicate {
    .comparesInstant(try operand.momentField(), comparison, try operand.instant())
  }

  private func comparesTimeDifference(
    _ operand: Operand, _ comparison: Comparison
  ) throws(RPCError) -> Predicate {
    let field = try operand.momentField()
    let text = try operand.string()
    guard let instant = TimeDifference.instant(text, now: now) else {
      throw operand.error(
        "\(text.quoted) is no time difference; write now, now/d or now/w, then optionally + or "
          + "- and a number of s, m, h, d or w")
    }
    return .comparesInstant(field, comparison, instant)
  }
}

/// A condition whose key and operator are known, with the checks of its value.
private struct Operand {
  let field: FieldReference
  fileprivate let filterOperator: FilterOperator
  var value: OptionValue

  func error(_ reason: String) -> RPCError {
    .invalidParameter(
      "query.filter", reason: "key \(field.name), operator \(filterOperator.rawValue): \(reason)")
  }

  /// The value is of a kind that the operator cannot take (SpaceONE's ERROR_OPERATOR_*_TYPE).
  fileprivate func typeError(_ wanted: String) -> RPCError {
    let reason =
      switch wanted {
      case "list": "ERROR_OPERATOR_LIST_VALUE_TYPE"
      case "dict": "ERROR_OPERATOR_DICT_VALUE_TYPE"
      case "bool": "ERROR_OPERATOR_BOOLEAN_TYPE"
      default: "ERROR_OPERATOR_VALUE_TYPE"
      }
    return RPCError(
      .invalidArgument, reason: reason,
      message: "Operator value is invalid. (key = \(field.name), operator = "
        + "\(filterOperator.rawValue), expected = \(wanted), given = \(kindName))")
  }

  private var kindName: String {
    switch value {
    case .null: "null"
    case .bool: "bool"
    case .number: "number"
    case .string: "string"
    case .list: "list"
    case .object: "dict"
    }
  }

  func string() throws(RPCError) -> String {
    guard case .string(let text) = value else { throw typeError("string") }
    return text
  }

  func instant() throws(RPCError) -> Instant {
    let text = try string()
    guard let instant = ISO8601.instant(text) else {
      throw error(
        "\(text.quoted) is no ISO 8601 date or date and time, such as 2026-11-23T08:30:00Z")
    }
    return instant
  }

  fileprivate func stateName(of names: [String]) throws(RPCError) -> String {
    let name = try string()
    guard names.contains(where: { $0.isExactly(name) }) else {
      let known = names.joined(separator: ", ")
      throw error("unknown state \(name.quoted); known are \(known)")
    }
    return name
  }

  /// The field, if its values are text or may be.
  fileprivate func textField() throws(RPCError) -> FieldReference {
    switch field.kind {
    case .text, .state, .dynamic: return field
    case .instant, .object: throw error("only text can be searched")
    }
  }

  /// The field, if its values are moments or may be.
  fileprivate func momentField() throws(RPCError) -> FieldReference {
    switch field.kind {
    case .instant, .dynamic: return field
    case .text, .state, .object: throw error("the field holds no date and time")
    }
  }
}

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
