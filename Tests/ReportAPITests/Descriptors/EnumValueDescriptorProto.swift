import ProtobufWire

/// A value of an enum as protoc sees it.
struct EnumValueDescriptorProto: Message {
  var name = ""
  var number: Int32 = 0
  var unknownFields = UnknownFields()

  static let descriptor = MessageDescriptor(
    "google.protobuf.EnumValueDescriptorProto",
    [
      FieldDescriptor(1, "name", .string),
      FieldDescriptor(2, "number", .int32),
    ])

  func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, name)
    try sink.scalar(2, .int32, number)
  }

  mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &name)
    case 2: try source.scalar(.int32, into: &self.number)
    default: source.unknown()
    }
  }
}
