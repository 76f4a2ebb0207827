public import ProtobufWire

/// A schedule: what creates the same report again and again.
///
/// The fields are shared between copies until one of them changes: a list of these is cheap to
/// pass around.
public struct ScheduleInfo: Message {
  @usableFromInline var box = Boxed<Fields>()

  /// Every field at its default; takes no memory of its own until one is set.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    domainID: String = "", scheduleID: String = "", name: String = "", templateID: String = "",
    templateOptions: Struct? = nil, storageID: String = "", state: State = .enable,
    schedule: Struct? = nil, createdAt: Timestamp? = nil, lastScheduleAt: Timestamp? = nil
  ) {
    self.init()
    self.domainID = domainID
    self.scheduleID = scheduleID
    self.name = name
    self.templateID = templateID
    self.templateOptions = templateOptions
    self.storageID = storageID
    self.state = state
    self.schedule = schedule
    self.createdAt = createdAt
    self.lastScheduleAt = lastScheduleAt
  }

  /// The tenant that the schedule belongs to.
  @inlinable public var domainID: String {
    get { box.fields.domainID }
    _modify { yield &box.fields.domainID }
  }

  /// The schedule's id: `sch-` and 12 hexadecimal digits.
  @inlinable public var scheduleID: String {
    get { box.fields.scheduleID }
    _modify { yield &box.fields.scheduleID }
  }

  /// What people call it.
  @inlinable public var name: String {
    get { box.fields.name }
    _modify { yield &box.fields.name }
  }

  /// The template of its reports.
  @inlinable public var templateID: String {
    get { box.fields.templateID }
    _modify { yield &box.fields.templateID }
  }

  /// What each of its reports gives to the template.
  @inlinable public var templateOptions: Struct? {
    get { box.fields.templateOptions }
    _modify { yield &box.fields.templateOptions }
  }

  /// Where its reports' files go.
  @inlinable public var storageID: String {
    get { box.fields.storageID }
    _modify { yield &box.fields.storageID }
  }

  /// Whether it creates reports.
  @inlinable public var state: State {
    get { box.fields.state }
    _modify { yield &box.fields.state }
  }

  /// When it creates a report; the shapes are those of `AddScheduleRequest.schedule`.
  @inlinable public var schedule: Struct? {
    get { box.fields.schedule }
    _modify { yield &box.fields.schedule }
  }

  /// When it was added.
  @inlinable public var createdAt: Timestamp? {
    get { box.fields.createdAt }
    _modify { yield &box.fields.createdAt }
  }

  /// When it created a report last; absent before the first.
  @inlinable public var lastScheduleAt: Timestamp? {
    get { box.fields.lastScheduleAt }
    _modify { yield &box.fields.lastScheduleAt }
  }

  /// Fields that are not known here, kept as they came.
  @inlinable public var unknownFields: UnknownFields {
    get { box.fields.unknownFields }
    _modify { yield &box.fields.unknownFields }
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.ScheduleInfo",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "schedule_id", .string),
      FieldDescriptor(3, "name", .string),
      FieldDescriptor(4, "template_id", .string),
      FieldDescriptor(5, "template_options", .message(Struct.self)),
      FieldDescriptor(6, "storage_id", .string),
      FieldDescriptor(7, "state", .enum(State.descriptor)),
      FieldDescriptor(8, "schedule", .message(Struct.self)),
      FieldDescriptor(9, "created_at", .message(Timestamp.self)),
      FieldDescriptor(10, "last_schedule_at", .message(Timestamp.self)),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try box.traverse(&sink)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    try box.decodeField(number, from: &source)
  }
}

extension ScheduleInfo {
  /// What a ScheduleInfo holds, behind the shared reference.
  @usableFromInline
  struct Fields: MessageFields {
    @usableFromInline var domainID: String = ""
    @usableFromInline var scheduleID: String = ""
    @usableFromInline var name: String = ""
    @usableFromInline var templateID: String = ""
    @usableFromInline var templateOptions: Struct? = nil
    @usableFromInline var storageID: String = ""
    @usableFromInline var state: State = .enable
    @usableFromInline var schedule: Struct? = nil
    @usableFromInline var createdAt: Timestamp? = nil
    @usableFromInline var lastScheduleAt: Timestamp? = nil
    @usableFromInline var unknownFields = UnknownFields()

    @inlinable init() {}

    @inlinable
    func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
      try sink.scalar(1, .string, domainID)
      try sink.scalar(2, .string, scheduleID)
      try sink.scalar(3, .string, name)
      try sink.scalar(4, .string, templateID)
      try sink.message(5, templateOptions)
      try sink.scalar(6, .string, storageID)
      try sink.scalar(7, .enumeration(State.self), state)
      try sink.message(8, schedule)
      try sink.message(9, createdAt)
      try sink.message(10, lastScheduleAt)
    }

    @inlinable
    mutating func decodeField<Source: FieldSource & ~Copyable>(
      _ number: Int, from source: inout Source
    ) throws(WireError) {
      switch number {
      case 1: try source.scalar(.string, into: &domainID)
      case 2: try source.scalar(.string, into: &scheduleID)
      case 3: try source.scalar(.string, into: &name)
      case 4: try source.scalar(.string, into: &templateID)
      case 5: try source.message(into: &templateOptions)
      case 6: try source.scalar(.string, into: &storageID)
      case 7: try source.scalar(.enumeration(State.self), into: &state)
      case 8: try source.message(into: &schedule)
      case 9: try source.message(into: &createdAt)
      case 10: try source.message(into: &lastScheduleAt)
      default: source.unknown()
      }
    }
  }
}

extension ScheduleInfo {
  /// Whether a schedule creates reports.
  public struct State: ProtoEnum {
    /// The number on the wire; one that has no name here is kept.
    public let rawValue: Int32

    /// Takes any number.
    @inlinable public init(rawValue: Int32) { self.rawValue = rawValue }

    /// It does.
    public static let enable = State(rawValue: 0)
    /// It pauses.
    public static let disable = State(rawValue: 1)

    /// The names and numbers, as in the proto file.
    public static let descriptor = EnumDescriptor(
      "spaceone.api.report.v1.ScheduleInfo.State",
      ["ENABLE": 0, "DISABLE": 1])
  }
}

/// A list of schedules.
public struct SchedulesInfo: Message {
  /// The schedules of the page that was asked for.
  public var results: [ScheduleInfo] = []
  /// How many schedules match, on all pages together.
  public var totalCount: Int32 = 0
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(results: [ScheduleInfo] = [], totalCount: Int32 = 0) {
    self.results = results
    self.totalCount = totalCount
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.SchedulesInfo",
    [
      FieldDescriptor(1, "results", .message(ScheduleInfo.self), .repeated),
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
