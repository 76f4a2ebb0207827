public import ProtobufWire

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
