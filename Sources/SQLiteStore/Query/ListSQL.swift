internal import ReportCore

/// The statements of one list.
struct ListSQL {
  let table: EntityTable
  let query: ListQuery
  /// The condition, and the values up to its end.
  let condition: (sql: String, values: [SQLValue])

  /// - Throws: `.unsupported`, see `PredicateSQL`.
  init(_ query: ListQuery, of table: EntityTable) throws(StoreError) {
    self.table = table
    self.query = query
    var predicate = PredicateSQL(table)
    try predicate.append(query.predicate)
    condition = (predicate.sql, table.fromValues + predicate.values)
  }

  /// How many match.
  var count: (sql: String, values: [SQLValue]) {
    ("SELECT count(*) FROM \(table.from) WHERE \(condition.sql)", condition.values)
  }

  /// The keys of one page in their order. Missing values come first ascending and last descending.
  var page: (sql: String, values: [SQLValue]) { get throws(StoreError) { try makePage() } }

  private func makePage() throws(StoreError) -> (sql: String, values: [SQLValue]) {
    guard query.sort.field.kind != .object else {
      throw StoreError(.unsupported, "\(query.sort.field.name) is an object and has no order.")
    }
    var values = condition.values
    let key: String
    switch try table.place(query.sort.field) {
    case .column(let column): key = column
    case .json(let column, let path):
      // Objects and lists have no order: they stand with what is missing.
      key = """
        CASE json_type(\(column), ?) WHEN 'text' THEN reportwire_string(\(column) -> ?) \
        WHEN 'array' THEN NULL WHEN 'object' THEN NULL ELSE json_extract(\(column), ?) END
        """
      values += Array(repeating: .text(path), count: 3)
    }
    let order = query.sort.isDescending ? " DESC" : ""
    let tie = key == table.id ? "" : ", \(table.id)"
    values.append(.integer(query.limit.map { max(0, $0) } ?? -1))
    values.append(.integer(max(0, query.offset)))
    return (
      """
      SELECT \(table.key) FROM \(table.from) WHERE \(condition.sql) \
      ORDER BY \(key)\(order)\(tie) LIMIT ? OFFSET ?
      """, values
    )
  }

  /// The number of all that match, if a page tells it.
  func total(ifPageHas count: Int) -> Int? {
    let isWhole = query.limit.map { count < $0 } ?? true
    return isWhole && (count > 0 || query.offset <= 0) ? max(0, query.offset) + count : nil
  }
}

/// Where the published fields of an entity are in SQL.
struct EntityTable {
  /// `reports r`.
  let from: String
  /// The values bound in `from`.
  var fromValues: [SQLValue] = []
  /// The column by which an entity is read.
  let key: String
  /// The column of the id, which breaks ties.
  let id: String
  /// SQL of each field by its published name, dotted; NULL where the field is missing.
  let fields: [ExactText: String]
  /// Names of the fields that are JSON objects: what goes on below them is a path into the object.
  let objects: Set<ExactText>

  static let report: EntityTable = {
    var fields: [ExactText: String] = [
      "report_id": "r.report_id", "domain_id": "r.domain_id", "template_id": "r.template_id",
      "name": "r.name", "template_options": "r.template_options", "storage_id": "r.storage_id",
      "storage_path": "r.storage_path", "schedule_id": "r.schedule_id",
      "created_by": "r.created_by", "created_at": "r.created_at", "state": "r.state",
      "started_at": "r.started_at", "ended_at": "r.ended_at", "error.code": "r.failure_code",
      "error.message": "r.failure_message",
    ]
    for (name, column) in storageFields {
      fields[ExactText("storage_info.\(name)")] =
        "(SELECT \(column) FROM storages s WHERE s.storage_id = r.storage_id)"
    }
    return EntityTable(
      from: "reports r", key: "r.number", id: "r.report_id", fields: fields,
      objects: ["template_options", "storage_info.options"])
  }()

  static let storage = EntityTable(
    from: "storages s", key: "s.storage_id", id: "s.storage_id", fields: storageFields,
    objects: ["options"])

  /// - Parameter state: of a domain of which nobody has said it.
  static func domain(_ scope: DomainScope, else state: DomainState) -> EntityTable {
    let (ids, values): (String, [SQLValue]) =
      switch scope {
      case .only(let domainID): ("SELECT ? AS domain_id", [.text(domainID)])
      case .known:
        (
          """
          SELECT domain_id FROM domain_turns
          WHERE created + in_progress + failure + timeout + canceled + finished > 0
          UNION SELECT domain_id FROM storages WHERE domain_id <> ''
          UNION SELECT domain_id FROM domain_states
          """, []
        )
      }
    return EntityTable(
      from: "(\(ids)) d LEFT JOIN domain_states s ON s.domain_id = d.domain_id",
      fromValues: values, key: "d.domain_id", id: "d.domain_id",
      fields: [
        "domain_id": "d.domain_id", "state": "coalesce(s.state, '\(state.rawValue)')",
      ], objects: [])
  }

  private static let storageFields: [ExactText: String] = {
    var fields: [ExactText: String] = [
      "storage_id": "s.storage_id", "domain_id": "s.domain_id", "name": "s.name",
      "secret_id": "s.secret_id", "options": "s.options", "created_at": "s.created_at",
    ]
    for name in ["storage_type_id", "name", "storage_type", "provider"] {
      fields[ExactText("storage_type_info.\(name)")] =
        "(SELECT t.\(name) FROM storage_types t WHERE t.storage_type_id = s.storage_type_id)"
    }
    return fields
  }()

  /// A field in SQL: a column, or a place inside an object.
  enum Place {
    case column(String)
    /// A JSON column and a path into it, for SQLite's JSON functions.
    case json(String, path: String)
  }

  /// - Throws: `.unsupported` for a field that the entity does not have.
  func place(_ field: FieldReference) throws(StoreError) -> Place {
    if field.kind != .dynamic, let column = fields[ExactText(field.name)] { return .column(column) }
    if field.kind == .dynamic {
      for length in stride(from: field.path.count - 1, to: 0, by: -1) {
        let name = ExactText(field.path[..<length].joined(separator: "."))
        if objects.contains(name), let column = fields[name] {
          return .json(column, path: CanonicalJSON.path(field.path[length...]))
        }
      }
    }
    throw StoreError(.unsupported, "There is no field \(field.name) to select or sort by.")
  }
}

extension CanonicalJSON {
  /// The path that SQLite's JSON functions take for nested names. A name is matched as it is
  /// written, so it is escaped just like the names in the stored text.
  static func path(_ names: some Sequence<String>) -> String {
    names.reduce("$") { $0 + "." + string($1) }
  }
}
