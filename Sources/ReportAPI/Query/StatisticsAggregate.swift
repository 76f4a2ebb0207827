public import ProtobufWire

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
