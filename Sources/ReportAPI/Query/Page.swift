public import ProtobufWire

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
