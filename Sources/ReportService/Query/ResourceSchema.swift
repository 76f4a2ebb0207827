internal import ReportCore

/// What a resource lets callers filter and sort by: its published field names and their kinds.
struct ResourceSchema: Sendable {
  /// The published name, dotted for fields of sub-messages, and what may be asked of it. A path
  /// that goes on below an `.object` field is of kind `.dynamic`.
  let fields: [ExactText: FieldReference.Kind]
  /// The fields that `keyword` looks into.
  let keywordFields: [String]
  /// What a list is sorted by unless the caller says otherwise.
  let defaultSort: ListQuery.Sort
  /// What `minimal` gives.
  let minimalPaths: [String]
  /// The names of the states that fields of kind `.state` have.
  var stateNames = ReportState.allCases.map(\.rawValue)

  /// Names below an object field at most.
  static let pathDepthMax = 16
  /// UTF-8 bytes of a key at most.
  static let keyBytesMax = 256

  /// The field of a key, or nil if the resource has none.
  func field(_ key: String) -> FieldReference? {
    guard !key.isEmpty, key.utf8.count <= Self.keyBytesMax else { return nil }
    let path = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if let kind = fields[key.exact] { return FieldReference(path: path, kind: kind) }
    guard path.count <= Self.pathDepthMax, path.allSatisfy({ !$0.isEmpty }) else { return nil }
    for length in stride(from: path.count - 1, to: 0, by: -1)
    where fields[path[..<length].joined(separator: ".").exact] == .object {
      return FieldReference(path: path, kind: .dynamic)
    }
    return nil
  }

  /// The conditions of a request's own fields; an empty one is none.
  ///
  /// - Throws: `invalid` for a value that no such field has.
  func conditions(
    _ fields: [(key: String, value: String)], limits: UseCaseLimits
  ) throws(UseCaseError) -> [Predicate] {
    var conditions: [Predicate] = []
    for (key, value) in fields where !value.isEmpty {
      try limits.check(key, value)
      conditions.append(.equals(known(key), .string(value)))
    }
    return conditions
  }

  /// A field that the schema is known to have.
  func known(_ key: String) -> FieldReference {
    guard let field = field(key) else { preconditionFailure("the schema has no field \(key)") }
    return field
  }
}

extension ResourceSchema {
  private static let storageFields: [ExactText: FieldReference.Kind] = [
    "domain_id": .text, "storage_id": .text, "name": .text, "secret_id": .text,
    "options": .object, "created_at": .instant,
    "storage_type_info.storage_type_id": .text, "storage_type_info.name": .text,
    "storage_type_info.storage_type": .text, "storage_type_info.provider": .text,
  ]

  private static let newestFirst = ListQuery.Sort(
    field: FieldReference(path: ["created_at"], kind: .instant), isDescending: true)

  /// spaceone.api.report.v1.ReportInfo, plus the `name` and `storage_id` of its create.
  static let report: ResourceSchema = {
    var fields: [ExactText: FieldReference.Kind] = [
      "domain_id": .text, "report_id": .text, "template_id": .text, "name": .text,
      "storage_id": .text, "storage_path": .text, "template_options": .object, "state": .state,
      "created_by": .text, "schedule_id": .text, "created_at": .instant, "error.code": .text,
      "error.message": .text,
    ]
    for (name, kind) in storageFields { fields["storage_info.\(name)".exact] = kind }
    return ResourceSchema(
      fields: fields, keywordFields: ["report_id", "name", "template_id", "created_by"],
      defaultSort: newestFirst, minimalPaths: ["report_id", "template_id", "state"])
  }()

  /// spaceone.api.report.v1.StorageInfo.
  static let storage = ResourceSchema(
    fields: storageFields, keywordFields: ["storage_id", "name"], defaultSort: newestFirst,
    minimalPaths: ["storage_id", "name"])

  /// spaceone.api.report.v1.DomainInfo, plus whether the domain makes reports.
  static let domain = ResourceSchema(
    fields: ["domain_id": .text, "state": .state, "register_templates": .text],
    keywordFields: ["domain_id"],
    defaultSort: ListQuery.Sort(
      field: FieldReference(path: ["domain_id"], kind: .text), isDescending: false),
    minimalPaths: ["domain_id"], stateNames: DomainState.allCases.map(\.rawValue))
}
