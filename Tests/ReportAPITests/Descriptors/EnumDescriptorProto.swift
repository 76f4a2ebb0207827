import ProtobufWire

/// An enum as protoc sees it.
struct EnumDescriptorProto: Message {
  var name = ""
  var value: [EnumValueDescriptorProto] = []
  var unknownFields = UnknownFields()

  static let descriptor = MessageDescriptor(
    "google.protobuf.EnumDescriptorProto",
    [
      FieldDescriptor(1, "name", .string),
      FieldDescriptor(2, "value", .message(EnumValueDescriptorProto.self), .repeated),
    ])

  func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, name)
    try sink.messages(2, value)
  }

  mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &name)
    case 2: try source.messages(into: &value)
    default: source.unknown()
    }
  }
}
