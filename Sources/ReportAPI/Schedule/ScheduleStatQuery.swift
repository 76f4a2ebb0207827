public import ProtobufWire
public import RPCCore

/// Asks for a summary of a domain's schedules.
public struct ScheduleStatQuery: DomainRequest {
  /// What is counted and how it is grouped; required.
  public var query: StatisticsQuery?
  /// The tenant whose schedules are counted; required.
  public var domainID = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(query: StatisticsQuery? = nil, domainID: String = "") {
    self.query = query
    self.domainID = domainID
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.ScheduleStatQuery",
    [
      FieldDescriptor(1, "query", .message(StatisticsQuery.self)),
      FieldDescriptor(2, "domain_id", .string),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.message(1, query)
    try sink.scalar(2, .string, domainID)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.message(into: &query)
    case 2: try source.scalar(.string, into: &domainID)
    default: source.unknown()
    }
  }
}
