public import ProtobufWire
public import RPCCore

/// Asks for a new report.
public struct CreateReportRequest: DomainRequest {
  /// The tenant that the report will belong to; required.
  public var domainID = ""
  /// The template that says what is reported; required.
  public var templateID = ""
  /// What people call the report; required. The downloaded file is named after it.
  public var name = ""
  /// The template's parameters by name, and `formats`, the list of file formats to make.
  public var templateOptions: Struct?
  /// Where the files go; the server's own storage if empty.
  public var storageID = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    domainID: String = "", templateID: String = "", name: String = "",
    templateOptions: Struct? = nil, storageID: String = ""
  ) {
    self.domainID = domainID
    self.templateID = templateID
    self.name = name
    self.templateOptions = templateOptions
    self.storageID = storageID
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.CreateReportRequest",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "template_id", .string),
      FieldDescriptor(3, "name", .string),
      FieldDescriptor(4, "template_options", .message(Struct.self)),
      FieldDescriptor(5, "storage_id", .string),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
    try sink.scalar(2, .string, templateID)
    try sink.scalar(3, .string, name)
    try sink.message(4, templateOptions)
    try sink.scalar(5, .string, storageID)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    case 2: try source.scalar(.string, into: &templateID)
    case 3: try source.scalar(.string, into: &name)
    case 4: try source.message(into: &templateOptions)
    case 5: try source.scalar(.string, into: &storageID)
    default: source.unknown()
    }
  }
}

/// Asks for one report.
public struct GetReportRequest: DomainRequest {
  /// The tenant that the report belongs to; required.
  public var domainID = ""
  /// The report; required.
  public var reportID = ""
  /// The paths of the fields that are sent; all if empty.
  public var only: [String] = []
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(domainID: String = "", reportID: String = "", only: [String] = []) {
    self.domainID = domainID
    self.reportID = reportID
    self.only = only
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.GetReportRequest",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "report_id", .string),
      FieldDescriptor(3, "only", .string, .repeated),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
    try sink.scalar(2, .string, reportID)
    try sink.repeated(3, .string, only)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    case 2: try source.scalar(.string, into: &reportID)
    case 3: try source.repeated(.string, into: &only)
    default: source.unknown()
    }
  }
}

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

/// Asks for the link to a report's file.
public struct GetDownloadURLRequest: DomainRequest {
  /// The tenant that the report belongs to; required.
  public var domainID = ""
  /// The report; required. It must be FINISHED.
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
    "spaceone.api.report.v1.GetDownloadURLRequest",
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
