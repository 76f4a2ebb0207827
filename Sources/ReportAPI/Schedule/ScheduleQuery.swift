public import ProtobufWire
public import RPCCore

/// Asks for the schedules of a domain. Every field that is set narrows the result.
public struct ScheduleQuery: DomainRequest {
  /// The tenant whose schedules are listed; required.
  public var domainID = ""
  /// Conditions, order and page.
  public var query: Query?
  /// The one schedule with this id.
  public var scheduleID = ""
  /// Schedules with this name.
  public var name = ""
  /// Schedules of this template.
  public var templateID = ""
  /// Schedules whose files go to this storage.
  public var storageID = ""
  /// Schedules added at this very moment.
  public var createdAt: Timestamp?
  /// Schedules in this state.
  public var state: State = .enable
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    domainID: String = "", query: Query? = nil, scheduleID: String = "", name: String = "",
    templateID: String = "", storageID: String = "", createdAt: Timestamp? = nil,
    state: State = .enable
  ) {
    self.domainID = domainID
    self.query = query
    self.scheduleID = scheduleID
    self.name = name
    self.templateID = templateID
    self.storageID = storageID
    self.createdAt = createdAt
    self.state = state
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.ScheduleQuery",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "query", .message(Query.self)),
      FieldDescriptor(3, "schedule_id", .string),
      FieldDescriptor(4, "name", .string),
      FieldDescriptor(5, "template_id", .string),
      FieldDescriptor(6, "storage_id", .string),
      FieldDescriptor(7, "created_at", .message(Timestamp.self)),
      FieldDescriptor(8, "state", .enum(State.descriptor)),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
    try sink.message(2, query)
    try sink.scalar(3, .string, scheduleID)
    try sink.scalar(4, .string, name)
    try sink.scalar(5, .string, templateID)
    try sink.scalar(6, .string, storageID)
    try sink.message(7, createdAt)
    try sink.scalar(8, .enumeration(State.self), state)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    case 2: try source.message(into: &query)
    case 3: try source.scalar(.string, into: &scheduleID)
    case 4: try source.scalar(.string, into: &name)
    case 5: try source.scalar(.string, into: &templateID)
    case 6: try source.scalar(.string, into: &storageID)
    case 7: try source.message(into: &createdAt)
    case 8: try source.scalar(.enumeration(State.self), into: &state)
    default: source.unknown()
    }
  }
}

extension ScheduleQuery {
  /// Whether a schedule creates reports.
  public struct State: ProtoEnum {
    /// The number on the wire; one that has no name here is kept.
    public let rawValue: Int32

    /// Takes any number.
    @inlinable public init(rawValue: Int32) { self.rawValue = rawValue }

    /// It does. Number 0, so in a query it means any state.
    public static let enable = State(rawValue: 0)
    /// It pauses.
    public static let disable = State(rawValue: 1)

    /// The names and numbers, as in the proto file.
    public static let descriptor = EnumDescriptor(
      "spaceone.api.report.v1.ScheduleQuery.State",
      ["ENABLE": 0, "DISABLE": 1])
  }
}

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
