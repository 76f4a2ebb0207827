import ProtobufWire

/// A REST binding, and further ones (google/api/http.proto).
struct HttpRule: Message {
  var get = ""
  var put = ""
  var post = ""
  var delete = ""
  var patch = ""
  var body = ""
  var additionalBindings: [HttpRule] = []
  var unknownFields = UnknownFields()

  static let descriptor = MessageDescriptor(
    "google.api.HttpRule",
    [
      FieldDescriptor(2, "get", .string),
      FieldDescriptor(3, "put", .string),
      FieldDescriptor(4, "post", .string),
      FieldDescriptor(5, "delete", .string),
      FieldDescriptor(6, "patch", .string),
      FieldDescriptor(7, "body", .string),
      FieldDescriptor(11, "additional_bindings", .message(HttpRule.self), .repeated),
    ])

  func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(2, .string, get)
    try sink.scalar(3, .string, put)
    try sink.scalar(4, .string, post)
    try sink.scalar(5, .string, delete)
    try sink.scalar(6, .string, patch)
    try sink.scalar(7, .string, body)
    try sink.messages(11, additionalBindings)
  }

  mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 2: try source.scalar(.string, into: &get)
    case 3: try source.scalar(.string, into: &put)
    case 4: try source.scalar(.string, into: &post)
    case 5: try source.scalar(.string, into: &delete)
    case 6: try source.scalar(.string, into: &patch)
    case 7: try source.scalar(.string, into: &body)
    case 11: try source.messages(into: &additionalBindings)
    default: source.unknown()
    }
  }
}
