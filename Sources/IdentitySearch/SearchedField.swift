internal import ReportCore

/// What is searched, and how it is stored: for every index the fields that the published names stand
/// for, and for the check what each column must hold.
struct SearchedField: Sendable {
  enum Kind: Sendable {
    /// Searched word by word.
    case text
    /// An id: searched as a whole, letter case counts.
    case key
    case integer
    /// 1 or 0.
    case boolean
    /// `2026-11-23T08:30:00Z`.
    case moment
  }

  /// As a query writes it, such as `manager.name`.
  var name: String
  var kind: Kind
  /// The column; in a list of JSON objects the path of the member, such as `$.name`.
  var place: String

  init(_ name: String, _ kind: Kind, _ place: String) {
    self.name = name
    self.kind = kind
    self.place = place
  }
}

/// A list of items that belong to a row.
struct SearchedList: Sendable {
  enum Storage: Sendable {
    /// Rows of a table whose column is the row's id.
    case table(String, key: String)
    /// A JSON text of objects in a column of the row.
    case json(column: String)
  }

  var name: String
  var storage: Storage
  var fields: [SearchedField]

  func field(_ name: String) -> SearchedField? { fields.first { $0.name.isExactly(name) } }

  /// A field's name without that of the list before it; nil: that is not there.
  func ownName(_ text: String) -> String? {
    text.utf8.starts(with: "\(name).".utf8) ? String(text.dropFirst(name.count + 1)) : nil
  }
}

/// One of the published indices.
struct SearchedIndex: Sendable {
  /// As it is published, such as `accessprofiles`.
  var name: String
  var table: String
  var fields: [SearchedField]
  var lists: [SearchedList] = []
  /// The column of a JSON object whose members are fields `attributes.NAME`; nil: it has none.
  var attributes: String?
  /// The full-text table beside it, which a source may have.
  var textTable: String { table + "_text" }
  /// Shown unless the caller names fields.
  var columns: [String]

  func field(_ name: String) -> SearchedField? {
    fields.first { $0.name.isExactly(name) }
  }

  func list(_ name: String) -> SearchedList? {
    lists.first { $0.name.isExactly(name) }
  }
}

extension SearchedIndex {
  /// In the order of the published list.
  static let all = [
    accessProfiles, accountActivities, entitlements, events, identities, roles,
  ]

  /// Shown of rows of several indices.
  static let commonColumns = ["id", "name", "description", "created", "modified"]

  private static let owner = [
    SearchedField("owner.id", .key, "owner_id"), SearchedField("owner.name", .text, "owner_name"),
  ]
  private static let source = [
    SearchedField("source.id", .key, "source_id"),
    SearchedField("source.name", .text, "source_name"),
  ]
  private static let dates = [
    SearchedField("created", .moment, "created"), SearchedField("modified", .moment, "modified"),
  ]
  private static let named = [
    SearchedField("id", .key, "id"), SearchedField("name", .text, "name"),
  ]
  private static let items = [
    SearchedField("id", .key, "$.id"), SearchedField("name", .text, "$.name"),
  ]

