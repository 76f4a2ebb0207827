public import ProtobufWire

/// Why a report did not become FINISHED.
public struct ReportError: Message {
  /// The reason for programs, from a fixed list, such as `ROW_LIMIT`.
  public var code = ""
  /// The reason for people; without secrets.
  public var message = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(code: String = "", message: String = "") {
    self.code = code
    self.message = message
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.ReportError",
    [
      FieldDescriptor(1, "code", .string),
      FieldDescriptor(2, "message", .string),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, code)
    try sink.scalar(2, .string, message)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &code)
    case 2: try source.scalar(.string, into: &message)
    default: source.unknown()
    }
  }
}
