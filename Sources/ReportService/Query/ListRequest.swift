internal import ProtobufWire
internal import RPCCore
internal import ReportAPI
internal import ReportCore
internal import Texts

/// A list as a caller asked for it, checked: what is to be selected, and what of each entity is to
/// be shown.
struct ListRequest {
  /// What to select.
  var command: ReadReports.ListCommand
  /// The field paths to show; nil: all.
  var only: [String]?

  /// The same with no more read than is shown.
  var readingWhatIsShown: ListRequest {
    var request = self
    request.command.fields = only.map { paths in
      // By bytes: to find letters in a path of many marks takes the square of its length.
      Set(paths.map { String(Substring($0.utf8.prefix { $0 != UInt8(ascii: ".") })).exact })
    }
    return request
  }
}

/// Makes list requests of `spaceone.api.core.v1.Query`.
struct QueryTranslator {
  let schema: ResourceSchema
  let limits: QueryLimits
  let now: Instant

  /// - Parameters:
  ///   - query: what the caller asked for.
  ///   - conditions: further conditions of the AND group: the request's own fields.
  /// - Throws: `INVALID_ARGUMENT` naming what is wrong.
  func listRequest(
    _ query: Query, and conditions: [Predicate]
  ) throws(RPCError) -> ListRequest {
    let translator = FilterTranslator(schema: schema, limits: limits, now: now)
    var all = conditions
    try check(query.filter.count, limits.conditionsMax, "query.filter", "conditions")
    for filter in query.filter {
      all.append(try translator.predicate(FilterCondition(filter)))
    }
    let words = try words(query.keyword)
    try check(query.filterOr.count, limits.conditionsMax, "query.filter_or", "conditions")
    var alternatives: [Predicate] = []
    for filter in query.filterOr {
      alternatives.append(try translator.predicate(FilterCondition(filter)))
    }
    for word in words {
      for key in schema.keywordFields {
        alternatives.append(.contains(schema.known(key), word))
      }
    }
    if !alternatives.isEmpty { all.append(.any(alternatives)) }
    return ListRequest(
      command: ReadReports.ListCommand(
        conditions: all, sort: try sort(query), offset: max(0, Int(query.page?.start ?? 0) - 1),
        limit: query.page.flatMap { $0.limit == 0 ? nil : Int($0.limit) },
        isCountOnly: query.countOnly),
      only: try only(query))
  }

  /// The words of a keyword. Cut by bytes: as letters, a space with an accent on it would be none.
  private func words(_ keyword: String) throws(RPCError) -> [String] {
    let words = keyword.utf8.split(separator: UInt8(ascii: " "), maxSplits: limits.keywordWordsMax)
    // What is behind the last word may be spaces alone.
    let isMore = words.dropFirst(limits.keywordWordsMax).contains { $0.contains { $0 != 0x20 } }
    guard !isMore else {
      throw .invalidParameter(
        "query.keyword", reason: "it has more than \(limits.keywordWordsMax) words")
    }
    return try words.prefix(limits.keywordWordsMax).map { (word) throws(RPCError) in
      // What is looked through are ids and names, none of which has more.
      guard word.count <= limits.keywordWordBytesMax else {
        throw .invalidParameter(
          "query.keyword",
          reason: "a word of it has \(word.count) bytes; at most \(limits.keywordWordBytesMax) are "
            + "taken")
      }
      return String(Substring(word))
    }
  }

  private func sort(_ query: Query) throws(RPCError) -> ListQuery.Sort {
    guard let sort = query.sort, !sort.key.isEmpty else { return schema.defaultSort }
    guard let field = schema.field(sort.key) else {
      throw .invalidParameter("query.sort", reason: "unknown key \(sort.key.quoted)")
    }
    guard field.kind != .object else {
      throw .invalidParameter(
        "query.sort", reason: "\(sort.key) is an object and has no order; name one of its keys")
    }
    return ListQuery.Sort(field: field, isDescending: sort.desc)
  }

  /// `only` and `minimal` together give the union.
  private func only(_ query: Query) throws(RPCError) -> [String]? {
    try check(query.only.count, limits.onlyPathsMax, "query.only", "paths")
    if query.minimal { return schema.minimalPaths + query.only }
    return query.only.isEmpty ? nil : query.only
  }

  private func check(
    _ count: Int, _ countMax: Int, _ key: String, _ what: String
  ) throws(RPCError) {
    guard count <= countMax else {
      throw .invalidParameter(key, reason: "it has \(count) \(what); at most \(countMax) are taken")
    }
  }
}

extension FilterCondition {
  /// Resolves the short names of a filter.
  init(_ filter: Filter) {
    key =
      switch filter.keyAlias {
      case .key(let key), .k(let key): key
      case nil: ""
      }
    value =
      switch filter.valueAlias {
      case .value(let value), .v(let value): OptionValue(value)
      case nil: .null
      }
    operatorName =
      switch filter.operatorAlias {
      case .operator(let name), .o(let name): name
      case nil: ""
      }
  }
}

/// What one query may ask; each bound answers ERROR_INVALID_PARAMETER naming it.
package struct QueryLimits: Sendable {
  /// Conditions in `filter`, and in `filter_or` with the words of `keyword`.
  package var conditionsMax: Int
  /// Items in the value of a list operator.
  package var listItemsMax: Int
  /// Members of the object of a `match`.
  package var matchMembersMax: Int
  /// Words in `keyword`.
  package var keywordWordsMax: Int
  /// UTF-8 bytes of each.
  package var keywordWordBytesMax: Int
  /// Paths in `only`.
  package var onlyPathsMax: Int

  package init(
    conditionsMax: Int = 100, listItemsMax: Int = 500, matchMembersMax: Int = 200,
    keywordWordsMax: Int = 16, keywordWordBytesMax: Int = 255, onlyPathsMax: Int = 100
  ) {
    self.conditionsMax = conditionsMax
    self.listItemsMax = listItemsMax
    self.matchMembersMax = matchMembersMax
    self.keywordWordsMax = keywordWordsMax
    self.keywordWordBytesMax = keywordWordBytesMax
    self.onlyPathsMax = onlyPathsMax
  }
}
