/// google.protobuf.Duration: a length of time. In JSON it is `1.5s`. Its name leaves `Duration` to
/// the standard library.
public struct ProtoDuration: Message {
  /// Seconds, at most 315,576,000,000 either way (10,000 years) in JSON.
  public var seconds: Int64 = 0
  /// Up to 999,999,999 either way, with the sign of the seconds.
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
    "google.protobuf.Duration",
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
