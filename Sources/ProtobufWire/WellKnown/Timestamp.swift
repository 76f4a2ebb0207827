/// google.protobuf.Timestamp: a moment, in UTC without leap seconds. In JSON it is RFC 3339.
public struct Timestamp: Message {
  /// Seconds since 1970-01-01T00:00:00Z; years 0001 to 9999 have a JSON form.
  public var seconds: Int64 = 0
  /// 0 to 999,999,999, counted forward also before 1970.
  public var nanos: Int32 = 0
  /// See `Message`.
  public var unknownFields = UnknownFields()

  /// Zero.
  @inlinable
  public init() {}

  /// Makes one of its parts.
  @inlinable
  public init(seconds: Int64, nanos: Int32 = 0) {
    self.seconds = seconds
    self.nanos = nanos
  }

  /// See `Message`.
  public static let descriptor = MessageDescriptor(
    "google.protobuf.Timestamp",
    [FieldDescriptor(1, "seconds", .int64), FieldDescriptor(2, "nanos", .int32)])

  /// See `Message`.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .int64, seconds)
    try sink.scalar(2, .int32, nanos)
  }

  /// See `Message`.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.int64, into: &seconds)
    case 2: try source.scalar(.int32, into: &nanos)
    default: source.unknown()
    }
  }
}
