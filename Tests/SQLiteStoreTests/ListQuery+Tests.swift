import ReportCore

extension ListQuery {
  /// All reports, the newest first.
  static let everything = ListQuery.newestFirst(.all([]))

  static func newestFirst(_ predicate: Predicate, limit: Int? = nil) -> ListQuery {
    ListQuery(
      predicate: predicate, sort: .init(field: .createdAt, isDescending: true), limit: limit)
  }
}

extension FieldReference {
  static let createdAt = FieldReference(path: ["created_at"], kind: .instant)
  static let domainID = text("domain_id")
  static let state = FieldReference(path: ["state"], kind: .state)
  static let reportName = text("name")

  static func text(_ path: String...) -> FieldReference {
    FieldReference(path: path, kind: .text)
  }

  static func option(_ path: String...) -> FieldReference {
    FieldReference(path: ["template_options"] + path, kind: .dynamic)
  }
}
