public import ProtobufWire

/// The link to a report's file.
public struct ReportDownloadInfo: Message {
  /// Where a plain HTTP GET finds the file. It is signed and expires.
  public var downloadURL = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(downloadURL: String = "") {
    self.downloadURL = downloadURL
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.ReportDownloadInfo",
    [
      FieldDescriptor(1, "download_url", .string)
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, downloadURL)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &downloadURL)
    default: source.unknown()
    }
  }
}
