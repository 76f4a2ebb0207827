internal import ReportCore

/// One of the nine tables, or views, that the identity reports read. The documentation ("Identity
/// reports") says what each column means.
package struct IdentityTable: Sendable {
  /// What the values of a column must be; each may be NULL but those of `required`.
  package enum Kind: String, Sendable {
    case text
    /// A text that is there, in every row.
    case required
    case integer
    /// 1 or 0.
    case boolean
    /// A text such as `2026-11-23T08:30:00Z`.
    case moment
    /// A JSON text of an object.
    case object
    /// A JSON text of a list of objects.
    case list
  }

  package struct Column: Sendable {
    package var name: String
    package var kind: Kind
  }

  package var name: String
  package var columns: [Column]
  /// The full-text table that is used if there is one; nil: none ever is.
  package var textTable: String?

  /// All of them, in the order of the documentation.
  package static let all: [IdentityTable] =
    [
      searched("identities"), accounts, sources, searched("entitlements"),
      searched("accessprofiles"), searched("roles"), searched("accountactivities"),
      searched("events"), errors,
    ].compactMap { $0 }

  private static let own = [
    Column(name: "domain_id", kind: .required), Column(name: "id", kind: .required),
  ]

  /// The table of an index: its fields, attributes and lists.
  private static func searched(_ name: String) -> IdentityTable? {
    guard let index = SearchedIndex.all.first(where: { $0.name.isExactly(name) }) else {
      return nil
    }
    var columns = own
    columns += index.fields.filter { $0.place != "id" }.map {
      Column(name: $0.place, kind: Kind($0.kind))
    }
    if let attributes = index.attributes { columns.append(Column(name: attributes, kind: .object)) }
    for case .json(let column) in index.lists.map(\.storage) {
      columns.append(Column(name: column, kind: .list))
    }
    return IdentityTable(name: index.table, columns: columns, textTable: index.textTable)
  }

  private static func texts(_ names: String...) -> [Column] {
    names.map { Column(name: $0, kind: .text) }
  }

  private static let dates = [
    Column(name: "created", kind: .moment), Column(name: "modified", kind: .moment),
  ]

  private static let accounts = IdentityTable(
    name: "iam_accounts",
    columns: own
      + texts(
        "account", "display_name", "user_name", "type", "identity_id", "identity_name", "source_id",
        "source_name", "source_type")
      + ["is_disabled", "is_locked", "is_privileged"].map { Column(name: $0, kind: .boolean) }
      + dates + [Column(name: "attributes", kind: .object)])

  private static let sources = IdentityTable(
    name: "iam_sources",
    columns: own + texts("name", "description", "type")
      + [Column(name: "is_authoritative", kind: .boolean)] + texts("owner_name") + dates)

  private static let errors = IdentityTable(
    name: "iam_identity_errors",
    columns: own
      + texts(
        "identity_id", "identity_name", "source_id", "source_name", "identity_profile",
        "attribute", "message")
      + [Column(name: "created", kind: .moment)])
}

extension IdentityTable.Kind {
  fileprivate init(_ kind: SearchedField.Kind) {
    switch kind {
    case .text, .key: self = .text
    case .integer: self = .integer
    case .boolean: self = .boolean
    case .moment: self = .moment
    }
  }

  /// What is expected, for messages.
  var expectation: String {
    switch self {
    case .text: "a text"
    case .required: "a text, and never NULL"
    case .integer: "a whole number"
    case .boolean: "1 or 0"
    case .moment: "a text such as 2026-11-23T08:30:00Z"
    case .object: "a JSON text of an object"
    case .list: "a JSON text of a list of objects"
    }
  }

  /// SQL that is true of a value of a column which is none.
  func isWrong(_ column: String) -> String {
    switch self {
    case .text: "typeof(\(column)) NOT IN ('text', 'null')"
    case .required: "typeof(\(column)) <> 'text'"
    case .integer: "typeof(\(column)) NOT IN ('integer', 'null')"
    case .boolean:
      "(\(column) IS NOT NULL AND (typeof(\(column)) <> 'integer' OR \(column) NOT IN (0, 1)))"
    case .moment:
      "(\(column) IS NOT NULL AND (typeof(\(column)) <> 'text' OR \(column) NOT GLOB "
        + "'[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z'))"
    case .object: Self.isNoJSON(column, "json_type(\(column)) <> 'object'")
    case .list:
      Self.isNoJSON(
        column,
        "json_type(\(column)) <> 'array' OR EXISTS (SELECT 1 FROM json_each(\(column)) AS item "
          + "WHERE item.type <> 'object')")
    }
  }

  private static func isNoJSON(_ column: String, _ isOther: String) -> String {
    "CASE WHEN \(column) IS NULL THEN 0 WHEN json_valid(\(column)) THEN \(isOther) ELSE 1 END"
  }
}
