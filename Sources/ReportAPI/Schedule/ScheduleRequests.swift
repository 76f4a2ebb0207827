public import ProtobufWire
public import RPCCore

/// Asks for a new schedule.
public struct AddScheduleRequest: DomainRequest {
  /// The tenant that the schedule will belong to; required.
  public var domainID = ""
  /// What people call the schedule; its reports are named after it. Required.
  public var name = ""
  /// The template of its reports; required.
  public var templateID = ""
  /// Where its reports' files go; the server's own storage if empty.
  public var storageID = ""
  /// When it creates a report: exactly one of `cron`, `interval` (minutes), `minutes` and `hours`,
  /// and optionally `timezone`, an IANA name; required.
  public var schedule: Struct?
  /// What each of its reports gives to the template.
  public var templateOptions: Struct?
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    domainID: String = "", name: String = "", templateID: String = "", storageID: String = "",
    schedule: Struct? = nil, templateOptions: Struct? = nil
  ) {
    self.domainID = domainID
    self.name = name
    self.templateID = templateID
    self.storageID = storageID
    self.schedule = schedule
    self.templateOptions = templateOptions
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.AddScheduleRequest",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "name", .string),
      FieldDescriptor(3, "template_id", .string),
      FieldDescriptor(4, "storage_id", .string),
      FieldDescriptor(5, "schedule", .message(Struct.self)),
      FieldDescriptor(6, "template_options", .message(Struct.self)),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
    try sink.scalar(2, .string, name)
    try sink.scalar(3, .string, templateID)
    try sink.scalar(4, .string, storageID)
    try sink.message(5, schedule)
    try sink.message(6, templateOptions)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    case 2: try source.scalar(.string, into: &name)
    case 3: try source.scalar(.string, into: &templateID)
    case 4: try source.scalar(.string, into: &storageID)
    case 5: try source.message(into: &schedule)
    case 6: try source.message(into: &templateOptions)
    default: source.unknown()
    }
  }
}

/// Asks for one schedule.
public struct GetScheduleRequest: DomainRequest {
  /// The tenant that the schedule belongs to; required.
  public var domainID = ""
  /// The schedule; required.
  public var scheduleID = ""
  /// The paths of the fields that are sent; all if empty.
  public var only: [String] = []
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(domainID: String = "", scheduleID: String = "", only: [String] = []) {
    self.domainID = domainID
    self.scheduleID = scheduleID
    self.only = only
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.GetScheduleRequest",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "schedule_id", .string),
      FieldDescriptor(3, "only", .string, .repeated),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
    try sink.scalar(2, .string, scheduleID)
    try sink.repeated(3, .string, only)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    case 2: try source.scalar(.string, into: &scheduleID)
    case 3: try source.repeated(.string, into: &only)
    default: source.unknown()
    }
  }
}

/// Asks that a schedule creates reports again.
public struct EnableScheduleRequest: DomainRequest {
  /// The tenant that the schedule belongs to; required.
  public var domainID = ""
  /// The schedule; required.
  public var scheduleID = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(domainID: String = "", scheduleID: String = "") {
    self.domainID = domainID
    self.scheduleID = scheduleID
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.EnableScheduleRequest",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "schedule_id", .string),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
    try sink.scalar(2, .string, scheduleID)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    case 2: try source.scalar(.string, into: &scheduleID)
    default: source.unknown()
    }
  }
}

/// Asks that a schedule pauses.
public struct DisableScheduleRequest: DomainRequest {
  /// The tenant that the schedule belongs to; required.
  public var domainID = ""
  /// The schedule; required.
  public var scheduleID = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(domainID: String = "", scheduleID: String = "") {
    self.domainID = domainID
    self.scheduleID = scheduleID
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.DisableScheduleRequest",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "schedule_id", .string),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
    try sink.scalar(2, .string, scheduleID)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    case 2: try source.scalar(.string, into: &scheduleID)
    default: source.unknown()
    }
  }
}

/// Asks for the end of a schedule.
public struct DeleteScheduleRequest: DomainRequest {
  /// The tenant that the schedule belongs to; required.
  public var domainID = ""
  /// The schedule; required.
  public var scheduleID = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(domainID: String = "", scheduleID: String = "") {
    self.domainID = domainID
    self.scheduleID = scheduleID
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.DeleteScheduleRequest",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "schedule_id", .string),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
    try sink.scalar(2, .string, scheduleID)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    case 2: try source.scalar(.string, into: &scheduleID)
    default: source.unknown()
    }
  }
}
