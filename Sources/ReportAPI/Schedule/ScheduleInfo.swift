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
