internal import Texts

/// google.protobuf.Any: a message of any type, with the name of the type.
public struct AnyMessage: Message {
  /// Such as `type.googleapis.com/google.protobuf.Duration`: what follows the last slash is the
  /// full name.
  public var typeURL = ""
  /// The message, encoded.
  public var value: [UInt8] = []
  /// See `Message`.
  public var unknownFields = UnknownFields()

  /// No message.
  @inlinable
  public init() {}

  /// Packs a message.
  ///
  /// - Throws: `WireError` if the message cannot be encoded.
  public init(packing message: some Message) throws(WireError) {
    typeURL = "type.googleapis.com/" + Swift.type(of: message).descriptor.fullName
    value = try message.protobuf()
  }

  /// The full name of the packed message's type; empty if there is none.
  public var typeName: String { Self.typeName(of: typeURL) ?? "" }

  /// What follows the last slash of a URL; nil if it has none (google/protobuf/any.proto: "must
  /// contain at least one \"/\" character").
  static func typeName(of url: String) -> String? {
    url.utf8.lastIndex(of: UInt8(ascii: "/")).map {
      String(Substring(url.utf8[url.utf8.index(after: $0)...]))
    }
  }

  /// Unpacks the message.
  ///
  /// - Returns: nil if it is of another type.
  /// - Throws: `WireError` if its bytes are malformed.
  public func unpack<M: Message>(as type: M.Type) throws(WireError) -> M? {
    typeName.isByteEqual(to: M.descriptor.fullName) ? try M(protobuf: value) : nil
  }

  /// See `Message`.
  public static let descriptor = MessageDescriptor(
    "google.protobuf.Any",
    [FieldDescriptor(1, "type_url", .string), FieldDescriptor(2, "value", .bytes)])

  /// See `Message`.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, typeURL)
    try sink.scalar(2, .bytes, value)
  }

  /// See `Message`.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &typeURL)
    case 2: try source.scalar(.bytes, into: &value)
    default: source.unknown()
    }
  }
}

extension AnyMessage {
  /// See `Message`.
  public static var jsonForm: JSONForm { .own }

  private static let typeKey = "@type"
  private static let valueKey = "value"

  /// The message's own JSON with `@type` in front; what is no object of fields stands in `value`.
  ///
  /// - Throws: `unknownType` if the options' registry does not have the type.
  public func writeJSON(to writer: inout JSONWriter) throws(WireError) {
    try writer.open("{")
    if !typeURL.isEmpty || !value.isEmpty {
      let type = try Self.type(of: typeURL, in: writer.options.types, at: writer.bytes.count)
      writer.key(Self.typeKey)
      writer.string(typeURL)
      try Self.write(type, value, to: &writer)
    }
    writer.close("}")
  }

  private static func write<M: Message>(
    _ type: M.Type, _ bytes: [UInt8], to writer: inout JSONWriter
  ) throws(WireError) {
    try writer.spendPacked(bytes.count)
    let message = try M(protobuf: bytes)
    if M.jsonForm == .fields {
      try writer.fields(of: message)
    } else {
      writer.key(valueKey)
      try message.writeJSON(to: &writer)
    }
  }

  /// The message's own JSON with `@type` among its members, in whatever order.
  public mutating func readJSON(from reader: inout JSONReader) throws(WireError) {
    var scan = reader
    guard scan.take("{") else { throw scan.wrongType("an object") }
    if scan.take("}") { return try reader.object { (_, _) throws(WireError) in } }
    let url = try Self.typeURL(ahead: &reader)
    let type = try Self.type(of: url, in: reader.options.types, at: reader.index)
    typeURL = url
    value = try Self.read(type, from: &reader)
    try reader.spend(value.count + MemoryCost.allocation)
  }

  /// What `@type` says, wherever it stands among the members; the reader stays before them.
  private static func typeURL(ahead reader: inout JSONReader) throws(WireError) -> String {
    var scan = reader
    guard scan.take("{") else { throw scan.wrongType("an object") }
    // Mostly it stands first, and the others need not be looked at.
    if scan.peek() == UInt8(ascii: "\""), try scan.string().isByteEqual(to: typeKey) {
      try scan.expect(":")
      return try scan.string()
    }
    scan = reader
    var url: String?
    try scan.object { (reader, key) throws(WireError) in
      guard key.isByteEqual(to: typeKey) else { return try reader.skipValue() }
      guard url == nil else { throw reader.malformed("@type stands twice") }
      url = try reader.string()
    }
    try reader.spendAhead(scan.index - reader.index)
    guard let url else { throw reader.malformed("a google.protobuf.Any has no @type") }
    return url
  }

  private static func read<M: Message>(
    _ type: M.Type, from reader: inout JSONReader
  ) throws(WireError) -> [UInt8] {
    var message = M()
    if M.jsonForm == .fields {
      try reader.fields(into: &message, passingOver: typeKey)
    } else {
      try readValue(into: &message, from: &reader)
    }
    return try message.protobuf()
  }

  private static func readValue<M: Message>(
    into message: inout M, from reader: inout JSONReader
  ) throws(WireError) {
    var hasValue = false
    var hasType = false
    try reader.object { (reader, key) throws(WireError) in
      if key.isByteEqual(to: valueKey) {
        guard !hasValue else { throw reader.malformed("value stands twice") }
        hasValue = true
        try message.readJSON(from: &reader)
      } else if key.isByteEqual(to: typeKey) {
        guard !hasType else { throw reader.malformed("@type stands twice") }
        hasType = true
        try reader.skipValue()
      } else if reader.options.ignoresUnknownFields {
        try reader.skipValue()
      } else {
        throw WireError(
          .unknownField, at: reader.index,
          "a google.protobuf.Any of \(M.descriptor.fullName) has no \(key.quoted), only \"value\"")
      }
    }
    guard hasValue else {
      throw reader.malformed("a google.protobuf.Any of \(M.descriptor.fullName) has no \"value\"")
    }
  }

  private static func type(
    of url: String, in types: TypeRegistry, at offset: Int
  ) throws(WireError) -> any Message.Type {
    guard let name = typeName(of: url) else {
      throw WireError(
        .invalidValue, at: offset,
        "the type \(url.quoted) has no slash; one looks like type.googleapis.com/google.protobuf.Empty"
      )
    }
    guard let type = types.type(of: url) else {
      throw WireError(.unknownType, at: offset, "the type \(name.quoted) is not known")
    }
    return type
  }
}
