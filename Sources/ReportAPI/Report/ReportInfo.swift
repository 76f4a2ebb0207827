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
