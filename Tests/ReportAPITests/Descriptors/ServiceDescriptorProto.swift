import ProtobufWire

/// A service as protoc sees it.
struct ServiceDescriptorProto: Message {
  var name = ""
  var method: [MethodDescriptorProto] = []
  var unknownFields = UnknownFields()

  static let descriptor = MessageDescriptor(
    "google.protobuf.ServiceDescriptorProto",
    [
      FieldDescriptor(1, "name", .string),
      FieldDescriptor(2, "method", .message(MethodDescriptorProto.self), .repeated),
    ])

  func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, name)
    try sink.messages(2, method)
  }

  mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &name)
    case 2: try source.messages(into: &method)
    default: source.unknown()
    }
  }
}
