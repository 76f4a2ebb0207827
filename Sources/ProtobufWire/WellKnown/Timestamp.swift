internal import Texts

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

extension Timestamp {
  /// See `Message`.
  public static var jsonForm: JSONForm { .own }

  /// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z.
  private static let secondsRange: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

  /// RFC 3339 in UTC, with 0, 3, 6 or 9 digits behind the second.
  ///
  /// - Throws: `invalidValue` outside the range of the type.
  public func writeJSON(to writer: inout JSONWriter) throws(WireError) {
    guard Self.secondsRange.contains(seconds), (0..<1_000_000_000).contains(nanos) else {
      throw WireError(
        .invalidValue, at: 0, "a Timestamp of \(seconds) s and \(nanos) ns is out of range")
    }
    writer.string(rfc3339)
  }

  /// RFC 3339, with any offset and up to nine digits behind the second.
  public mutating func readJSON(from reader: inout JSONReader) throws(WireError) {
    let start = reader.index
    let text = try reader.string()
    guard let read = Timestamp(rfc3339: text) else {
      throw WireError(.invalidValue, at: start, "\(text.quoted) is no RFC 3339 timestamp")
    }
    seconds = read.seconds
    nanos = read.nanos
  }

  /// The text of RFC 3339, such as `2026-11-23T08:30:00Z`; meaningless outside the type's range.
  public var rfc3339: String {
    let (days, second) = seconds.floored(by: 86_400)
    let (year, month, day) = CivilDate.date(days)
    return year.padded(4) + "-" + month.padded(2) + "-" + day.padded(2) + "T"
      + (second / 3600).padded(2) + ":" + (second / 60 % 60).padded(2) + ":"
      + (second % 60).padded(2) + Nanoseconds.fraction(Int64(nanos)) + "Z"
  }

  /// Reads RFC 3339 with capital T and Z, as protobuf demands; nil for anything else, and outside
  /// the type's range.
  public init?(rfc3339 text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"),
      bytes[16] == UInt8(ascii: ":"),
      let year = Self.number(bytes, 0, 4), let month = Self.number(bytes, 5, 2),
      let day = Self.number(bytes, 8, 2), let hour = Self.number(bytes, 11, 2),
      let minute = Self.number(bytes, 14, 2), let second = Self.number(bytes, 17, 2),
      hour < 24, minute < 60, second < 60, let days = CivilDate.days(year, month, day)
    else { return nil }
    var index = 19
    guard let nanos = Nanoseconds.read(bytes, &index), index < bytes.count else { return nil }
    var offset: Int64 = 0
    if bytes[index] == UInt8(ascii: "Z") {
      index += 1
    } else {
      let sign: Int64 = bytes[index] == UInt8(ascii: "-") ? -1 : 1
      guard sign < 0 || bytes[index] == UInt8(ascii: "+"), bytes.count == index + 6,
        bytes[index + 3] == UInt8(ascii: ":"), let hours = Self.number(bytes, index + 1, 2),
        let minutes = Self.number(bytes, index + 4, 2), hours < 24, minutes < 60
      else { return nil }
      offset = sign * (hours * 3600 + minutes * 60)
      index += 6
    }
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
    guard index == bytes.count, Self.secondsRange.contains(seconds) else { return nil }
    self.init(seconds: seconds, nanos: Int32(nanos))
  }

  private static func number(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int64? {
    guard start + count <= bytes.count else { return nil }
    var value: Int64 = 0
    for byte in bytes[start..<start + count] {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int64(byte - UInt8(ascii: "0"))
    }
    return value
  }
}

/// The part behind the second, as text.
enum Nanoseconds {
  /// A point and 3, 6 or 9 digits; nothing for zero.
  static func fraction(_ nanos: Int64) -> String {
    if nanos == 0 { return "" }
    let width = nanos % 1_000_000 == 0 ? 3 : nanos % 1000 == 0 ? 6 : 9
    return "." + nanos.padded(9).prefix(width)
  }

  /// Reads a point and 1 to 9 digits, if there is a point; nil if there is no digit behind it, or
  /// too many.
  static func read(_ bytes: [UInt8], _ index: inout Int) -> Int64? {
    guard index < bytes.count, bytes[index] == UInt8(ascii: ".") else { return 0 }
    index += 1
    var value: Int64 = 0
    var count = 0
    while index < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) {
      value = value * 10 + Int64(bytes[index] - UInt8(ascii: "0"))
      count += 1
      index += 1
      if count > 9 { return nil }
    }
    guard count > 0 else { return nil }
    for _ in count..<9 { value *= 10 }
    return value
  }
}
