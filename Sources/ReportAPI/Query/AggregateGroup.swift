public import ProtobufWire

/// What rows are grouped by and what is computed for each group.
public struct AggregateGroup: Message {
  /// The fields whose values name a group.
  public var keys: [AggregateGroupKey] = []
  /// The values of each group.
  public var fields: [AggregateGroupField] = []
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(keys: [AggregateGroupKey] = [], fields: [AggregateGroupField] = []) {
    self.keys = keys
    self.fields = fields
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.core.v1.AggregateGroup",
    [
      FieldDescriptor(1, "keys", .message(AggregateGroupKey.self), .repeated),
      FieldDescriptor(2, "fields", .message(AggregateGroupField.self), .repeated),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.messages(1, keys)
    try sink.messages(2, fields)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.messages(into: &keys)
    case 2: try source.messages(into: &fields)
    default: source.unknown()
    }
  }
}
