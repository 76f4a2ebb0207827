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

/// A value computed over the rows of a group.
public struct AggregateGroupField: Message {
  /// The field it is computed from; not needed for a count.
  public enum KeyAlias: Sendable, Hashable {
    /// The field's path.
    case key(String)
    /// The field's path, under its short name.
    case k(String)
  }

  /// What the value is called in the result.
  public enum NameAlias: Sendable, Hashable {
    /// The result's name for it.
    case name(String)
    /// The result's name for it, under its short name.
    case n(String)
  }

  /// How it is computed, such as `count`, `sum`, `average` or `max`.
  public enum OperatorAlias: Sendable, Hashable {
    /// The operator's name.
    case `operator`(String)
    /// The operator's name, under its short name.
    case o(String)
  }

  /// A further operand, for the operators that take one.
  public enum OperatorValue: Sendable, Hashable {
    /// The operand.
    case value(String)
    /// The operand, under its short name.
    case v(String)
  }

  /// The field it is computed from; not needed for a count.
  public var keyAlias: KeyAlias?
  /// What the value is called in the result.
  public var nameAlias: NameAlias?
  /// How it is computed, such as `count`, `sum`, `average` or `max`.
  public var operatorAlias: OperatorAlias?
  /// A further operand, for the operators that take one.
  public var operatorValue: OperatorValue?
  /// How a date is written before it is used; dates stay as they are if empty.
  public var dateFormat = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    keyAlias: KeyAlias? = nil, nameAlias: NameAlias? = nil, operatorAlias: OperatorAlias? = nil,
    operatorValue: OperatorValue? = nil, dateFormat: String = ""
  ) {
    self.keyAlias = keyAlias
    self.nameAlias = nameAlias
    self.operatorAlias = operatorAlias
    self.operatorValue = operatorValue
    self.dateFormat = dateFormat
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.core.v1.AggregateGroupField",
    [
      FieldDescriptor(1, "key", .string, oneof: 0),
      FieldDescriptor(2, "k", .string, oneof: 0),
      FieldDescriptor(3, "name", .string, oneof: 1),
      FieldDescriptor(4, "n", .string, oneof: 1),
      FieldDescriptor(5, "operator", .string, oneof: 2),
      FieldDescriptor(6, "o", .string, oneof: 2),
      FieldDescriptor(7, "value", .string, oneof: 3),
      FieldDescriptor(8, "v", .string, oneof: 3),
      FieldDescriptor(9, "date_format", .string),
    ], oneofs: ["key_alias", "name_alias", "operator_alias", "operator_value"])

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
    switch operatorAlias {
    case .operator(let `operator`): try sink.present(5, .string, `operator`)
    case .o(let o): try sink.present(6, .string, o)
    case nil: break
    }
    switch operatorValue {
    case .value(let value): try sink.present(7, .string, value)
    case .v(let v): try sink.present(8, .string, v)
    case nil: break
    }
    try sink.scalar(9, .string, dateFormat)
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
    case 5:
      if let `operator` = try source.present(.string) { operatorAlias = .operator(`operator`) }
    case 6:
      if let o = try source.present(.string) { operatorAlias = .o(o) }
    case 7:
      if let value = try source.present(.string) { operatorValue = .value(value) }
    case 8:
      if let v = try source.present(.string) { operatorValue = .v(v) }
    case 9: try source.scalar(.string, into: &dateFormat)
    default: source.unknown()
    }
  }
}

/// Makes one row of every element of a list.
public struct AggregateUnwind: Message {
  /// The path of the list.
  public var path = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(path: String = "") {
    self.path = path
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.core.v1.AggregateUnwind",
    [
      FieldDescriptor(1, "path", .string)
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, path)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &path)
    default: source.unknown()
    }
  }
}

/// Counts what the steps before have left.
public struct AggregateCount: Message {
  /// What the number is called in the result.
  public var name = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(name: String = "") {
    self.name = name
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.core.v1.AggregateCount",
    [
      FieldDescriptor(1, "name", .string)
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, name)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &name)
    default: source.unknown()
    }
  }
}
