public import ProtobufWire

extension ReportInfo {
  /// What a ReportInfo holds, behind the shared reference.
  @usableFromInline
  struct Fields: MessageFields {
    @usableFromInline var domainID: String = ""
    @usableFromInline var reportID: String = ""
    @usableFromInline var templateID: String = ""
    @usableFromInline var storageInfo: StorageInfo? = nil
    @usableFromInline var storagePath: String = ""
    @usableFromInline var templateOptions: Struct? = nil
    @usableFromInline var state: State = .created
    @usableFromInline var createdBy: String = ""
    @usableFromInline var scheduleID: String = ""
    @usableFromInline var createdAt: Timestamp? = nil
    @usableFromInline var error: ReportError? = nil
    @usableFromInline var unknownFields = UnknownFields()

    @inlinable init() {}

    @inlinable
    func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
      try sink.scalar(1, .string, domainID)
      try sink.scalar(2, .string, reportID)
      try sink.scalar(3, .string, templateID)
      try sink.message(4, storageInfo)
      try sink.scalar(5, .string, storagePath)
      try sink.message(6, templateOptions)
      try sink.scalar(7, .enumeration(State.self), state)
      try sink.scalar(8, .string, createdBy)
      try sink.scalar(9, .string, scheduleID)
      try sink.message(10, createdAt)
      try sink.message(11, error)
    }

    @inlinable
    mutating func decodeField<Source: FieldSource & ~Copyable>(
      _ number: Int, from source: inout Source
    ) throws(WireError) {
      switch number {
      case 1: try source.scalar(.string, into: &domainID)
      case 2: try source.scalar(.string, into: &reportID)
      case 3: try source.scalar(.string, into: &templateID)
      case 4: try source.message(into: &storageInfo)
      case 5: try source.scalar(.string, into: &storagePath)
      case 6: try source.message(into: &templateOptions)
      case 7: try source.scalar(.enumeration(State.self), into: &state)
      case 8: try source.scalar(.string, into: &createdBy)
      case 9: try source.scalar(.string, into: &scheduleID)
      case 10: try source.message(into: &createdAt)
      case 11: try source.message(into: &error)
      default: source.unknown()
      }
    }
  }
}
