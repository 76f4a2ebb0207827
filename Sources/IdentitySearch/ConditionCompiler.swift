internal import ReportCore
internal import Texts

/// Turns what a query asks of a row into SQL about the row `r` of one index, or about the item `n` of one of
/// its lists.
///
/// A condition is true, false or, where it is about a value that is not there, NULL, which AND and OR
/// carry on and NOT takes for false: NOT is written `IS NOT TRUE`. A field that the index lacks, though
/// another has it, has no value.
struct ConditionCompiler {
  private let index: SearchedIndex
  /// All that are searched: what none of them has is a mistake.
  private let indices: [SearchedIndex]
  private let now: Instant
  /// Whether the source has the index's full-text table.
  private let hasTextTable: Bool
  /// Whether the source finds the items of a row by an index.
  private let looksItemsUp: () -> Bool
  private let limits: SearchLimits
  /// The list whose item is asked about; nil: the row is.
  private var list: SearchedList?

  init(
    _ index: SearchedIndex, among indices: [SearchedIndex], now: Instant, hasTextTable: Bool,
    looksItemsUp: @escaping () -> Bool, _ limits: SearchLimits
  ) {
    self.index = index
    self.indices = indices
    self.now = now
    self.hasTextTable = hasTextTable
    self.looksItemsUp = looksItemsUp
    self.limits = limits
  }

  private static let never = "0"

  func condition(
    _ node: QueryNode, _ text: inout StatementText
  ) throws(QueryProblem) -> String {
    switch node {
    case .everything: return "1"
    case .all(let nodes): return StatementText.joined(try conditions(nodes, &text), "AND")
    case .any(let nodes): return StatementText.joined(try conditions(nodes, &text), "OR")
    case .not(let node): return "(\(try condition(node, &text)) IS NOT TRUE)"
    case .exists(let name):
      return try field(name, &text) { (value, _, _) in "\(value) IS NOT NULL" }
    case .test(nil, let test, let place): return try anyText(test, at: place, &text)
    case .test(let name?, let test, let place):
      return try field(name, &text) { (value, kind, text) throws(QueryProblem) in
        try self.test(value, kind, test, name, place, &text)
      }
    case .nested(let name, let node): return try nested(name, node, &text)
    }
  }

  private func conditions(
    _ nodes: [QueryNode], _ text: inout StatementText
  ) throws(QueryProblem) -> [String] {
    var parts: [String] = []
    for node in nodes { parts.append(try condition(node, &text)) }
    return parts
  }

  // MARK: Fields

  /// - Parameter test: makes the condition on a value of a kind.
  private func field(
    _ name: FieldName, _ text: inout StatementText,
    _ test: (String, FieldKind, inout StatementText) throws(QueryProblem) -> String
  ) throws(QueryProblem) -> String {
    if let list {
      let (field, kind) = try Self.field(name, of: list)
      return try test(list.value(of: field), kind, &text)
    }
    guard let found = FieldPlace(name.text, in: index) else {
      guard indices.contains(where: { FieldPlace(name.text, in: $0) != nil }) else {
        throw FieldPlace.unknown(name, in: indices)
      }
      return Self.never
    }
    guard case .list(let list, let field) = found.origin else {
      return try test(found.value(&text), found.kind, &text)
    }
    return list.exists(
      try test(list.value(of: field), found.kind, &text), isLookedUp: looksItemsUp())
  }

  /// A field of a list's items.
  ///
  /// - Parameter name: with or without that of the list before it.
  private static func field(
    _ name: FieldName, of list: SearchedList
  ) throws(QueryProblem) -> (SearchedField, FieldKind) {
    let own = list.ownName(name.text) ?? name.text
    let (plain, isExact) = FieldPlace.withoutExact(own)
    guard let field = list.field(plain) else {
      let known = list.fields.map(\.name)
      let meant = known.nearest(to: plain).map { "; did you mean \($0)?" } ?? ""
      throw QueryProblem(
        at: name.place,
        "\(list.name) has no field \(own.quoted)\(meant); known are "
          + known.joined(separator: ", "))
    }
    return (field, FieldKind(field.kind, isExact: isExact))
  }

  private func nested(
    _ name: FieldName, _ node: QueryNode, _ text: inout StatementText
  ) throws(QueryProblem) -> String {
    guard list == nil else {
      throw QueryProblem(at: name.place, "a list stands in no other list")
    }
    guard let list = index.list(name.text) else {
      guard indices.contains(where: { $0.list(name.text) != nil }) else {
        throw FieldPlace.unknownList(name, in: indices)
      }
      return Self.never
    }
    var inner = self
    inner.list = list
    return list.exists(try inner.condition(node, &text), isLookedUp: looksItemsUp())
  }

  // MARK: Values

  /// Some text of the row or item.
  private func anyText(
    _ test: ValueTest, at place: Int, _ text: inout StatementText
  ) throws(QueryProblem) -> String {
    let pattern = try words(test, at: place)
    if let list {
      let values = list.fields.filter { $0.kind == .text }.map { list.value(of: $0) }
      return Self.anyWords(text.parameter(pattern.text), values)
    }
    if hasTextTable, let query = pattern.fullTextQuery {
      return "r.id IN (SELECT id FROM \(index.textTable) WHERE \(index.textTable) MATCH "
        + "\(text.parameter(query)) AND domain_id = :domain_id)"
    }
    let parameter = text.parameter(pattern.text)
    let columns = index.fields.filter { $0.kind == .text || $0.kind == .key }.map {
      "r.\($0.place)"
    }
    let own = Self.anyWords(parameter, columns)
    guard let attributes = index.attributes else { return own }
    return "(\(own) OR EXISTS (SELECT 1 FROM json_each(r.\(attributes)) AS a "
      + "WHERE \(Self.anyWords(parameter, ["a.value"]))))"
  }

