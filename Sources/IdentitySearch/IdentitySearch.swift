package import ReportCore
internal import Texts

/// `search: identities` of a template: a published query string over the tables of identities,
/// accounts, entitlements and so on, as one read-only statement.
///
/// The template's parameters have the published names: `query` (string, required), `indices`
/// (string_list), `columns` (string, fields with commas between) and `sort` (string_list). The rows of
/// an index come together, in the order of the published list; the first column, `index`, names it.
package struct IdentitySearch: SearchCompiler {
  private let limits: SearchLimits

  package init(limits: SearchLimits = SearchLimits()) {
    self.limits = limits
  }

  package var name: String { "identities" }

  private static let parameters: [(name: String, kind: TemplateParameter.Kind)] = [
    ("query", .string), ("indices", .stringList), ("columns", .string), ("sort", .stringList),
  ]

  package func problems(in template: Template) -> [TemplateProblem] {
    var problems = template.parameters.compactMap { parameter -> TemplateProblem? in
      let path = ["parameters", parameter.name]
      guard let known = Self.parameters.first(where: { $0.name.isExactly(parameter.name) }) else {
        let names = Self.parameters.map(\.name).joined(separator: ", ")
        return TemplateProblem(path, "the search has no such parameter; it takes \(names)")
      }
      guard parameter.kind == known.kind else {
        return TemplateProblem(path + ["type"], "the search takes a \(known.kind.rawValue)")
      }
      return nil
    }
    let query = template.parameters.first { $0.name.isExactly("query") }
    if query.map({ !$0.isRequired && $0.defaultValue == nil }) ?? true {
      problems.append(
        TemplateProblem(
          ["parameters", "query"], "the search needs it; let it be required, or have a default"))
    }
    return problems.isEmpty ? defaultProblems(template) : problems
  }

  /// What callers get who leave out what may be left out. A query that must be given is any here.
  private func defaultProblems(_ template: Template) -> [TemplateProblem] {
    var defaults: OptionObject = ["query": .string("*")]
    for parameter in template.parameters where parameter.defaultValue != nil {
      defaults[parameter.name] = parameter.defaultValue
    }
    do throws(OptionError) {
      // Steps of time lead from here to where they would lead from any day.
      _ = try statement(defaults, now: Instant(secondsSinceEpoch: 1_750_000_000), on: nil)
      return []
    } catch {
      return [TemplateProblem(["parameters", error.key, "default"], error.reason)]
    }
  }

  /// Of each index everything that can be asked for.
  package var probes: [(name: String, sql: String)] {
    SearchedIndex.all.map { index in
      var values = index.fields.map { "r.\($0.place)" }
      if let attributes = index.attributes { values.append("json_extract(r.\(attributes), '$.x')") }
      for list in index.lists {
        values += list.fields.map { list.joined($0) }
      }
      return (
        index.table,
        "SELECT \(values.joined(separator: ", ")) FROM \(index.table) AS r "
          + "WHERE r.domain_id = :domain_id"
      )
    }
  }

  package func statement(
    _ parameters: OptionObject, now: Instant, on source: (any DataSource)?
  ) throws(OptionError) -> SearchStatement {
    let query = Self.text(parameters["query"])
    let indices = try indices(Self.texts(parameters["indices"]))
    let columns = try columns(Self.text(parameters["columns"]), indices)
    let sort = try sort(Self.texts(parameters["sort"]), indices)
    let node: QueryNode
    do throws(QueryProblem) {
      node = try QueryParser.parse(query, limits)
    } catch {
      throw Self.error(error, in: query)
    }
    var text = StatementText()
    var parts: [String] = []
    for (number, index) in indices.enumerated() {
      // Asked by conditions on items of a table alone: each look opens the source.
      lazy var looksItemsUp =
        source.map { source in index.lists.allSatisfy { $0.isLookedUp(on: source) } } ?? true
      let compiler = ConditionCompiler(
        index, among: indices, now: now,
        hasTextTable: node.asksForAnyText && Self.hasTextTable(index, on: source),
        looksItemsUp: { looksItemsUp }, limits)
      let condition: String
      do throws(QueryProblem) {
        condition = try compiler.condition(node, &text)
      } catch {
        throw Self.error(error, in: query)
      }
      let values =
        ["\(number)", text.parameter(index.name)]
        + (columns + sort.map(\.field)).map { FieldPlace($0, in: index)?.value(&text) ?? "NULL" }
        + ["r.id"]
      let aliases =
        ["s", "c1"] + columns.indices.map { "c\($0 + 2)" } + sort.indices.map { "k\($0)" }
      let list = zip(values, aliases + ["id"]).map { "\($0) AS \($1)" }.joined(separator: ", ")
      parts.append(
        "SELECT \(list) FROM \(index.table) AS r WHERE r.domain_id = :domain_id AND \(condition)")
    }
    let shown = (1...columns.count + 1).map { "c\($0)" }.joined(separator: ", ")
    // Of one index an index of the table may give the order.
    let order =
      (indices.count > 1 ? ["s"] : [])
      + sort.enumerated().flatMap { number, key in
        // What has no value comes last, whichever way.
        ["k\(number) IS NULL", "k\(number)\(key.isDescending ? " DESC" : "")"]
      } + ["id"]
    return SearchStatement(
      sql: "SELECT \(shown) FROM (\(parts.joined(separator: " UNION ALL "))) "
        + "ORDER BY \(order.joined(separator: ", "))",
      bindings: text.bindings,
      columns: [SourceColumn(name: "index")] + columns.map { Self.column($0, indices) },
      sections: indices.map(\.name))
  }

  // MARK: What is searched, shown and ordered by

  private func indices(_ names: [String]?) throws(OptionError) -> [SearchedIndex] {
    let all = SearchedIndex.all
    guard let names, !names.isEmpty else { return all }
    guard names.count <= limits.indicesMax else {
      throw Self.invalid("indices", "it names more than \(limits.indicesMax)")
    }
    if names.contains(where: { $0.isExactly("*") }) { return all }
    for name in names where !all.contains(where: { $0.name.isExactly(name) }) {
      let known = all.map(\.name)
      let meant = known.nearest(to: name).map { "; did you mean \($0)?" } ?? ""
      throw Self.invalid(
        "indices",
        "there is no index \(name.quoted)\(meant); known are \(known.joined(separator: ", ")), *")
    }
    return all.filter { index in names.contains { $0.isExactly(index.name) } }
  }

  private func columns(
    _ text: String, _ indices: [SearchedIndex]
  ) throws(OptionError) -> [String] {
    let names = text.utf8.split(separator: UInt8(ascii: ",")).map { Self.trimmed($0) }
      .filter { !$0.isEmpty }
    guard !names.isEmpty else {
      return indices.count == 1 ? indices[0].columns : SearchedIndex.commonColumns
    }
    guard names.count <= limits.columnsMax else {
      throw Self.invalid("columns", "it names more than \(limits.columnsMax) fields")
    }
    var seen: Set<ExactText> = []
    for name in names {
      try checkField(name, "columns", indices)
      guard seen.insert(name.exact).inserted else {
        throw Self.invalid("columns", "\(name.quoted) is there twice")
      }
    }
    return names
  }

  private func sort(
    _ texts: [String]?, _ indices: [SearchedIndex]
  ) throws(OptionError) -> [(field: String, isDescending: Bool)] {
    let texts = texts ?? []
    guard texts.count <= limits.sortMax else {
      throw Self.invalid("sort", "it names more than \(limits.sortMax) fields")
    }
    var keys: [(field: String, isDescending: Bool)] = []
    for text in texts {
      let sign = text.utf8.first
      let isSigned = sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")
      let name = Self.trimmed(text.utf8[...].dropFirst(isSigned ? 1 : 0))
      try checkField(name, "sort", indices)
      for index in indices {
        guard case .list(let list, _)? = FieldPlace(name, in: index)?.origin else { continue }
        throw Self.invalid(
          "sort", "\(name.quoted) is of the list \(list.name), which has no one value to order by")
      }
      keys.append((name, sign == UInt8(ascii: "-")))
    }
    return keys
  }

  private func checkField(
    _ name: String, _ parameter: String, _ indices: [SearchedIndex]
  ) throws(OptionError) {
    guard FieldName.isName(name),
      indices.contains(where: { FieldPlace(name, in: $0) != nil })
    else {
      throw Self.invalid(
        parameter, FieldPlace.unknown(FieldName(text: name, place: 0), in: indices).message)
    }
  }

  private static func column(_ name: String, _ indices: [SearchedIndex]) -> SourceColumn {
    var column = SourceColumn(name: name)
    let kinds = indices.compactMap { FieldPlace(name, in: $0) }.map { place -> FieldKind in
      if case .row = place.origin { return place.kind }
      return .text
    }
    if kinds.allSatisfy({ $0 == .boolean }) { column.type = .boolean }
    return column
  }

  private static func hasTextTable(
    _ index: SearchedIndex, on source: (any DataSource)?
  ) -> Bool {
    guard let source else { return false }
    let sql = "SELECT id, domain_id FROM \(index.textTable) WHERE \(index.textTable) MATCH :query"
    do throws(ReportFailure) {
      _ = try source.inspect(sql, invalidText: nil)
      return true
    } catch {
      // Not there, or none: the rows themselves are searched.
      return false
    }
  }

  // MARK: Options

  private static func text(_ value: OptionValue?) -> String {
    if case .string(let text)? = value { text } else { "" }
  }

  private static func texts(_ value: OptionValue?) -> [String]? {
    guard case .list(let items)? = value else { return nil }
    return items.map { text($0) }
  }

  private static func trimmed(_ bytes: Substring.UTF8View) -> String {
    let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") }
    var rest = bytes.drop(while: isBlank)
    while let last = rest.last, isBlank(last) { rest.removeLast() }
    return String(Substring(rest))
  }

  private static func invalid(_ key: String, _ reason: String) -> OptionError {
    OptionError(.invalid, key: key, reason: reason)
  }

  /// With the place in characters, from 1.
  private static func error(_ problem: QueryProblem, in query: String) -> OptionError {
    let before = query.utf8.prefix(problem.place).count { $0 & 0xC0 != 0x80 }
    return invalid("query", "at character \(before + 1): \(problem.message)")
  }
}
