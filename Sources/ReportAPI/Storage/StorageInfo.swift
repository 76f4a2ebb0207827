public import ProtobufWire

/// A storage: a place for files that a domain may use.
///
/// The fields are shared between copies until one of them changes: a list of these is cheap to
/// pass around.
public struct StorageInfo: Message {
  @usableFromInline var box = Boxed<Fields>()

  /// Every field at its default; takes no memory of its own until one is set.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    domainID: String = "", storageID: String = "", name: String = "", secretID: String = "",
    storageTypeInfo: StorageTypeInfo? = nil, options: Struct? = nil, createdAt: Timestamp? = nil
  ) {
    self.init()
    self.domainID = domainID
    self.storageID = storageID
    self.name = name
    self.secretID = secretID
    self.storageTypeInfo = storageTypeInfo
    self.options = options
    self.createdAt = createdAt
  }

  /// The tenant that the storage belongs to; empty for one that every domain may use.
  @inlinable public var domainID: String {
    get { box.fields.domainID }
    _modify { yield &box.fields.domainID }
  }

  /// The storage's id: `storage-` and 12 hexadecimal digits.
  @inlinable public var storageID: String {
    get { box.fields.storageID }
    _modify { yield &box.fields.storageID }
  }

  /// What people call it.
  @inlinable public var name: String {
    get { box.fields.name }
    _modify { yield &box.fields.name }
  }

  /// Where its credentials are kept; empty if it needs none.
  @inlinable public var secretID: String {
    get { box.fields.secretID }
    _modify { yield &box.fields.secretID }
  }

  /// The kind of storage it is.
  @inlinable public var storageTypeInfo: StorageTypeInfo? {
    get { box.fields.storageTypeInfo }
    _modify { yield &box.fields.storageTypeInfo }
  }

  /// Its settings, as the kind asks for them.
  @inlinable public var options: Struct? {
    get { box.fields.options }
    _modify { yield &box.fields.options }
  }

  /// When it was registered.
  @inlinable public var createdAt: Timestamp? {
    get { box.fields.createdAt }
    _modify { yield &box.fields.createdAt }
  }

  /// Fields that are not known here, kept as they came.
  @inlinable public var unknownFields: UnknownFields {
    get { box.fields.unknownFields }
    _modify { yield &box.fields.unknownFields }
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.StorageInfo",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "storage_id", .string),
      FieldDescriptor(3, "name", .string),
      FieldDescriptor(4, "secret_id", .string),
      FieldDescriptor(5, "storage_type_info", .message(StorageTypeInfo.self)),
      FieldDescriptor(6, "options", .message(Struct.self)),
      FieldDescriptor(7, "created_at", .message(Timestamp.self)),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try box.traverse(&sink)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    try box.decodeField(number, from: &source)
  }
}

extension StorageInfo {
  /// What a StorageInfo holds, behind the shared reference.
  @usableFromInline
  struct Fields: MessageFields {
    @usableFromInline var domainID: String = ""
    @usableFromInline var storageID: String = ""
    @usableFromInline var name: String = ""
    @usableFromInline var secretID: String = ""
    @usableFromInline var storageTypeInfo: StorageTypeInfo? = nil
    @usableFromInline var options: Struct? = nil
    @usableFromInline var createdAt: Timestamp? = nil
    @usableFromInline var unknownFields = UnknownFields()

    @inlinable init() {}

    @inlinable
    func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
      try sink.scalar(1, .string, domainID)
      try sink.scalar(2, .string, storageID)
      try sink.scalar(3, .string, name)
      try sink.scalar(4, .string, secretID)
      try sink.message(5, storageTypeInfo)
      try sink.message(6, options)
      try sink.message(7, createdAt)
    }

    @inlinable
    mutating func decodeField<Source: FieldSource & ~Copyable>(
      _ number: Int, from source: inout Source
    ) throws(WireError) {
      switch number {
      case 1: try source.scalar(.string, into: &domainID)
      case 2: try source.scalar(.string, into: &storageID)
      case 3: try source.scalar(.string, into: &name)
      case 4: try source.scalar(.string, into: &secretID)
      case 5: try source.message(into: &storageTypeInfo)
      case 6: try source.message(into: &options)
      case 7: try source.message(into: &createdAt)
      default: source.unknown()
      }
    }
  }
}

/// A list of storages.
public struct StoragesInfo: Message {
  /// The storages of the page that was asked for.
  public var results: [StorageInfo] = []
  /// How many storages match, on all pages together.
  public var totalCount: Int32 = 0
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(results: [StorageInfo] = [], totalCount: Int32 = 0) {
    self.results = results
    self.totalCount = totalCount
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.StoragesInfo",
    [
      FieldDescriptor(1, "results", .message(StorageInfo.self), .repeated),
      FieldDescriptor(2, "total_count", .int32),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.messages(1, results)
    try sink.scalar(2, .int32, totalCount)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.messages(into: &results)
    case 2: try source.scalar(.int32, into: &totalCount)
    default: source.unknown()
    }
  }
}
