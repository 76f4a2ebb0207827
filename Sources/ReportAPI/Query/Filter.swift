public import ProtobufWire

/// One condition: a field, an operator and a value. Each part can be written out or by its short
/// alias; of the two, the one that comes last on the wire counts.
public struct Filter: Message {
  /// The field that is looked at, in snake case; dots lead into nested fields
  /// (`template_options.department`).
  public enum KeyAlias: Sendable, Hashable {
    /// The field's path.
    case key(String)
    /// The field's path, under its short name.
    case k(String)
  }

  /// What the field is compared with. Enum values are written by name; numbers are doubles.
  public enum ValueAlias: Sendable, Hashable {
    /// The value, or the list of values for an operator that takes one.
    case value(Value)
    /// The value, under its short name.
    case v(Value)

    /// The value, if it is that case.
    @usableFromInline var value: Value? {
      if case .value(let value) = self { value } else { nil }
    }

    /// The value, if it is that case.
    @usableFromInline var v: Value? {
      if case .v(let v) = self { v } else { nil }
    }
  }

  /// How field and value are compared, such as `eq`, `contain_in` or `timediff_gt`.
  public enum OperatorAlias: Sendable, Hashable {
    /// The operator's name.
    case `operator`(String)
    /// The operator's name, under its short name.
    case o(String)
  }

  /// The field that is looked at, in snake case; dots lead into nested fields
  /// (`template_options.department`).
  public var keyAlias: KeyAlias?
  /// What the field is compared with. Enum values are written by name; numbers are doubles.
  public var valueAlias: ValueAlias?
  /// How field and value are compared, such as `eq`, `contain_in` or `timediff_gt`.
  public var operatorAlias: OperatorAlias?
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    keyAlias: KeyAlias? = nil, valueAlias: ValueAlias? = nil, operatorAlias: OperatorAlias? = nil
  ) {
    self.keyAlias = keyAlias
    self.valueAlias = valueAlias
    self.operatorAlias = operatorAlias
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.core.v1.Filter",
    [
      FieldDescriptor(1, "key", .string, oneof: 0),
      FieldDescriptor(2, "k", .string, oneof: 0),
      FieldDescriptor(3, "value", .message(Value.self), oneof: 1),
      FieldDescriptor(4, "v", .message(Value.self), oneof: 1),
      FieldDescriptor(5, "operator", .string, oneof: 2),
      FieldDescriptor(6, "o", .string, oneof: 2),
    ], oneofs: ["key_alias", "value_alias", "operator_alias"])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    switch keyAlias {
    case .key(let key): try sink.present(1, .string, key)
    case .k(let k): try sink.present(2, .string, k)
    case nil: break
    }
    switch valueAlias {
    case .value(let value): try sink.message(3, value)
    case .v(let v): try sink.message(4, v)
    case nil: break
    }
    switch operatorAlias {
    case .operator(let `operator`): try sink.present(5, .string, `operator`)
    case .o(let o): try sink.present(6, .string, o)
    case nil: break
    }
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
      var value = valueAlias?.value
      // Held once, it is extended where it is: held twice, it would be copied for every piece.
      if value != nil { valueAlias = nil }
      try source.message(into: &value)
      if let value { valueAlias = .value(value) }
    case 4:
      var v = valueAlias?.v
      if v != nil { valueAlias = nil }
      try source.message(into: &v)
      if let v { valueAlias = .v(v) }
    case 5:
      if let `operator` = try source.present(.string) { operatorAlias = .operator(`operator`) }
    case 6:
      if let o = try source.present(.string) { operatorAlias = .o(o) }
    default: source.unknown()
    }
  }
}

extension Filter {
  /// A condition, written out.
  public init(_ key: String, _ operatorName: String, _ value: Value) {
    self.init(
      keyAlias: .key(key), valueAlias: .value(value), operatorAlias: .operator(operatorName))
  }

  /// The field's path, whichever name it came under; nil if it was left out.
  public var keyText: String? {
    switch keyAlias {
    case .key(let text), .k(let text): text
    case nil: nil
    }
  }

  /// What the field is compared with, whichever name it came under; nil if it was left out.
  public var operand: Value? {
    switch valueAlias {
    case .value(let value), .v(let value): value
    case nil: nil
    }
  }

  /// The operator's name, whichever name it came under; nil if it was left out.
  public var operatorName: String? {
    switch operatorAlias {
    case .operator(let name), .o(let name): name
    case nil: nil
    }
  }
}
