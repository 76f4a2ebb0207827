public import ProtobufWire

/// A summary of resources instead of the resources themselves.
public struct StatisticsQuery: Message {
  /// How much of the result is sent.
  public enum LimitResult: Sendable, Hashable {
    /// A slice of it.
    case page(Page)
    /// So many rows from the start.
    case limit(UInt32)

    /// The page, if it is that case.
    @usableFromInline var page: Page? {
      if case .page(let page) = self { page } else { nil }
    }
  }

  /// Conditions that all must hold.
  public var filter: [Filter] = []
  /// Conditions of which one must hold, if there are any; beside those of `filter`.
  public var filterOr: [Filter] = []
  /// What is computed; absent if `distinct` is asked for.
  public var aggregate: StatisticsAggregate?
  /// The order of the result; as it comes if absent.
  public var sort: StatisticsSort?
  /// How much of the result is sent.
  public var limitResult: LimitResult?
  /// The path of a field whose different values are the result; excludes `aggregate`.
  public var distinct = ""
  /// Words separated by spaces, looked for in the fields that people read, whatever their case.
  public var keyword = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    filter: [Filter] = [], filterOr: [Filter] = [], aggregate: StatisticsAggregate? = nil,
    sort: StatisticsSort? = nil, limitResult: LimitResult? = nil, distinct: String = "",
    keyword: String = ""
  ) {
    self.filter = filter
    self.filterOr = filterOr
    self.aggregate = aggregate
    self.sort = sort
    self.limitResult = limitResult
    self.distinct = distinct
    self.keyword = keyword
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.core.v1.StatisticsQuery",
    [
      FieldDescriptor(1, "filter", .message(Filter.self), .repeated),
      FieldDescriptor(2, "filter_or", .message(Filter.self), .repeated),
      FieldDescriptor(3, "aggregate", .message(StatisticsAggregate.self)),
      FieldDescriptor(4, "sort", .message(StatisticsSort.self)),
      FieldDescriptor(5, "page", .message(Page.self), oneof: 0),
      FieldDescriptor(6, "limit", .uint32, oneof: 0),
      FieldDescriptor(7, "distinct", .string),
      FieldDescriptor(8, "keyword", .string),
    ], oneofs: ["limit_result"])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.messages(1, filter)
    try sink.messages(2, filterOr)
    try sink.message(3, aggregate)
    try sink.message(4, sort)
    switch limitResult {
    case .page(let page): try sink.message(5, page)
    case .limit(let limit): try sink.present(6, .uint32, limit)
    case nil: break
    }
    try sink.scalar(7, .string, distinct)
    try sink.scalar(8, .string, keyword)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.messages(into: &filter)
    case 2: try source.messages(into: &filterOr)
    case 3: try source.message(into: &aggregate)
    case 4: try source.message(into: &sort)
    case 5:
      var page = limitResult?.page
      // Held once, it is extended where it is: held twice, it would be copied for every piece.
      if page != nil { limitResult = nil }
      try source.message(into: &page)
      if let page { limitResult = .page(page) }
    case 6:
      if let limit = try source.present(.uint32) { limitResult = .limit(limit) }
    case 7: try source.scalar(.string, into: &distinct)
    case 8: try source.scalar(.string, into: &keyword)
    default: source.unknown()
    }
  }
}

/// The steps of a summary, in this order.
public struct StatisticsAggregate: Message {
  /// Lists that are taken apart first.
  public var unwind: [AggregateUnwind] = []
  /// How rows are grouped; absent if they are only counted.
  public var group: AggregateGroup?
  /// The count at the end; absent if the groups themselves are wanted.
  public var count: AggregateCount?
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    unwind: [AggregateUnwind] = [], group: AggregateGroup? = nil, count: AggregateCount? = nil
  ) {
    self.unwind = unwind
    self.group = group
    self.count = count
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.core.v1.StatisticsAggregate",
    [
      FieldDescriptor(1, "unwind", .message(AggregateUnwind.self), .repeated),
      FieldDescriptor(2, "group", .message(AggregateGroup.self)),
      FieldDescriptor(3, "count", .message(AggregateCount.self)),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.messages(1, unwind)
    try sink.message(2, group)
    try sink.message(3, count)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.messages(into: &unwind)
    case 2: try source.message(into: &group)
    case 3: try source.message(into: &count)
    default: source.unknown()
    }
  }
}

/// The order of a summary.
public struct StatisticsSort: Message {
  /// A name of the result.
  public var name = ""
  /// Whether the greatest comes first.
  public var desc = false
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(name: String = "", desc: Bool = false) {
    self.name = name
    self.desc = desc
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.core.v1.StatisticsSort",
    [
      FieldDescriptor(1, "name", .string),
      FieldDescriptor(2, "desc", .bool),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, name)
    try sink.scalar(2, .bool, desc)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &name)
    case 2: try source.scalar(.bool, into: &desc)
    default: source.unknown()
    }
  }
}
