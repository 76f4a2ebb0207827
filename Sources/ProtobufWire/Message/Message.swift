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

/// The binary form (Protocol Buffers Encoding). Everything here works on `any Message` and
/// `any Message.Type` as well.
extension Message {
  /// Decodes a message.
  ///
  /// - Throws: `WireError` with the offset and the field, if the bytes are not the message's or
  ///   exceed a limit.
  @inlinable
  public init(
    protobuf bytes: UnsafeRawBufferPointer, options: DecodingOptions = DecodingOptions()
  ) throws(WireError) {
    self.init()
    try merge(protobuf: bytes, options: options)
  }

  /// Decodes a message.
  ///
  /// - Throws: `WireError` with the offset and the field.
  @inlinable
  public init(
    protobuf bytes: [UInt8], options: DecodingOptions = DecodingOptions()
  ) throws(WireError) {
    self.init()
    try bytes.span.withUnsafeBytes { (bytes) throws(WireError) in
      try merge(protobuf: bytes, options: options)
    }
  }

  /// Decodes a message.
  ///
  /// - Throws: `WireError` with the offset, from the slice's start, and the field.
  @inlinable
  public init(
    protobuf bytes: ArraySlice<UInt8>, options: DecodingOptions = DecodingOptions()
  ) throws(WireError) {
    self.init()
    try bytes.span.withUnsafeBytes { (bytes) throws(WireError) in
      try merge(protobuf: bytes, options: options)
    }
  }

  /// Decodes a message.
  ///
  /// - Throws: `WireError` with the offset and the field.
  @inlinable
  public init(
    protobuf bytes: Span<UInt8>, options: DecodingOptions = DecodingOptions()
  ) throws(WireError) {
    self.init()
    try bytes.withUnsafeBytes { (bytes) throws(WireError) in
      try merge(protobuf: bytes, options: options)
    }
  }

  /// Decodes fields into the message: set fields are replaced, messages merged, repeated fields
  /// extended. After an error the fields before it are merged.
  ///
  /// - Throws: `WireError` with the offset and the field.
  @inlinable
  public mutating func merge(
    protobuf bytes: UnsafeRawBufferPointer, options: DecodingOptions = DecodingOptions()
  ) throws(WireError) {
    guard bytes.count <= options.bytesMax else {
      throw WireError(
        .tooLarge, at: 0, "the input has \(bytes.count) bytes; the limit is \(options.bytesMax)")
    }
    guard options.depthMax > 0 else {
      throw WireError(.tooDeep, at: 0, "messages are nested too deeply")
    }
    var reader = BinaryReader(bytes, options)
    do throws(WireError) {
      try decodeFields(from: &reader)
    } catch {
      if reader.hasUnorderedEntries { try restoreEntryOrder(after: reader) }
      throw error
    }
    if reader.hasUnorderedEntries { try restoreEntryOrder(after: reader) }
  }

  /// Decodes fields into the message.
  ///
  /// - Throws: `WireError` with the offset and the field.
  @inlinable
  public mutating func merge(
    protobuf bytes: [UInt8], options: DecodingOptions = DecodingOptions()
  ) throws(WireError) {
    try bytes.span.withUnsafeBytes { (bytes) throws(WireError) in
      try merge(protobuf: bytes, options: options)
    }
  }

  /// The message encoded: fields in the order of their numbers, maps sorted by key, unknown fields
  /// last; so the same message gives the same bytes.
  ///
  /// - Throws: `WireError` if messages are nested too deeply.
  @inlinable
  public func protobuf() throws(WireError) -> [UInt8] {
    var writer = BinaryWriter(reservingBytes: 1024)
    try encode(into: &writer)
    return writer.bytes()
  }

  /// Appends the message encoded.
  ///
  /// - Throws: as `protobuf()`; the writer then holds part of the message: truncate it.
  @inlinable
  public func encode(into writer: inout BinaryWriter) throws(WireError) {
    do throws(WireError) {
      try encodeFields(to: &writer)
    } catch {
      throw error.named(by: Self.descriptor)
    }
  }
}

/// The JSON form (Protocol Buffers, "ProtoJSON Format"). Everything here works on `any Message` and
/// `any Message.Type` as well.
extension Message {
  /// Reads a message of proto3 JSON.
  ///
  /// - Throws: `WireError` with the byte offset and the field.
  public init(
    json text: String, options: JSONDecodingOptions = JSONDecodingOptions()
  ) throws(WireError) {
    try self.init(json: Array(text.utf8), options: options)
  }

  /// Reads a message of proto3 JSON in UTF-8.
  public init(
    json bytes: [UInt8], options: JSONDecodingOptions = JSONDecodingOptions()
  ) throws(WireError) {
    self.init()
    var reader = JSONReader(bytes, options: options)
    try readJSON(from: &reader)
    try reader.expectEnd()
  }

  /// The message as proto3 JSON.
  public func json(
    options: JSONEncodingOptions = JSONEncodingOptions()
  ) throws(WireError) -> String {
    String(decoding: try jsonBytes(options: options), as: UTF8.self)
  }

  /// The message as proto3 JSON in UTF-8.
  public func jsonBytes(
    options: JSONEncodingOptions = JSONEncodingOptions()
  ) throws(WireError) -> [UInt8] {
    var writer = JSONWriter(options: options)
    try writeJSON(to: &writer)
    return writer.bytes
  }

  /// An object of the fields.
  public static var jsonForm: JSONForm { .fields }

  /// An object of the fields.
  public func writeJSON(to writer: inout JSONWriter) throws(WireError) {
    try writer.open("{")
    try writer.fields(of: self)
    writer.close("}")
  }

  /// Reads an object of the fields.
  public mutating func readJSON(from reader: inout JSONReader) throws(WireError) {
    try reader.fields(into: &self)
  }
}
