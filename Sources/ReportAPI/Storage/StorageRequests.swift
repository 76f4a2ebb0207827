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

/// Asks for the end of a storage.
public struct DeregisterStorageRequest: DomainRequest {
  /// The tenant that the storage belongs to; required.
  public var domainID = ""
  /// The storage; required.
  public var storageID = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(domainID: String = "", storageID: String = "") {
    self.domainID = domainID
    self.storageID = storageID
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.DeregisterStorageRequest",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "storage_id", .string),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
    try sink.scalar(2, .string, storageID)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    case 2: try source.scalar(.string, into: &storageID)
    default: source.unknown()
    }
  }
}

/// Asks for one storage.
public struct GetStorageRequest: DomainRequest {
  /// The tenant that the storage belongs to; required.
  public var domainID = ""
  /// The storage; required.
  public var storageID = ""
  /// The paths of the fields that are sent; all if empty.
  public var only: [String] = []
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(domainID: String = "", storageID: String = "", only: [String] = []) {
    self.domainID = domainID
    self.storageID = storageID
    self.only = only
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.GetStorageRequest",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "storage_id", .string),
      FieldDescriptor(3, "only", .string, .repeated),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
    try sink.scalar(2, .string, storageID)
    try sink.repeated(3, .string, only)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    case 2: try source.scalar(.string, into: &storageID)
    case 3: try source.repeated(.string, into: &only)
    default: source.unknown()
    }
  }
}

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
