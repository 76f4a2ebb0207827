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
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    report: ReportInfo? = nil, name: String = "", parameters: Struct? = nil, attempts: Int32 = 0,
    timeline: [ReportEvent] = [], artifacts: [ArtifactInfo] = [],
    textsReplaced: Int64 = 0, isPinned: Bool = false, keptUntil: Timestamp? = nil
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
    default: source.unknown()
    }
  }
}
