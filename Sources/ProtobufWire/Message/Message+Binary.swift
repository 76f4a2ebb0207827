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
