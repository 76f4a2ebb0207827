internal import Texts

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

extension ProtoDuration {
  /// See `Message`.
  public static var jsonForm: JSONForm { .own }

  /// The range of the type, either way: about 10,000 years.
  static let secondsMax: Int64 = 315_576_000_000

  /// Seconds with 0, 3, 6 or 9 digits behind the point, such as `1.500s`.
  ///
  /// - Throws: `invalidValue` outside the range of the type, or if the signs differ.
  public func writeJSON(to writer: inout JSONWriter) throws(WireError) {
    guard abs(Int64(nanos)) < 1_000_000_000, seconds >= -Self.secondsMax,
      seconds <= Self.secondsMax, seconds == 0 || nanos == 0 || (seconds < 0) == (nanos < 0)
    else {
      throw WireError(
        .invalidValue, at: 0, "a Duration of \(seconds) s and \(nanos) ns is out of range")
    }
    let sign = seconds < 0 || nanos < 0 ? "-" : ""
    writer.string("\(sign)\(abs(seconds))\(Nanoseconds.fraction(abs(Int64(nanos))))s")
  }

  /// Seconds with up to nine digits behind the point.
  public mutating func readJSON(from reader: inout JSONReader) throws(WireError) {
    let start = reader.index
    let text = try reader.string()
    guard let read = ProtoDuration(text: text) else {
      throw WireError(.invalidValue, at: start, "\(text.quoted) is no duration such as 1.5s")
    }
    seconds = read.seconds
    nanos = read.nanos
  }

  private init?(text: String) {
    let bytes = Array(text.utf8)
    let isNegative = bytes.first == UInt8(ascii: "-")
    var index = isNegative ? 1 : 0
    let start = index
    while index < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) {
      index += 1
    }
    guard index > start, let seconds = Int64(String(decoding: bytes[start..<index], as: UTF8.self)),
      seconds <= Self.secondsMax, let nanos = Nanoseconds.read(bytes, &index),
      index == bytes.count - 1, bytes[index] == UInt8(ascii: "s")
    else { return nil }
    self.init(
      seconds: isNegative ? -seconds : seconds, nanos: Int32(isNegative ? -nanos : nanos))
  }
}
