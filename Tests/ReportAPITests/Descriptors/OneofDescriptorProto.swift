import ProtobufWire

/// A oneof as protoc sees it.
struct OneofDescriptorProto: Message {
  var name = ""
  var unknownFields = UnknownFields()

  static let descriptor = MessageDescriptor(
    "google.protobuf.OneofDescriptorProto",
    [
      FieldDescriptor(1, "name", .string)
    ])

  func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, name)
  }

  mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &name)
    default: source.unknown()
    }
  }
}
