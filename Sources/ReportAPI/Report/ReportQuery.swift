public import ProtobufWire
public import RPCCore

/// Asks for the reports of a domain. Every field that is set narrows the result.
public struct ReportQuery: DomainRequest {
  /// The tenant whose reports are listed; required.
  public var domainID = ""
  /// Conditions, order and page.
  public var query: Query?
  /// The one report with this id.
  public var reportID = ""
  /// Reports made from this template.
  public var templateID = ""
  /// Reports whose files are in this storage.
  public var storageID = ""
  /// Reports that this schedule created.
  public var scheduleID = ""
  /// Reports that this user asked for.
  public var createdBy = ""
  /// Reports in this state. CREATED is number 0, which the wire cannot tell from absent: it means
  /// any state, and reports that wait are found with a condition in `query`.
  public var state: ReportInfo.State = .created
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    domainID: String = "", query: Query? = nil, reportID: String = "", templateID: String = "",
    storageID: String = "", scheduleID: String = "", createdBy: String = "",
    state: ReportInfo.State = .created
  ) {
    self.domainID = domainID
    self.query = query
    self.reportID = reportID
    self.templateID = templateID
    self.storageID = storageID
    self.scheduleID = scheduleID
    self.createdBy = createdBy
    self.state = state
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.ReportQuery",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "query", .message(Query.self)),
      FieldDescriptor(3, "report_id", .string),
      FieldDescriptor(4, "template_id", .string),
      FieldDescriptor(5, "storage_id", .string),
      FieldDescriptor(6, "schedule_id", .string),
      FieldDescriptor(7, "created_by", .string),
      FieldDescriptor(8, "state", .enum(ReportInfo.State.descriptor)),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
    try sink.message(2, query)
    try sink.scalar(3, .string, reportID)
    try sink.scalar(4, .string, templateID)
    try sink.scalar(5, .string, storageID)
    try sink.scalar(6, .string, scheduleID)
    try sink.scalar(7, .string, createdBy)
    try sink.scalar(8, .enumeration(ReportInfo.State.self), state)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    case 2: try source.message(into: &query)
    case 3: try source.scalar(.string, into: &reportID)
    case 4: try source.scalar(.string, into: &templateID)
    case 5: try source.scalar(.string, into: &storageID)
    case 6: try source.scalar(.string, into: &scheduleID)
    case 7: try source.scalar(.string, into: &createdBy)
    case 8: try source.scalar(.enumeration(ReportInfo.State.self), into: &state)
    default: source.unknown()
    }
  }
}
