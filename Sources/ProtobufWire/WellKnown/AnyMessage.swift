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
    typeURL = "type.googleapis.com/" + type(of: message).descriptor.fullName
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
