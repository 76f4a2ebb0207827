public import ProtobufWire
public import RPCCore

/// Asks for one kind of storage.
public struct GetStorageTypeRequest: DomainRequest {
  /// The tenant that asks; required.
  public var domainID = ""
  /// The kind of storage; required.
  public var storageTypeID = ""
  /// The paths of the fields that are sent; all if empty.
  public var only: [String] = []
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(domainID: String = "", storageTypeID: String = "", only: [String] = []) {
    self.domainID = domainID
    self.storageTypeID = storageTypeID
    self.only = only
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.GetStorageTypeRequest",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "storage_type_id", .string),
      FieldDescriptor(3, "only", .string, .repeated),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
    try sink.scalar(2, .string, storageTypeID)
    try sink.repeated(3, .string, only)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    case 2: try source.scalar(.string, into: &storageTypeID)
    case 3: try source.repeated(.string, into: &only)
    default: source.unknown()
    }
  }
}

/// Asks for kinds of storage. Every field that is set narrows the result. Number 2 is free: this
/// list takes no query.
public struct StorageTypeQuery: DomainRequest {
  /// The tenant that asks; required.
  public var domainID = ""
  /// The one kind with this id.
  public var storageTypeID = ""
  /// Kinds with this name.
  public var name = ""
  /// Kinds of this technique, such as `local`.
  public var storageType = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    domainID: String = "", storageTypeID: String = "", name: String = "", storageType: String = ""
  ) {
    self.domainID = domainID
    self.storageTypeID = storageTypeID
    self.name = name
    self.storageType = storageType
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.StorageTypeQuery",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(3, "storage_type_id", .string),
      FieldDescriptor(4, "name", .string),
      FieldDescriptor(5, "storage_type", .string),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
    try sink.scalar(3, .string, storageTypeID)
    try sink.scalar(4, .string, name)
    try sink.scalar(5, .string, storageType)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    case 3: try source.scalar(.string, into: &storageTypeID)
    case 4: try source.scalar(.string, into: &name)
    case 5: try source.scalar(.string, into: &storageType)
    default: source.unknown()
    }
  }
}
