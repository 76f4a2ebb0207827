public import ProtobufWire

/// A field that rows are grouped by.
public struct AggregateGroupKey: Message {
  /// The field.
  public enum KeyAlias: Sendable, Hashable {
    /// The field's path.
    case key(String)
    /// The field's path, under its short name.
    case k(String)
  }

  /// What the field is called in the result.
  public enum NameAlias: Sendable, Hashable {
    /// The result's name for it.
    case name(String)
    /// The result's name for it, under its short name.
    case n(String)
  }

  /// The field.
  public var keyAlias: KeyAlias?
  /// What the field is called in the result.
  public var nameAlias: NameAlias?
  /// How a date is written before it is compared, such as `%Y-%m`; dates stay as they are if empty.
  public var dateFormat = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(keyAlias: KeyAlias? = nil, nameAlias: NameAlias? = nil, dateFormat: String = "") {
    self.keyAlias = keyAlias
    self.nameAlias = nameAlias
    self.dateFormat = dateFormat
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.core.v1.AggregateGroupKey",
    [
      FieldDescriptor(1, "key", .string, oneof: 0),
      FieldDescriptor(2, "k", .string, oneof: 0),
      FieldDescriptor(3, "name", .string, oneof: 1),
      FieldDescriptor(4, "n", .string, oneof: 1),
      FieldDescriptor(5, "date_format", .string),
    ], oneofs: ["key_alias", "name_alias"])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    switch keyAlias {
    case .key(let key): try sink.present(1, .string, key)
    case .k(let k): try sink.present(2, .string, k)
    case nil: break
    }
    switch nameAlias {
    case .name(let name): try sink.present(3, .string, name)
    case .n(let n): try sink.present(4, .string, n)
    case nil: break
    }
    try sink.scalar(5, .string, dateFormat)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1:
      if let key = try source.present(.string) { keyAlias = .key(key) }
    case 2:
      if let k = try source.present(.string) { keyAlias = .k(k) }
    case 3:
      if let name = try source.present(.string) { nameAlias = .name(name) }
    case 4:
      if let n = try source.present(.string) { nameAlias = .n(n) }
    case 5: try source.scalar(.string, into: &dateFormat)
    default: source.unknown()
    }
  }
}
