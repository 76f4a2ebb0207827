public import ProtobufWire
public import RPCCore

/// Asks for a change of a storage.
public struct UpdateStorageRequest: DomainRequest {
  /// The tenant that the storage belongs to; required.
  public var domainID = ""
  /// The storage; required.
  public var storageID = ""
  /// Other credentials; unchanged if empty.
  public var secretID = ""
  /// Other settings, all of them; unchanged if absent.
  public var options: Struct?
  /// Another name; unchanged if empty.
  public var name = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    domainID: String = "", storageID: String = "", secretID: String = "", options: Struct? = nil,
    name: String = ""
  ) {
    self.domainID = domainID
    self.storageID = storageID
    self.secretID = secretID
    self.options = options
    self.name = name
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.UpdateStorageRequest",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "storage_id", .string),
      FieldDescriptor(3, "secret_id", .string),
      FieldDescriptor(4, "options", .message(Struct.self)),
      FieldDescriptor(5, "name", .string),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
    try sink.scalar(2, .string, storageID)
    try sink.scalar(3, .string, secretID)
    try sink.message(4, options)
    try sink.scalar(5, .string, name)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    case 2: try source.scalar(.string, into: &storageID)
    case 3: try source.scalar(.string, into: &secretID)
    case 4: try source.message(into: &options)
    case 5: try source.scalar(.string, into: &name)
    default: source.unknown()
    }
  }
}
