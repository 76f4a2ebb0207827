import ProtobufWire

/// `reportwire.test.Nested`: a message that contains itself.
struct Nested: Message {
  var id: Int32 = 0
  var name = ""
  var children: [Nested] = []
  var unknownFields = UnknownFields()
  // A struct cannot hold itself; an array of at most one can.
  private var childOrNone: [Nested] = []

  var child: Nested? {
    get { childOrNone.first }
    set { childOrNone = newValue.map { [$0] } ?? [] }
  }

  init(id: Int32 = 0, name: String = "") {
    self.id = id
    self.name = name
  }

  init() {}

  static let descriptor = MessageDescriptor(
    "reportwire.test.Nested",
    [
      FieldDescriptor(1, "id", .int32),
      FieldDescriptor(2, "name", .string),
      FieldDescriptor(3, "child", .message(Nested.self)),
      FieldDescriptor(4, "children", .message(Nested.self), .repeated),
    ])

  func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .int32, id)
    try sink.scalar(2, .string, name)
    try sink.message(3, child)
    try sink.messages(4, children)
  }

  mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.int32, into: &id)
    case 2: try source.scalar(.string, into: &name)
    case 3: try source.message(into: &child)
    case 4: try source.messages(into: &children)
    default: source.unknown()
    }
  }
}
