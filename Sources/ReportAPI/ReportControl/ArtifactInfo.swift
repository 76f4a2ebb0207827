public import ProtobufWire

/// A file of a report.
public struct ArtifactInfo: Message {
  /// The file's format, such as `csv`.
  public var format = ""
  /// Where it is within the storage.
  public var path = ""
  /// Its size.
  public var bytes: Int64 = 0
  /// The rows of data in it, without headings.
  public var rows: Int64 = 0
  /// The SHA-256 of its bytes: 64 lower-case hexadecimal digits.
  public var sha256 = ""
  /// Its media type, such as `text/csv; charset=utf-8`.
  public var mediaType = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    format: String = "", path: String = "", bytes: Int64 = 0, rows: Int64 = 0,
    sha256: String = "", mediaType: String = ""
  ) {
    self.format = format
    self.path = path
    self.bytes = bytes
    self.rows = rows
    self.sha256 = sha256
    self.mediaType = mediaType
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "reportwire.v1.ArtifactInfo",
    [
      FieldDescriptor(1, "format", .string),
      FieldDescriptor(2, "path", .string),
      FieldDescriptor(3, "bytes", .int64),
      FieldDescriptor(4, "rows", .int64),
      FieldDescriptor(5, "sha256", .string),
      FieldDescriptor(6, "media_type", .string),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, format)
    try sink.scalar(2, .string, path)
    try sink.scalar(3, .int64, bytes)
    try sink.scalar(4, .int64, rows)
    try sink.scalar(5, .string, sha256)
    try sink.scalar(6, .string, mediaType)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &format)
    case 2: try source.scalar(.string, into: &path)
    case 3: try source.scalar(.int64, into: &bytes)
    case 4: try source.scalar(.int64, into: &rows)
    case 5: try source.scalar(.string, into: &sha256)
    case 6: try source.scalar(.string, into: &mediaType)
    default: source.unknown()
    }
  }
}
