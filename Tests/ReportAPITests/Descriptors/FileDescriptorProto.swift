import ProtobufWire

/// One proto file.
struct FileDescriptorProto: Message {
  var name = ""
  var package = ""
  var dependency: [String] = []
  var messageType: [DescriptorProto] = []
  var service: [ServiceDescriptorProto] = []
  var unknownFields = UnknownFields()

  static let descriptor = MessageDescriptor(
    "google.protobuf.FileDescriptorProto",
    [
      FieldDescriptor(1, "name", .string),
      FieldDescriptor(2, "package", .string),
      FieldDescriptor(3, "dependency", .string, .repeated),
      FieldDescriptor(4, "message_type", .message(DescriptorProto.self), .repeated),
      FieldDescriptor(6, "service", .message(ServiceDescriptorProto.self), .repeated),
    ])

  func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, name)
    try sink.scalar(2, .string, package)
    try sink.repeated(3, .string, dependency)
    try sink.messages(4, messageType)
    try sink.messages(6, service)
  }

  mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &name)
    case 2: try source.scalar(.string, into: &package)
    case 3: try source.repeated(.string, into: &dependency)
    case 4: try source.messages(into: &messageType)
    case 6: try source.messages(into: &service)
    default: source.unknown()
    }
  }
}
