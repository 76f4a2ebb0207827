public import ProtobufWire

/// Which resources a list contains, in which order, and how much of each is sent.
public struct Query: Message {
  /// Conditions that all must hold.
  public var filter: [Filter] = []
  /// Conditions of which one must hold, if there are any; beside those of `filter`.
  public var filterOr: [Filter] = []
  /// The order; newest first if absent.
  public var sort: Sort?
  /// The slice; everything if absent.
  public var page: Page?
  /// Whether only ids, names and states are sent.
  public var minimal = false
  /// Whether only the number of matches is sent, without results.
  public var countOnly = false
  /// The paths of the fields that are sent; all if empty. Joins with `minimal`.
  public var only: [String] = []
  /// Words separated by spaces, looked for in the fields that people read, whatever their case.
  public var keyword = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    filter: [Filter] = [], filterOr: [Filter] = [], sort: Sort? = nil, page: Page? = nil,
    minimal: Bool = false, countOnly: Bool = false, only: [String] = [], keyword: String = ""
  ) {
    self.filter = filter
    self.filterOr = filterOr
    self.sort = sort
    self.page = page
    self.minimal = minimal
    self.countOnly = countOnly
    self.only = only
    self.keyword = keyword
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.core.v1.Query",
    [
      FieldDescriptor(1, "filter", .message(Filter.self), .repeated),
      FieldDescriptor(2, "filter_or", .message(Filter.self), .repeated),
      FieldDescriptor(3, "sort", .message(Sort.self)),
      FieldDescriptor(4, "page", .message(Page.self)),
      FieldDescriptor(5, "minimal", .bool),
      FieldDescriptor(6, "count_only", .bool),
      FieldDescriptor(7, "only", .string, .repeated),
      FieldDescriptor(8, "keyword", .string),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.messages(1, filter)
    try sink.messages(2, filterOr)
    try sink.message(3, sort)
    try sink.message(4, page)
    try sink.scalar(5, .bool, minimal)
    try sink.scalar(6, .bool, countOnly)
    try sink.repeated(7, .string, only)
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
    case 3: try source.message(into: &sort)
    case 4: try source.message(into: &page)
    case 5: try source.scalar(.bool, into: &minimal)
    case 6: try source.scalar(.bool, into: &countOnly)
    case 7: try source.repeated(.string, into: &only)
    case 8: try source.scalar(.string, into: &keyword)
    default: source.unknown()
    }
  }
}

/// A slice of a list.
public struct Page: Message {
  /// The position of the first row, counted from 1; 0 means 1.
  public var start: UInt32 = 0
  /// The number of rows at most; 0 means all.
  public var limit: UInt32 = 0
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(start: UInt32 = 0, limit: UInt32 = 0) {
    self.start = start
    self.limit = limit
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.core.v1.Page",
    [
      FieldDescriptor(1, "start", .uint32),
      FieldDescriptor(2, "limit", .uint32),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .uint32, start)
    try sink.scalar(2, .uint32, limit)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.uint32, into: &start)
    case 2: try source.scalar(.uint32, into: &limit)
    default: source.unknown()
    }
  }
}

/// The order of a list.
public struct Sort: Message {
  /// The field to sort by. Equal ones keep the order of their ids.
  public var key = ""
  /// Whether the greatest comes first.
  public var desc = false
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(key: String = "", desc: Bool = false) {
    self.key = key
    self.desc = desc
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.core.v1.Sort",
    [
      FieldDescriptor(1, "key", .string),
      FieldDescriptor(2, "desc", .bool),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, key)
    try sink.scalar(2, .bool, desc)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &key)
    case 2: try source.scalar(.bool, into: &desc)
    default: source.unknown()
    }
  }
}
