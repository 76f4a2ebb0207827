/// Which entities a list selects. Built by the service out of `spaceone.api.core.v1.Query`, whose
/// keys and values it has checked; translated by each store into its own SQL.
///
/// A field that is missing (null, or a path that a JSON object does not have) matches nothing but
/// `.not(...)`, `.equals(_, .null)` and the negation of `.exists`: two-valued logic, unlike SQL's.
/// For those two an empty text field is missing as well, as it is on the wire; an empty text inside
/// options was given, and is there.
package indirect enum Predicate: Hashable, Sendable {
  /// All hold; true if empty.
  case all([Predicate])
  /// One holds; false if empty.
  case any([Predicate])
  case not(Predicate)
  /// Equal in kind and value, case-sensitive; `.null` matches a missing field.
  case equals(FieldReference, OptionValue)
  /// Of one kind and in this order to the value; a field of another kind does not match.
  case compares(FieldReference, Comparison, OptionValue)
  /// A moment field, or an ISO 8601 string inside options, in this order to the moment.
  case comparesInstant(FieldReference, Comparison, Instant)
  case exists(FieldReference)
  /// The text holds this text, ignoring case, taken literally.
  case contains(FieldReference, String)
  /// The text has a match of this pattern anywhere, ignoring case. Matching takes time linear in
  /// the text (`LinearRegex`).
  case matches(FieldReference, pattern: String)
  /// The list has an object whose members equal all of these.
  case hasElement(FieldReference, OptionObject)
}

package enum Comparison: String, Hashable, Sendable, CaseIterable {
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
}

/// A field of an entity, by its published name: `["state"]`, `["template_options", "region"]`,
/// `["storage_info", "name"]`, `["error", "code"]`.
package struct FieldReference: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case text
    /// Compared by the name of its state.
    case state
    case instant
    /// A JSON object as a whole.
    case object
    /// A path into a JSON object: any kind.
    case dynamic
  }

  /// Names told apart by their bytes.
  package var path: [String] { names.map(\.text) }
  package var kind: Kind
  private let names: [ExactText]

  package init(path: [String], kind: Kind) {
    names = path.map(\.exact)
    self.kind = kind
  }

  /// Dotted, as callers write it.
  package var name: String { path.joined(separator: ".") }
}

/// A list: which, in what order, and which slice of it.
package struct ListQuery: Hashable, Sendable {
  package struct Sort: Hashable, Sendable {
    package var field: FieldReference
    package var isDescending: Bool

    package init(field: FieldReference, isDescending: Bool) {
      self.field = field
      self.isDescending = isDescending
    }
  }

  package var predicate: Predicate
  /// The id breaks ties, ascending.
  package var sort: Sort
  /// Entities passed over.
  package var offset: Int
  /// Entities given at most; nil: all.
  package var limit: Int?
  /// Give no entities, only their number.
  package var isCountOnly: Bool
  /// The fields to read, by the first part of their published names; nil: all. Texts and options that
  /// are not among them are empty in the entities given, as are a report's artifacts without
  /// `storage_path`. Ids of entity, domain, template and storage, states, times and counts are always
  /// read.
  package var fields: Set<ExactText>?

  package init(
    predicate: Predicate, sort: Sort, offset: Int = 0, limit: Int? = nil,
    isCountOnly: Bool = false, fields: Set<ExactText>? = nil
  ) {
    self.predicate = predicate
    self.sort = sort
    self.offset = offset
    self.limit = limit
    self.isCountOnly = isCountOnly
    self.fields = fields
  }

  /// Whether a field is to be read.
  package func reads(_ field: ExactText) -> Bool { fields?.contains(field) ?? true }

  /// The domain on whose behalf it is asked, as far as the predicate tells: whose turn it uses up.
  package var domainID: String? { predicate.domainID }
}

extension Predicate {
  fileprivate var domainID: String? {
    switch self {
    case .equals(let field, .string(let id)) where field.path == ["domain_id"] && !id.isEmpty: id
    case .all(let items), .any(let items): items.lazy.compactMap(\.domainID).first
    default: nil
    }
  }
}

/// How much a query selects.
package struct ListSize: Hashable, Sendable {
  /// Entities of the page that was asked for.
  package var pageCount: Int
  /// All that match, before paging.
  package var totalCount: Int

  package init(pageCount: Int, totalCount: Int) {
    self.pageCount = pageCount
    self.totalCount = totalCount
  }
}

/// Looks at the entities of a list while they are read, so that never more than one of them is kept.
package protocol ListVisitor<Entity>: Sendable {
  associatedtype Entity: Sendable

  /// Comes first, once.
  ///
  /// - Returns: whether to be shown the page's entities.
  func begin(_ size: ListSize) -> Bool

  /// Comes once for each entity of the page, in its order. It must not wait: a reader of the store is
  /// held meanwhile.
  ///
  /// - Returns: whether to be shown the next one.
  func visit(_ entity: Entity) -> Bool
}
