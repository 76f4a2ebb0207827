/// google.protobuf.Empty: nothing.
public struct Empty: Message {
  /// See `Message`.
  public var unknownFields = UnknownFields()

  /// Nothing.
  @inlinable
  public init() {}

  /// See `Message`.
  public static let descriptor = MessageDescriptor("google.protobuf.Empty", [])

  /// See `Message`.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {}

  /// See `Message`.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    source.unknown()
  }
}
