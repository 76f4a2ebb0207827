import ProtobufWire

/// Options of a method; `http` is the extension of google/api/annotations.proto.
struct MethodOptions: Message {
  var idempotencyLevel: Int32 = 0
  var http: HttpRule?
  var unknownFields = UnknownFields()

  static let descriptor = MessageDescriptor(
    "google.protobuf.MethodOptions",
    [
      FieldDescriptor(34, "idempotency_level", .int32),
      FieldDescriptor(72295728, "http", .message(HttpRule.self)),
    ])

  func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(34, .int32, idempotencyLevel)
    try sink.message(72295728, http)
  }

  mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 34: try source.scalar(.int32, into: &idempotencyLevel)
    case 72295728: try source.message(into: &http)
    default: source.unknown()
    }
  }
}