  /// Whether one of some values has the words of a pattern.
  private static func anyWords(_ parameter: String, _ values: [String]) -> String {
    "reportwire_words(\(parameter), \(values.joined(separator: ", ")))"
  }

  private func words(
    _ test: ValueTest, at place: Int
  ) throws(QueryProblem) -> WordPattern {
    let pattern: WordPattern?
    switch test {
    case .word(let units): pattern = WordPattern(units)
    case .phrase(let units, let slop): pattern = WordPattern(units, slop: slop)
    case .range:
      throw QueryProblem(at: place, "expected a field and a colon before a range")
    }
    guard let pattern, pattern.wordCount <= limits.phraseWordsMax else {
      throw QueryProblem(
        at: place,
        "expected 1 to \(limits.phraseWordsMax) words of letters and digits")
    }
    return pattern
  }

  private func test(
    _ value: String, _ kind: FieldKind, _ test: ValueTest, _ name: FieldName, _ place: Int,
    _ text: inout StatementText
  ) throws(QueryProblem) -> String {
    if case .range(let lower, let upper) = test {
      var parts: [String] = []
      for (end, isLower) in [(lower, true), (upper, false)] {
        guard let end else { continue }
        parts.append(try bound(value, kind, end, isLower: isLower, name, &text))
      }
      return parts.isEmpty ? "\(value) IS NOT NULL" : StatementText.joined(parts, "AND")
    }
    switch kind {
    case .text, .attribute:
      return Self.anyWords(text.parameter(try words(test, at: place).text), [value])
    case .exact, .attributeExact: return exact(value, test, &text)
    case .integer:
      guard let number = Int64(test.plainText ?? "") else {
        throw QueryProblem(at: place, "expected a whole number for \(name.text)")
      }
      return "\(value) = \(text.parameter(.integer(number)))"
    case .boolean:
      switch test.plainText {
      case "true": return "\(value) = 1"
      case "false": return "\(value) = 0"
      default: throw QueryProblem(at: place, "expected true or false for \(name.text)")
      }
    case .moment:
      let moment = try moment(test.plainText, at: place, name)
      return "(\(value) >= \(text.parameter(moment.start)) AND \(value) < "
        + "\(text.parameter(moment.end)))"
    }
  }

  /// A value as a whole.
  private func exact(
    _ value: String, _ test: ValueTest, _ text: inout StatementText
  ) -> String {
    switch test {
    case .word(let units) where units.hasWildcards:
      return "reportwire_like(\(text.parameter(WildcardPattern(units).text)), \(value))"
    case .word(let units), .phrase(let units, _):
      return "\(value) = \(text.parameter(units.text))"
    case .range: return Self.never
    }
  }

  private func moment(
    _ text: String?, at place: Int, _ name: FieldName
  ) throws(QueryProblem) -> SearchMoment {
    guard let text, let moment = SearchMoment(text, now: now) else {
      throw QueryProblem(at: place, "expected for \(name.text) \(SearchMoment.grammar)")
    }
    return moment
  }

  /// One end of a range.
  private func bound(
    _ value: String, _ kind: FieldKind, _ end: RangeEnd, isLower: Bool, _ name: FieldName,
    _ text: inout StatementText
  ) throws(QueryProblem) -> String {
    let sign = (isLower ? ">" : "<") + (end.isIncluded ? "=" : "")
    let said = end.text.text
    switch kind {
    case .text, .exact: return "\(value) \(sign) \(text.parameter(said))"
    case .attribute, .attributeExact:
      // What JSON has as a number is compared with one, all else as text.
      let asText = "(typeof(\(value)) = 'text' AND \(value) \(sign) \(text.parameter(said)))"
      guard let number = Double(said), number.isFinite else { return asText }
      return "CASE WHEN typeof(\(value)) IN ('integer', 'real') "
        + "THEN \(value) \(sign) \(text.parameter(.double(number))) ELSE \(asText) END"
    case .integer:
      guard let number = Int64(said) else {
        throw QueryProblem(at: end.place, "expected a whole number for \(name.text)")
      }
      return "\(value) \(sign) \(text.parameter(.integer(number)))"
    case .boolean:
      throw QueryProblem(at: end.place, "\(name.text) is true or false, and no range")
    case .moment:
      // From the first second of what is included, or behind the last of what is not.
      let moment = try moment(said, at: end.place, name)
      if isLower {
        return "\(value) >= \(text.parameter(end.isIncluded ? moment.start : moment.end))"
      }
      return "\(value) < \(text.parameter(end.isIncluded ? moment.end : moment.start))"
    }
  }
}

extension ValueTest {
  /// The text without wildcards; nil for anything else.
  fileprivate var plainText: String? {
    switch self {
    case .word(let units): units.hasWildcards ? nil : units.text
    case .phrase(let units, _): units.text
    case .range: nil
    }
  }
}
