public import ProtobufWire

/// A report: what was asked for and where it stands.
///
/// The fields are shared between copies until one of them changes: a list of these is cheap to
/// pass around.
public struct ReportInfo: Message {
  @usableFromInline var box = Boxed<Fields>()

  /// Every field at its default; takes no memory of its own until one is set.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    domainID: String = "", reportID: String = "", templateID: String = "",
    storageInfo: StorageInfo? = nil, storagePath: String = "", templateOptions: Struct? = nil,
    state: State = .created, createdBy: String = "", scheduleID: String = "",
    createdAt: Timestamp? = nil, error: ReportError? = nil
  ) {
    self.init()
    self.domainID = domainID
    self.reportID = reportID
    self.templateID = templateID
    self.storageInfo = storageInfo
    self.storagePath = storagePath
    self.templateOptions = templateOptions
    self.state = state
    self.createdBy = createdBy
    self.scheduleID = scheduleID
    self.createdAt = createdAt
    self.error = error
  }

  /// The tenant that the report belongs to.
  @inlinable public var domainID: String {
    get { box.fields.domainID }
    _modify { yield &box.fields.domainID }
  }

  /// The report's id: `report-` and 12 hexadecimal digits.
  @inlinable public var reportID: String {
    get { box.fields.reportID }
    _modify { yield &box.fields.reportID }
  }

  /// The template that it is made from.
  @inlinable public var templateID: String {
    get { box.fields.templateID }
    _modify { yield &box.fields.templateID }
  }

  /// Where its files are, or will be.
  @inlinable public var storageInfo: StorageInfo? {
    get { box.fields.storageInfo }
    _modify { yield &box.fields.storageInfo }
  }

  /// The folder of its files within the storage; empty until FINISHED.
  @inlinable public var storagePath: String {
    get { box.fields.storagePath }
    _modify { yield &box.fields.storagePath }
  }

  /// What the caller gave to the template.
  @inlinable public var templateOptions: Struct? {
    get { box.fields.templateOptions }
    _modify { yield &box.fields.templateOptions }
  }

  /// Where it stands.
  @inlinable public var state: State {
    get { box.fields.state }
    _modify { yield &box.fields.state }
  }

  /// The user who asked for it.
  @inlinable public var createdBy: String {
    get { box.fields.createdBy }
    _modify { yield &box.fields.createdBy }
  }

  /// The schedule that created it; empty if a person or program did.
  @inlinable public var scheduleID: String {
    get { box.fields.scheduleID }
    _modify { yield &box.fields.scheduleID }
  }

  /// When it was asked for.
  @inlinable public var createdAt: Timestamp? {
    get { box.fields.createdAt }
    _modify { yield &box.fields.createdAt }
  }

  /// Why it ended early; absent while it runs and when it is FINISHED.
  @inlinable public var error: ReportError? {
    get { box.fields.error }
    _modify { yield &box.fields.error }
  }

  /// Fields that are not known here, kept as they came.
  @inlinable public var unknownFields: UnknownFields {
    get { box.fields.unknownFields }
    _modify { yield &box.fields.unknownFields }
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.ReportInfo",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "report_id", .string),
      FieldDescriptor(3, "template_id", .string),
      FieldDescriptor(4, "storage_info", .message(StorageInfo.self)),
      FieldDescriptor(5, "storage_path", .string),
      FieldDescriptor(6, "template_options", .message(Struct.self)),
      FieldDescriptor(7, "state", .enum(State.descriptor)),
      FieldDescriptor(8, "created_by", .string),
      FieldDescriptor(9, "schedule_id", .string),
      FieldDescriptor(10, "created_at", .message(Timestamp.self)),
      FieldDescriptor(11, "error", .message(ReportError.self)),
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

extension ReportInfo {
  /// What a ReportInfo holds, behind the shared reference.
  @usableFromInline
  struct Fields: MessageFields {
    @usableFromInline var domainID: String = ""
    @usableFromInline var reportID: String = ""
    @usableFromInline var templateID: String = ""
    @usableFromInline var storageInfo: StorageInfo? = nil
    @usableFromInline var storagePath: String = ""
    @usableFromInline var templateOptions: Struct? = nil
    @usableFromInline var state: State = .created
    @usableFromInline var createdBy: String = ""
    @usableFromInline var scheduleID: String = ""
    @usableFromInline var createdAt: Timestamp? = nil
    @usableFromInline var error: ReportError? = nil
    @usableFromInline var unknownFields = UnknownFields()

    @inlinable init() {}

    @inlinable
    func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
      try sink.scalar(1, .string, domainID)
      try sink.scalar(2, .string, reportID)
      try sink.scalar(3, .string, templateID)
      try sink.message(4, storageInfo)
      try sink.scalar(5, .string, storagePath)
      try sink.message(6, templateOptions)
      try sink.scalar(7, .enumeration(State.self), state)
      try sink.scalar(8, .string, createdBy)
      try sink.scalar(9, .string, scheduleID)
      try sink.message(10, createdAt)
      try sink.message(11, error)
    }

    @inlinable
    mutating func decodeField<Source: FieldSource & ~Copyable>(
      _ number: Int, from source: inout Source
    ) throws(WireError) {
      switch number {
      case 1: try source.scalar(.string, into: &domainID)
      case 2: try source.scalar(.string, into: &reportID)
      case 3: try source.scalar(.string, into: &templateID)
      case 4: try source.message(into: &storageInfo)
      case 5: try source.scalar(.string, into: &storagePath)
      case 6: try source.message(into: &templateOptions)
      case 7: try source.scalar(.enumeration(State.self), into: &state)
      case 8: try source.scalar(.string, into: &createdBy)
      case 9: try source.scalar(.string, into: &scheduleID)
      case 10: try source.message(into: &createdAt)
      case 11: try source.message(into: &error)
      default: source.unknown()
      }
    }
  }
}

extension ReportInfo {
  /// The stations of a report's life; the last four are terminal.
  public struct State: ProtoEnum {
    /// The number on the wire; one that has no name here is kept.
    public let rawValue: Int32

    /// Takes any number.
    @inlinable public init(rawValue: Int32) { self.rawValue = rawValue }

    /// It waits for its turn.
    public static let created = State(rawValue: 0)
    /// A worker is making it.
    public static let inProgress = State(rawValue: 1)
    /// It broke; `error` says why.
    public static let failure = State(rawValue: 2)
    /// It took longer than its template allows.
    public static let timeout = State(rawValue: 3)
    /// Somebody called it off.
    public static let canceled = State(rawValue: 4)
    /// Its files are there.
    public static let finished = State(rawValue: 5)

    /// The names and numbers, as in the proto file.
    public static let descriptor = EnumDescriptor(
      "spaceone.api.report.v1.ReportInfo.State",
      [
        "CREATED": 0, "IN_PROGRESS": 1, "FAILURE": 2, "TIMEOUT": 3, "CANCELED": 4,
        "FINISHED": 5,
      ])
  }
}

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

/// A list of reports.
public struct ReportsInfo: Message {
  /// The reports of the page that was asked for.
  public var results: [ReportInfo] = []
  /// How many reports match, on all pages together.
  public var totalCount: Int32 = 0
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(results: [ReportInfo] = [], totalCount: Int32 = 0) {
    self.results = results
    self.totalCount = totalCount
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.ReportsInfo",
    [
      FieldDescriptor(1, "results", .message(ReportInfo.self), .repeated),
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
