/// google.protobuf.ListValue: a JSON array.
public struct ListValue: Message {
  /// The elements.
  public var values: [Value] = []
  /// See `Message`.
  public var unknownFields = UnknownFields()

  /// No elements.
  public init() {}

  /// Makes a list of elements.
  public init(_ values: [Value]) {
    self.values = values
  }

  /// See `Message`.
  public static let descriptor = MessageDescriptor(
    "google.protobuf.ListValue", [FieldDescriptor(1, "values", .message(Value.self), .repeated)])

  /// See `Message`.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.messages(1, values)
  }

  /// See `Message`.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.messages(into: &values)
    default: source.unknown()
    }
  }
}

extension ListValue: ExpressibleByArrayLiteral {
  /// `["csv", 1, true]`.
  public init(arrayLiteral elements: Value...) {
    values = elements
  }
}

extension ListValue {
  /// See `Message`.
  public static var jsonForm: JSONForm { .own }

  /// A plain JSON array.
  public func writeJSON(to writer: inout JSONWriter) throws(WireError) {
    try writer.open("[")
    for (index, value) in values.enumerated() {
      writer.next()
      do throws(WireError) {
        try value.writeJSON(to: &writer)
      } catch {
        throw error.inside("[\(index)]")
      }
    }
    writer.close("]")
  }

  /// A plain JSON array.
  public mutating func readJSON(from reader: inout JSONReader) throws(WireError) {
    try decodeField(1, from: &reader)
  }
}
