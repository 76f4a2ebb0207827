internal import GRDB
internal import ReportCore

/// The counts that are kept per domain and state, for the lists that ask for nothing else: counting
/// the reports of a large domain takes milliseconds for each hundred thousand.
struct DomainCount {
  let domainID: String
  /// nil: all.
  let states: Set<ReportState>?

  /// - Returns: nil if the predicate asks for more than one domain and some states.
  init?(_ predicate: Predicate) {
    var domainID: String?
    var states: Set<ReportState>?
    for condition in Self.flattened(predicate) {
      switch condition {
      case .equals(let field, .string(let id)) where field.path == ["domain_id"]:
        guard domainID?.isExactly(id) ?? true else { return nil }
        domainID = id
      default:
        guard let some = Self.states(condition) else { return nil }
        states = states?.intersection(some) ?? some
      }
    }
    guard let domainID else { return nil }
    self.domainID = domainID
    self.states = states
  }

  func count(_ db: Database) throws -> Int {
    let counts = try db.first(
      """
      SELECT created, in_progress, failure, timeout, canceled, finished
      FROM domain_turns WHERE domain_id = ?
      """, [.text(domainID)]
    ) { row in
      let columns: [ReportState: Int32] = [
        .created: 0, .inProgress: 1, .failure: 2, .timeout: 3, .canceled: 4, .finished: 5,
      ]
      return columns.mapValues { Int(row.integer($0)) }
    }
    return (counts ?? [:]).reduce(0) { sum, count in
      states.map { $0.contains(count.key) } ?? true ? sum + count.value : sum
    }
  }

  private static func flattened(_ predicate: Predicate) -> [Predicate] {
    if case .all(let items) = predicate { items.flatMap(flattened) } else { [predicate] }
  }

  private static func states(_ predicate: Predicate) -> Set<ReportState>? {
    switch predicate {
    case .equals(let field, .string(let name)) where field.path == ["state"]:
      return ReportState(rawValue: name).map { [$0] }
    case .any(let items):
      var states: Set<ReportState> = []
      for item in items {
        guard let some = Self.states(item) else { return nil }
        states.formUnion(some)
      }
      return states
    default:
      return nil
    }
  }
}
