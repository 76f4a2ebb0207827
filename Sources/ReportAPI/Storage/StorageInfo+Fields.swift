public import ProtobufWire

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
