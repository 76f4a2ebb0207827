import ProtobufWire

/// A field as protoc sees it.
struct FieldDescriptorProto: Message {
  var name = ""
  var number: Int32 = 0
  var label: Int32 = 0
  var type: Int32 = 0
  var typeName = ""
  var oneofIndex: Int32?
  var jsonName = ""
  var proto3Optional = false
  var unknownFields = UnknownFields()

  static let descriptor = MessageDescriptor(
    "google.protobuf.FieldDescriptorProto",
    [
      FieldDescriptor(1, "name", .string),
      FieldDescriptor(3, "number", .int32),
      FieldDescriptor(4, "label", .int32),
      FieldDescriptor(5, "type", .int32),
      FieldDescriptor(6, "type_name", .string),
      FieldDescriptor(9, "oneof_index", .int32, .optional),
      FieldDescriptor(10, "json_name", .string),
      FieldDescriptor(17, "proto3_optional", .bool),
    ])

  func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, name)
    try sink.scalar(3, .int32, number)
    try sink.scalar(4, .int32, label)
    try sink.scalar(5, .int32, type)
    try sink.scalar(6, .string, typeName)
    try sink.present(9, .int32, oneofIndex)
    try sink.scalar(10, .string, jsonName)
    try sink.scalar(17, .bool, proto3Optional)
  }

  mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &name)
    case 3: try source.scalar(.int32, into: &self.number)
    case 4: try source.scalar(.int32, into: &label)
    case 5: try source.scalar(.int32, into: &type)
    case 6: try source.scalar(.string, into: &typeName)
    case 9: try source.present(.int32, into: &oneofIndex)
    case 10: try source.scalar(.string, into: &jsonName)
    case 17: try source.scalar(.bool, into: &proto3Optional)
    default: source.unknown()
    }
  }
}
