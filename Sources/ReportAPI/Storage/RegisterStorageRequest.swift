public import ProtobufWire
public import RPCCore

/// Asks for a new storage.
public struct RegisterStorageRequest: DomainRequest {
  /// The tenant that the storage will belong to; required.
  public var domainID = ""
  /// What people call the storage; required.
  public var name = ""
  /// Where the credentials are kept; the storage itself holds none.
  public var secretID = ""
  /// The kind of storage; required.
  public var storageTypeID = ""
  /// The settings that the kind asks for, such as bucket and prefix.
  public var options: Struct?
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    domainID: String = "", name: String = "", secretID: String = "", storageTypeID: String = "",
    options: Struct? = nil
  ) {
    self.domainID = domainID
    self.name = name
    self.secretID = secretID
    self.storageTypeID = storageTypeID
    self.options = options
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.RegisterStorageRequest",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "name", .string),
      FieldDescriptor(3, "secret_id", .string),
      FieldDescriptor(4, "storage_type_id", .string),
      FieldDescriptor(5, "options", .message(Struct.self)),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
    try sink.scalar(2, .string, name)
    try sink.scalar(3, .string, secretID)
    try sink.scalar(4, .string, storageTypeID)
    try sink.message(5, options)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    case 2: try source.scalar(.string, into: &name)
    case 3: try source.scalar(.string, into: &secretID)
    case 4: try source.scalar(.string, into: &storageTypeID)
    case 5: try source.message(into: &options)
    default: source.unknown()
    }
  }
}
