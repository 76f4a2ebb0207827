public import ProtobufWire

/// One part of a resource's identity.
public struct IdentityInfo: Message {
  /// The name of the field, such as `project_id`.
  public var key = ""
  /// The field's value.
  public var value = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(key: String = "", value: String = "") {
    self.key = key
    self.value = value
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.IdentityInfo",
    [
      FieldDescriptor(1, "key", .string),
      FieldDescriptor(2, "value", .string),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, key)
    try sink.scalar(2, .string, value)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &key)
    case 2: try source.scalar(.string, into: &value)
    default: source.unknown()
    }
  }
}
