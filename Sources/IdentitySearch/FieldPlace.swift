internal import ReportCore
internal import Texts

/// What can be asked of a field.
enum FieldKind: Hashable {
  case text
  /// A text as a whole: an id, or `.exact` behind the name.
  case exact
  /// A member of a JSON object, of any type.
  case attribute
  case attributeExact
  case integer
  case boolean
  case moment

  init(_ kind: SearchedField.Kind, isExact: Bool) {
    switch kind {
    case .text: self = isExact ? .exact : .text
    case .key: self = .exact
    case .integer: self = .integer
    case .boolean: self = .boolean
    case .moment: self = .moment
    }
  }
}

/// Where an index has the field of a name.
struct FieldPlace {
  enum Origin {
    case row(column: String)
    /// A member of a JSON object in a column.
    case attribute(column: String, key: String)
    case list(SearchedList, SearchedField)
  }

  let origin: Origin
  let kind: FieldKind

  private static let attributePrefix = "attributes."

  /// - Parameter name: also `LIST.FIELD`, `attributes.NAME`, and any of them with `.exact` behind it.
  /// - Returns: nil if the index has none of the name.
  init?(_ name: String, in index: SearchedIndex) {
    let (plain, isExact) = Self.withoutExact(name)
    if let field = index.field(plain) {
      origin = .row(column: field.place)
      kind = FieldKind(field.kind, isExact: isExact)
      return
    }
    if let column = index.attributes, plain.utf8.starts(with: Self.attributePrefix.utf8) {
      let key = plain.dropFirst(Self.attributePrefix.count)
      guard !key.isEmpty else { return nil }
      origin = .attribute(column: column, key: String(key))
      kind = isExact ? .attributeExact : .attribute
      return
    }
    for list in index.lists {
      guard let field = list.ownName(plain).flatMap(list.field) else { continue }
      origin = .list(list, field)
      kind = FieldKind(field.kind, isExact: isExact)
      return
    }
    return nil
  }

  static func withoutExact(_ name: String) -> (name: String, isExact: Bool) {
    let ending = ".exact"
    guard name.utf8.count > ending.utf8.count, name.hasSuffix(ending) else { return (name, false) }
    return (String(name.dropLast(ending.count)), true)
  }

  /// The value in SQL, of a row `r`: of a list all its values as one text.
  func value(_ text: inout StatementText) -> String {
    switch origin {
    case .row(let column): "r.\(column)"
    // The path is bound; the key has no quotes of its own.
    case .attribute(let column, let key):
      "json_extract(r.\(column), \(text.parameter("$.\"\(key)\"")))"
    case .list(let list, let field): list.joined(field)
    }
  }

  static func names(in indices: [SearchedIndex]) -> [String] {
    var names: [String] = []
    for index in indices {
      names += index.fields.map(\.name)
      names += index.lists.flatMap { list in list.fields.map { "\(list.name).\($0.name)" } }
      if index.attributes != nil { names.append("attributes.NAME") }
    }
    var seen: Set<ExactText> = []
    return names.filter { seen.insert($0.exact).inserted }
  }

  /// Names what is known where that is short: in one index.
  static func unknown(_ name: FieldName, in indices: [SearchedIndex]) -> QueryProblem {
    let known = names(in: indices)
    var message = "there is no field \(name.text.quoted)"
    if let meant = known.nearest(to: name.text) { message += "; did you mean \(meant)?" }
    if indices.count == 1 { message += "; known are \(known.joined(separator: ", "))" }
    return QueryProblem(at: name.place, message)
  }

  static func unknownList(_ name: FieldName, in indices: [SearchedIndex]) -> QueryProblem {
    let known = Set(indices.flatMap { $0.lists.map(\.name.exact) }).sorted().map(\.text)
    return QueryProblem(
      at: name.place,
      "there is no list \(name.text.quoted); known are \(known.joined(separator: ", "))")
  }
}

/// SQL about a list of a row `r`, whose items are `n`.
extension SearchedList {
  /// The value of a field of an item.
  func value(of field: SearchedField) -> String {
    switch storage {
    case .table: "n.\(field.place)"
    case .json: "json_extract(n.value, '\(field.place)')"
    }
  }

  /// Whether an item meets a condition.
  ///
  /// - Parameter isLookedUp: whether an index finds the items of a row. Where none does, all items are read
  ///   once and not once for each row.
  func exists(_ condition: String, isLookedUp: @autoclosure () -> Bool) -> String {
    if case .table(let table, let key) = storage, !isLookedUp() {
      return "r.id IN (SELECT n.\(key) FROM \(table) AS n WHERE n.domain_id = :domain_id "
        + "AND \(condition))"
    }
    return "EXISTS (SELECT 1 FROM \(items) AND \(condition))"
  }

  /// Whether an index of a source finds the items of a row. Blocks.
  func isLookedUp(on source: any DataSource) -> Bool {
    guard case .table(let table, let key) = storage else { return true }
    let ofDomain = "SELECT * FROM \(table) AS n WHERE n.domain_id = :domain_id"
    func plan(_ sql: String) -> [PlanStep]? {
      let query = SourceQuery(sql: sql, bindings: ["domain_id": .text(""), "row": .text("")])
      return try? source.plan(of: query, interrupt: Interrupt())
    }
    guard let all = plan(ofDomain), let ofRow = plan(ofDomain + " AND n.\(key) = :row") else {
      return false
    }
    // One on the domain alone finds no row, and there both are found alike.
    return all != ofRow && ofRow.allSatisfy { $0.warning == nil }
  }

  /// The values of a field of all items in one text, with `;` between, in the order of the items.
  func joined(_ field: SearchedField) -> String {
    let order =
      switch storage {
      case .table: "n.id"
      case .json: "n.key"
      }
    var value = value(of: field)
    if field.kind == .boolean {
      value = "CASE \(value) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END"
    }
    return "(SELECT group_concat(v, ';') FROM (SELECT \(value) AS v FROM \(items) "
      + "ORDER BY \(order)))"
  }

  private var items: String {
    switch storage {
    case .table(let table, let key):
      "\(table) AS n WHERE n.domain_id = :domain_id AND n.\(key) = r.id"
    case .json(let column): "json_each(r.\(column)) AS n WHERE 1"
    }
  }
}
