public import ProtobufWire

/// Everything about a report.
public struct ReportInspection: Message {
  /// The report itself.
  public var report: ReportInfo?
  /// What people call it.
  public var name = ""
  /// The template's parameters as they were bound, defaults included.
  public var parameters: Struct?
  /// How many attempts were started.
  public var attempts: Int32 = 0
  /// What happened, in order.
  public var timeline: [ReportEvent] = []
  /// Its files, in the order the formats were asked for; empty until FINISHED.
  public var artifacts: [ArtifactInfo] = []
  /// Texts of the source that were not UTF-8 and were changed, as source or template allow.
  public var textsReplaced: Int64 = 0
  /// Whether it is kept, however old it gets.
  public var isPinned = false
  /// When it is removed; absent if it is kept for ever, or has not ended.
  public var keptUntil: Timestamp?
  /// Where the call that asked for it stood in a trace (W3C Trace Context); empty if in none.
  public var traceparent = ""
  /// Where it stands.
  public var progress: ReportProgress?
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    report: ReportInfo? = nil, name: String = "", parameters: Struct? = nil, attempts: Int32 = 0,
    timeline: [ReportEvent] = [], artifacts: [ArtifactInfo] = [],
    textsReplaced: Int64 = 0, isPinned: Bool = false, keptUntil: Timestamp? = nil,
    traceparent: String = "", progress: ReportProgress? = nil
  ) {
    self.report = report
    self.name = name
    self.parameters = parameters
    self.attempts = attempts
    self.timeline = timeline
    self.artifacts = artifacts
    self.textsReplaced = textsReplaced
    self.isPinned = isPinned
    self.keptUntil = keptUntil
    self.traceparent = traceparent
    self.progress = progress
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "reportwire.v1.ReportInspection",
    [
      FieldDescriptor(1, "report", .message(ReportInfo.self)),
      FieldDescriptor(2, "name", .string),
      FieldDescriptor(3, "parameters", .message(Struct.self)),
      FieldDescriptor(4, "attempts", .int32),
      FieldDescriptor(5, "timeline", .message(ReportEvent.self), .repeated),
      FieldDescriptor(6, "artifacts", .message(ArtifactInfo.self), .repeated),
      FieldDescriptor(7, "texts_replaced", .int64),
      FieldDescriptor(8, "is_pinned", .bool),
      FieldDescriptor(9, "kept_until", .message(Timestamp.self)),
      FieldDescriptor(10, "traceparent", .string),
      FieldDescriptor(11, "progress", .message(ReportProgress.self)),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.message(1, report)
    try sink.scalar(2, .string, name)
    try sink.message(3, parameters)
    try sink.scalar(4, .int32, attempts)
    try sink.messages(5, timeline)
    try sink.messages(6, artifacts)
    try sink.scalar(7, .int64, textsReplaced)
    try sink.scalar(8, .bool, isPinned)
    try sink.message(9, keptUntil)
    try sink.scalar(10, .string, traceparent)
    try sink.message(11, progress)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.message(into: &report)
    case 2: try source.scalar(.string, into: &name)
    case 3: try source.message(into: &parameters)
    case 4: try source.scalar(.int32, into: &attempts)
    case 5: try source.messages(into: &timeline)
    case 6: try source.messages(into: &artifacts)
    case 7: try source.scalar(.int64, into: &textsReplaced)
    case 8: try source.scalar(.bool, into: &isPinned)
    case 9: try source.message(into: &keptUntil)
    case 10: try source.scalar(.string, into: &traceparent)
    case 11: try source.message(into: &progress)
    default: source.unknown()
    }
  }
}

/// A file of a report.
public struct ArtifactInfo: Message {
  /// The file's format, such as `csv`.
  public var format = ""
  /// Where it is within the storage.
  public var path = ""
  /// Its size.
  public var bytes: Int64 = 0
  /// The rows of data in it, without headings.
  public var rows: Int64 = 0
  /// The SHA-256 of its bytes: 64 lower-case hexadecimal digits.
  public var sha256 = ""
  /// Its media type, such as `text/csv; charset=utf-8`.
  public var mediaType = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    format: String = "", path: String = "", bytes: Int64 = 0, rows: Int64 = 0,
    sha256: String = "", mediaType: String = ""
  ) {
    self.format = format
    self.path = path
    self.bytes = bytes
    self.rows = rows
    self.sha256 = sha256
    self.mediaType = mediaType
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "reportwire.v1.ArtifactInfo",
    [
      FieldDescriptor(1, "format", .string),
      FieldDescriptor(2, "path", .string),
      FieldDescriptor(3, "bytes", .int64),
      FieldDescriptor(4, "rows", .int64),
      FieldDescriptor(5, "sha256", .string),
      FieldDescriptor(6, "media_type", .string),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, format)
    try sink.scalar(2, .string, path)
    try sink.scalar(3, .int64, bytes)
    try sink.scalar(4, .int64, rows)
    try sink.scalar(5, .string, sha256)
    try sink.scalar(6, .string, mediaType)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &format)
    case 2: try source.scalar(.string, into: &path)
    case 3: try source.scalar(.int64, into: &bytes)
    case 4: try source.scalar(.int64, into: &rows)
    case 5: try source.scalar(.string, into: &sha256)
    case 6: try source.scalar(.string, into: &mediaType)
    default: source.unknown()
    }
  }
}
