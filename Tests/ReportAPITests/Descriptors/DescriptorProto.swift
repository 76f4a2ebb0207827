import ProtobufWire

/// A message as protoc sees it.
struct DescriptorProto: Message {
  var name = ""
  var field: [FieldDescriptorProto] = []
  var nestedType: [DescriptorProto] = []
  var enumType: [EnumDescriptorProto] = []
  var oneofDecl: [OneofDescriptorProto] = []
  var unknownFields = UnknownFields()

  static let descriptor = MessageDescriptor(
    "google.protobuf.DescriptorProto",
    [
      FieldDescriptor(1, "name", .string),
      FieldDescriptor(2, "field", .message(FieldDescriptorProto.self), .repeated),
      FieldDescriptor(3, "nested_type", .message(DescriptorProto.self), .repeated),
      FieldDescriptor(4, "enum_type", .message(EnumDescriptorProto.self), .repeated),
      FieldDescriptor(8, "oneof_decl", .message(OneofDescriptorProto.self), .repeated),
    ])

  func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, name)
    try sink.messages(2, field)
    try sink.messages(3, nestedType)
    try sink.messages(4, enumType)
    try sink.messages(8, oneofDecl)
  }

  mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &name)
    case 2: try source.messages(into: &field)
    case 3: try source.messages(into: &nestedType)
    case 4: try source.messages(into: &enumType)
    case 8: try source.messages(into: &oneofDecl)
    default: source.unknown()
    }
  }
}
