public import ProtobufWire

extension ScheduleInfo {
  /// What a ScheduleInfo holds, behind the shared reference.
  @usableFromInline
  struct Fields: MessageFields {
    @usableFromInline var domainID: String = ""
    @usableFromInline var scheduleID: String = ""
    @usableFromInline var name: String = ""
    @usableFromInline var templateID: String = ""
    @usableFromInline var templateOptions: Struct? = nil
    @usableFromInline var storageID: String = ""
    @usableFromInline var state: State = .enable
    @usableFromInline var schedule: Struct? = nil
    @usableFromInline var createdAt: Timestamp? = nil
    @usableFromInline var lastScheduleAt: Timestamp? = nil
    @usableFromInline var unknownFields = UnknownFields()

    @inlinable init() {}

    @inlinable
    func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
      try sink.scalar(1, .string, domainID)
      try sink.scalar(2, .string, scheduleID)
      try sink.scalar(3, .string, name)
      try sink.scalar(4, .string, templateID)
      try sink.message(5, templateOptions)
      try sink.scalar(6, .string, storageID)
      try sink.scalar(7, .enumeration(State.self), state)
      try sink.message(8, schedule)
      try sink.message(9, createdAt)
      try sink.message(10, lastScheduleAt)
    }

    @inlinable
    mutating func decodeField<Source: FieldSource & ~Copyable>(
      _ number: Int, from source: inout Source
    ) throws(WireError) {
      switch number {
      case 1: try source.scalar(.string, into: &domainID)
      case 2: try source.scalar(.string, into: &scheduleID)
      case 3: try source.scalar(.string, into: &name)
      case 4: try source.scalar(.string, into: &templateID)
      case 5: try source.message(into: &templateOptions)
      case 6: try source.scalar(.string, into: &storageID)
      case 7: try source.scalar(.enumeration(State.self), into: &state)
      case 8: try source.message(into: &schedule)
      case 9: try source.message(into: &createdAt)
      case 10: try source.message(into: &lastScheduleAt)
      default: source.unknown()
      }
    }
  }
}
