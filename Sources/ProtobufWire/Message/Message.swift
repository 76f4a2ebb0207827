/// A protobuf message, described once: its descriptor names the fields, `traverse` hands them out
/// in the order of their numbers, `decodeField` takes one in. Binary, JSON, selections and reflection
/// are all made from these three.
///
/// Mark `traverse` and `decodeField` `@inlinable`, so that they are specialised wherever the message
/// is read or written. The requirements with a default are for well-known types only.
public protocol Message: Sendable, Hashable {
  /// Every field at its default.
  init()

  /// The names, numbers and types of the fields.
  static var descriptor: MessageDescriptor { get }

  /// Fields that arrived and are not in the descriptor; written back behind the others.
  var unknownFields: UnknownFields { get set }

  /// Hands every field to a sink, in the order of their numbers. The unknown ones are not handed
  /// out: who needs them asks for them.
  func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError)

  /// Takes one field from a source, which stands at the field's value. A number that the message
  /// does not have is answered with `source.unknown()`.
  mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError)

  /// Reads fields up to the end of the message that the reader is in.
  mutating func decodeFields(from reader: inout BinaryReader) throws(WireError)

  /// Appends the message's fields, the unknown ones last.
  func encodeFields(to writer: inout BinaryWriter) throws(WireError)

  /// What stands for the message in JSON; whoever is not `fields` has its own `writeJSON` and
  /// `readJSON`.
  static var jsonForm: JSONForm { get }

  /// Writes the message as JSON: an object, unless it is a well-known type with a form of its own.
  func writeJSON(to writer: inout JSONWriter) throws(WireError)

  /// Reads what `writeJSON` writes.
  mutating func readJSON(from reader: inout JSONReader) throws(WireError)
}

extension Message {
  /// Reads fields one by one, as every message but a few well-known ones does.
  @inlinable
  public mutating func decodeFields(from reader: inout BinaryReader) throws(WireError) {
    try reader.fields(into: &self)
  }

  /// Appends what `traverse` hands out, then the unknown fields.
  @inlinable
  public func encodeFields(to writer: inout BinaryWriter) throws(WireError) {
    try traverse(&writer)
    writer.unknown(unknownFields)
  }
}