  private static let identities = SearchedIndex(
    name: "identities", table: "iam_identities",
    fields: named + [
      SearchedField("displayName", .text, "display_name"),
      SearchedField("firstName", .text, "first_name"),
      SearchedField("lastName", .text, "last_name"), SearchedField("email", .text, "email"),
      SearchedField("department", .text, "department"),
      SearchedField("jobTitle", .text, "job_title"),
      SearchedField("lifecycleState", .text, "lifecycle_state"),
      SearchedField("manager.id", .key, "manager_id"),
      SearchedField("manager.name", .text, "manager_name"),
    ] + source + [
      SearchedField("identityProfile.name", .text, "identity_profile"),
      SearchedField("isManager", .boolean, "is_manager"),
      SearchedField("correlated", .boolean, "is_correlated"),
    ] + dates,
    lists: [
      SearchedList(
        name: "accounts", storage: .table("iam_accounts", key: "identity_id"),
        fields: [
          SearchedField("id", .key, "id"), SearchedField("accountId", .text, "account"),
          SearchedField("name", .text, "display_name"),
          SearchedField("userName", .text, "user_name"), SearchedField("type", .text, "type"),
        ] + source + [
          SearchedField("source.type", .text, "source_type"),
          SearchedField("disabled", .boolean, "is_disabled"),
          SearchedField("locked", .boolean, "is_locked"),
          SearchedField("privileged", .boolean, "is_privileged"),
        ] + dates),
      SearchedList(
        name: "access", storage: .json(column: "access"),
        fields: items + [
          SearchedField("type", .text, "$.type"), SearchedField("source.name", .text, "$.source"),
          SearchedField("privileged", .boolean, "$.privileged"),
        ]),
    ],
    attributes: "attributes",
    columns: [
      "id", "name", "displayName", "email", "department", "jobTitle", "lifecycleState",
      "manager.name", "created", "modified",
    ])

  private static let entitlements = SearchedIndex(
    name: "entitlements", table: "iam_entitlements",
    fields: named + [
      SearchedField("displayName", .text, "display_name"),
      SearchedField("description", .text, "description"),
      SearchedField("attribute", .text, "attribute"), SearchedField("value", .text, "value"),
    ] + source + [
      SearchedField("privileged", .boolean, "is_privileged"),
      SearchedField("accountCount", .integer, "account_count"),
      SearchedField("owner.name", .text, "owner_name"),
    ] + dates,
    columns: [
      "id", "name", "displayName", "description", "attribute", "value", "source.name",
      "privileged", "accountCount", "created", "modified",
    ])

  private static let accessProfiles = SearchedIndex(
    name: "accessprofiles", table: "iam_access_profiles",
    fields: named + [SearchedField("description", .text, "description")] + source + owner + [
      SearchedField("enabled", .boolean, "is_enabled"),
      SearchedField("requestable", .boolean, "is_requestable"),
    ] + dates,
    lists: [
      SearchedList(name: "entitlements", storage: .json(column: "entitlements"), fields: items)
    ],
    columns: [
      "id", "name", "description", "source.name", "owner.name", "enabled", "requestable",
      "entitlements.name", "created", "modified",
    ])

  private static let roles = SearchedIndex(
    name: "roles", table: "iam_roles",
    fields: named + [SearchedField("description", .text, "description")] + owner + [
      SearchedField("enabled", .boolean, "is_enabled"),
      SearchedField("requestable", .boolean, "is_requestable"),
    ] + dates,
    lists: [
      SearchedList(
        name: "accessProfiles", storage: .json(column: "access_profiles"), fields: items)
    ],
    columns: [
      "id", "name", "description", "owner.name", "enabled", "requestable", "accessProfiles.name",
      "created", "modified",
    ])

  private static let accountActivities = SearchedIndex(
    name: "accountactivities", table: "iam_account_activities",
    fields: [
      SearchedField("id", .key, "id"), SearchedField("action", .text, "action"),
      SearchedField("status", .text, "status"),
      SearchedField("requester.id", .key, "requester_id"),
      SearchedField("requester.name", .text, "requester_name"),
      SearchedField("recipient.id", .key, "recipient_id"),
      SearchedField("recipient.name", .text, "recipient_name"),
    ] + source + dates,
    columns: [
      "id", "action", "status", "requester.name", "recipient.name", "source.name", "created",
      "modified",
    ])

  private static let events = SearchedIndex(
    name: "events", table: "iam_events",
    fields: named + [
      SearchedField("type", .text, "type"), SearchedField("actor.name", .text, "actor_name"),
      SearchedField("target.name", .text, "target_name"),
      SearchedField("ipAddress", .key, "ip_address"),
      SearchedField("created", .moment, "created"),
    ],
    columns: ["id", "type", "name", "actor.name", "target.name", "ipAddress", "created"])
}
