import ProtobufWire

/// A method as protoc sees it.
struct MethodDescriptorProto: Message {
  var name = ""
  var inputType = ""
  var outputType = ""
  var options: MethodOptions?
  var clientStreaming = false
  var serverStreaming = false
  var unknownFields = UnknownFields()

  static let descriptor = MessageDescriptor(
    "google.protobuf.MethodDescriptorProto",
    [
      FieldDescriptor(1, "name", .string),
      FieldDescriptor(2, "input_type", .string),
      FieldDescriptor(3, "output_type", .string),
      FieldDescriptor(4, "options", .message(MethodOptions.self)),
      FieldDescriptor(5, "client_streaming", .bool),
      FieldDescriptor(6, "server_streaming", .bool),
    ])

  func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, name)
    try sink.scalar(2, .string, inputType)
    try sink.scalar(3, .string, outputType)
    try sink.message(4, options)
    try sink.scalar(5, .bool, clientStreaming)
    try sink.scalar(6, .bool, serverStreaming)
  }

  mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &name)
    case 2: try source.scalar(.string, into: &inputType)
    case 3: try source.scalar(.string, into: &outputType)
    case 4: try source.message(into: &options)
    case 5: try source.scalar(.bool, into: &clientStreaming)
    case 6: try source.scalar(.bool, into: &serverStreaming)
    default: source.unknown()
    }
  }
}
