public import ProtobufWire

/// A kind of storage that the server can write to.
public struct StorageTypeInfo: Message {
  /// The kind's id: `storage-type-` and 12 hexadecimal digits.
  public var storageTypeID = ""
  /// What people call it.
  public var name = ""
  /// The technique behind it: `local` or `s3`.
  public var storageType = ""
  /// Who runs it, such as `aws`; empty for the server's own.
  public var provider = ""
  /// Which settings a storage of this kind takes.
  public var options: Struct?
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    storageTypeID: String = "", name: String = "", storageType: String = "",
    provider: String = "", options: Struct? = nil
  ) {
    self.storageTypeID = storageTypeID
    self.name = name
    self.storageType = storageType
    self.provider = provider
    self.options = options
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.StorageTypeInfo",
    [
      FieldDescriptor(1, "storage_type_id", .string),
      FieldDescriptor(2, "name", .string),
      FieldDescriptor(3, "storage_type", .string),
      FieldDescriptor(4, "provider", .string),
      FieldDescriptor(5, "options", .message(Struct.self)),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, storageTypeID)
    try sink.scalar(2, .string, name)
    try sink.scalar(3, .string, storageType)
    try sink.scalar(4, .string, provider)
    try sink.message(5, options)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &storageTypeID)
    case 2: try source.scalar(.string, into: &name)
    case 3: try source.scalar(.string, into: &storageType)
    case 4: try source.scalar(.string, into: &provider)
    case 5: try source.message(into: &options)
    default: source.unknown()
    }
  }
}

/// A list of storage kinds.
public struct StorageTypesInfo: Message {
  /// The kinds of storage that match.
  public var results: [StorageTypeInfo] = []
  /// How many kinds match.
  public var totalCount: Int32 = 0
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(results: [StorageTypeInfo] = [], totalCount: Int32 = 0) {
    self.results = results
    self.totalCount = totalCount
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.StorageTypesInfo",
    [
      FieldDescriptor(1, "results", .message(StorageTypeInfo.self), .repeated),
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
