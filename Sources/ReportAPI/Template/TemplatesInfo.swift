public import ProtobufWire

/// A list of templates.
public struct TemplatesInfo: Message {
  /// The templates that match.
  public var results: [TemplateInfo] = []
  /// How many templates match.
  public var totalCount: Int32 = 0
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(results: [TemplateInfo] = [], totalCount: Int32 = 0) {
    self.results = results
    self.totalCount = totalCount
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.TemplatesInfo",
    [
      FieldDescriptor(1, "results", .message(TemplateInfo.self), .repeated),
      FieldDescriptor(2, "total_count", .int32),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.messages(1, results)
    try sink.scalar(2, .int32, totalCount)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.messages(into: &results)
    case 2: try source.scalar(.int32, into: &totalCount)
    default: source.unknown()
    }
  }
}
