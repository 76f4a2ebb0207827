internal import ReportCore

/// Where the published fields of an entity are in SQL.
struct EntityTable {
  /// `reports r`.
  let from: String
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
