import ProtobufWire

/// What protoc writes: the files of a set of proto files.
struct FileDescriptorSet: Message {
  var file: [FileDescriptorProto] = []
  var unknownFields = UnknownFields()

  static let descriptor = MessageDescriptor(
    "google.protobuf.FileDescriptorSet",
    [
      FieldDescriptor(1, "file", .message(FileDescriptorProto.self), .repeated)
    ])

  func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.messages(1, file)
  }

  mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.messages(into: &file)
    default: source.unknown()
    }
  }
}
