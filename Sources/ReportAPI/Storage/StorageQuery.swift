public import ProtobufWire
public import RPCCore

/// Asks for the storages of a domain. Every field that is set narrows the result.
public struct StorageQuery: DomainRequest {
  /// The tenant whose storages are listed; required.
  public var domainID = ""
  /// Conditions, order and page.
  public var query: Query?
  /// The one storage with this id.
  public var storageID = ""
  /// Storages of this kind.
  public var storageTypeID = ""
  /// Storages that use these credentials.
  public var secretID = ""
  /// Storages with this name.
  public var name = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    domainID: String = "", query: Query? = nil, storageID: String = "",
    storageTypeID: String = "", secretID: String = "", name: String = ""
  ) {
    self.domainID = domainID
    self.query = query
    self.storageID = storageID
    self.storageTypeID = storageTypeID
    self.secretID = secretID
    self.name = name
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.StorageQuery",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "query", .message(Query.self)),
      FieldDescriptor(3, "storage_id", .string),
      FieldDescriptor(4, "storage_type_id", .string),
      FieldDescriptor(5, "secret_id", .string),
      FieldDescriptor(6, "name", .string),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
    try sink.message(2, query)
    try sink.scalar(3, .string, storageID)
    try sink.scalar(4, .string, storageTypeID)
    try sink.scalar(5, .string, secretID)
    try sink.scalar(6, .string, name)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    case 2: try source.message(into: &query)
    case 3: try source.scalar(.string, into: &storageID)
    case 4: try source.scalar(.string, into: &storageTypeID)
    case 5: try source.scalar(.string, into: &secretID)
    case 6: try source.scalar(.string, into: &name)
    default: source.unknown()
    }
  }
}
