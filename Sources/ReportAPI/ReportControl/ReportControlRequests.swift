public import ProtobufWire
public import RPCCore

/// Asks that a report is called off.
public struct CancelReportRequest: DomainRequest {
  /// The tenant that the report belongs to; required.
  public var domainID = ""
  /// The report; required.
  public var reportID = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(domainID: String = "", reportID: String = "") {
    self.domainID = domainID
    self.reportID = reportID
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "reportwire.v1.CancelReportRequest",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "report_id", .string),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
    try sink.scalar(2, .string, reportID)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    case 2: try source.scalar(.string, into: &reportID)
    default: source.unknown()
    }
  }
}

/// Asks to follow a report.
public struct WatchReportRequest: DomainRequest {
  /// The tenant that the report belongs to; required.
  public var domainID = ""
  /// The report; required.
  public var reportID = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(domainID: String = "", reportID: String = "") {
    self.domainID = domainID
    self.reportID = reportID
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "reportwire.v1.WatchReportRequest",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "report_id", .string),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
    try sink.scalar(2, .string, reportID)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    case 2: try source.scalar(.string, into: &reportID)
    default: source.unknown()
    }
  }
}

/// Asks for everything about a report.
public struct InspectReportRequest: DomainRequest {
  /// The tenant that the report belongs to; required.
  public var domainID = ""
  /// The report; required.
  public var reportID = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(domainID: String = "", reportID: String = "") {
    self.domainID = domainID
    self.reportID = reportID
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "reportwire.v1.InspectReportRequest",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "report_id", .string),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
    try sink.scalar(2, .string, reportID)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    case 2: try source.scalar(.string, into: &reportID)
    default: source.unknown()
    }
  }
}

/// Asks that a report and its files are removed.
public struct DeleteReportRequest: DomainRequest {
  /// The tenant that the report belongs to; required.
  public var domainID = ""
  /// The report; required.
  public var reportID = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(domainID: String = "", reportID: String = "") {
    self.domainID = domainID
    self.reportID = reportID
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "reportwire.v1.DeleteReportRequest",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "report_id", .string),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
    try sink.scalar(2, .string, reportID)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    case 2: try source.scalar(.string, into: &reportID)
    default: source.unknown()
    }
  }
}

/// Asks that a report is kept, however old it gets.
public struct PinReportRequest: DomainRequest {
  /// The tenant that the report belongs to; required.
  public var domainID = ""
  /// The report; required.
  public var reportID = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(domainID: String = "", reportID: String = "") {
    self.domainID = domainID
    self.reportID = reportID
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "reportwire.v1.PinReportRequest",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "report_id", .string),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
    try sink.scalar(2, .string, reportID)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    case 2: try source.scalar(.string, into: &reportID)
    default: source.unknown()
    }
  }
}

/// Asks that a report is kept no longer than others.
public struct UnpinReportRequest: DomainRequest {
  /// The tenant that the report belongs to; required.
  public var domainID = ""
  /// The report; required.
  public var reportID = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(domainID: String = "", reportID: String = "") {
    self.domainID = domainID
    self.reportID = reportID
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "reportwire.v1.UnpinReportRequest",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "report_id", .string),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
    try sink.scalar(2, .string, reportID)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    case 2: try source.scalar(.string, into: &reportID)
    default: source.unknown()
    }
  }
}

/// Asks for the reports that have a certain file.
public struct FindReportsRequest: DomainRequest {
  /// The tenant that the reports belong to; required.
  public var domainID = ""
  /// The SHA-256 of the file: 64 lower-case hexadecimal digits; required.
  public var sha256 = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(domainID: String = "", sha256: String = "") {
    self.domainID = domainID
    self.sha256 = sha256
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "reportwire.v1.FindReportsRequest",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "sha256", .string),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
    try sink.scalar(2, .string, sha256)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    case 2: try source.scalar(.string, into: &sha256)
    default: source.unknown()
    }
  }
}
