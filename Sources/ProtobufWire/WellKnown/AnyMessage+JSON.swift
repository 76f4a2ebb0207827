extension AnyMessage {
  /// The types that google.protobuf.Any wraps in `value`, as their JSON is no object of fields.
  private static let wrapped: Set<String> = [
    "google.protobuf.Any", "google.protobuf.Duration", "google.protobuf.ListValue",
    "google.protobuf.Struct", "google.protobuf.Timestamp", "google.protobuf.Value",
  ]

  /// The message's own JSON with `@type` in front.
  ///
  /// - Throws: `unknownType` if the options' registry does not have the type.
  public func writeJSON(to writer: inout JSONWriter) throws(WireError) {
    writer.open("{")
    if !typeURL.isEmpty || !value.isEmpty {
      guard let type = writer.options.types.type(of: typeURL) else {
        throw WireError(.unknownType, at: 0, "the type \"\(typeURL)\" is not known")
      }
      writer.key("@type")
      writer.string(typeURL)
      try Self.write(type, value, to: &writer)
    }
    writer.close("}")
  }

  private static func write<M: Message>(
    _ type: M.Type, _ bytes: [UInt8], to writer: inout JSONWriter
  ) throws(WireError) {
    let message = try M(protobuf: bytes)
    if wrapped.contains(M.descriptor.fullName) {
      writer.key("value")
      try message.writeJSON(to: &writer)
    } else {
      try writer.fields(of: message)
    }
  }

  /// The message's own JSON with `@type` among its members, in whatever order.
  public mutating func readJSON(from reader: inout JSONReader) throws(WireError) {
    var scan = reader
    var url: String?
    var count = 0
    try scan.object { (reader, key) throws(WireError) in
      count += 1
      if key == "@type" { url = try reader.string() } else { try reader.skipValue() }
    }
    if count == 0 {
      reader = scan
      return
    }
    guard let url else { throw reader.malformed("a google.protobuf.Any has no @type") }
    guard let type = reader.options.types.type(of: url) else {
      throw WireError(.unknownType, at: reader.index, "the type \"\(url)\" is not known")
    }
    typeURL = url
    value = try Self.read(type, from: &reader)
  }

  private static func read<M: Message>(
    _ type: M.Type, from reader: inout JSONReader
  ) throws(WireError) -> [UInt8] {
    var message = M()
    if wrapped.contains(M.descriptor.fullName) {
      try reader.object { (reader, key) throws(WireError) in
        switch key {
        case "@type": _ = try reader.string()
        case "value": try message.readJSON(from: &reader)
        default:
          throw WireError(
            .unknownField, at: reader.index, "Any of a type with \"value\" has no \"\(key)\"")
        }
      }
    } else {
      try reader.fields(into: &message, passingOver: "@type")
    }
    return try message.protobuf()
  }
}
