extension Struct {
  /// See `Message`.
  public static let descriptor = MessageDescriptor(
    "google.protobuf.Struct",
    [FieldDescriptor(1, "fields", .map(key: .string, value: .message(Value.self)))])

  /// See `Message`.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.entries(1, storage)
  }

  /// See `Message`.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.entries(into: &self)
    default: source.unknown()
    }
  }

  /// Reads all fields, then puts the entries in order: sorting once is enough, however the entries
  /// are strewn among unknown fields. The pieces that follow a first one are put in order when the
  /// whole message is there: once per piece, many would take quadratic time.
  public mutating func decodeFields(from reader: inout BinaryReader) throws(WireError) {
    let start = storage.count
    // The entries before an error are in the message as well.
    defer {
      if start == 0 {
        normalize(from: 0)
      } else if storage.count > start {
        reader.hasUnorderedEntries = true
      }
    }
    try reader.fields(into: &self)
  }

  /// One copy for all modules.
  public func encodeFields(to writer: inout BinaryWriter) throws(WireError) {
    try writer.entries(1, storage)
    writer.unknown(unknownFields)
  }
}
