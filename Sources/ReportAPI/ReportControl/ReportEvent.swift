public import ProtobufWire

/// Something that happened to a report.
public struct ReportEvent: Message {
  /// When it happened.
  public var at: Timestamp?
  /// What happened, in one word, such as `created`, `claimed` or `finished`.
  public var kind = ""
  /// The report's state afterwards.
  public var state: ReportInfo.State = .created
  /// The attempt it belongs to, counted from 1; 0 before the first.
  public var attempt: Int32 = 0
  /// The worker that did it; empty where none was involved.
  public var worker = ""
  /// More about it, for people.
  public var message = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    at: Timestamp? = nil, kind: String = "", state: ReportInfo.State = .created,
    attempt: Int32 = 0, worker: String = "", message: String = ""
  ) {
    self.at = at
    self.kind = kind
    self.state = state
    self.attempt = attempt
    self.worker = worker
    self.message = message
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "reportwire.v1.ReportEvent",
    [
      FieldDescriptor(1, "at", .message(Timestamp.self)),
      FieldDescriptor(2, "kind", .string),
      FieldDescriptor(3, "state", .enum(ReportInfo.State.descriptor)),
      FieldDescriptor(4, "attempt", .int32),
      FieldDescriptor(5, "worker", .string),
      FieldDescriptor(6, "message", .string),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.message(1, at)
    try sink.scalar(2, .string, kind)
    try sink.scalar(3, .enumeration(ReportInfo.State.self), state)
    try sink.scalar(4, .int32, attempt)
    try sink.scalar(5, .string, worker)
    try sink.scalar(6, .string, message)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.message(into: &at)
    case 2: try source.scalar(.string, into: &kind)
    case 3: try source.scalar(.enumeration(ReportInfo.State.self), into: &state)
    case 4: try source.scalar(.int32, into: &attempt)
    case 5: try source.scalar(.string, into: &worker)
    case 6: try source.scalar(.string, into: &message)
    default: source.unknown()
    }
  }
}

/// Where a report stands at one moment.
public struct ReportProgress: Message {
  /// The report.
  public var reportID = ""
  /// Its state; the last message of a stream has a terminal one.
  public var state: ReportInfo.State = .created
  /// Rows read so far by the present attempt.
  public var rows: Int64 = 0
  /// Bytes written so far by the present attempt, over all formats.
  public var bytes: Int64 = 0
  /// Which attempt it is, counted from 1; 0 before the first.
  public var attempt: Int32 = 0
  /// When the report last changed.
  public var updatedAt: Timestamp?
  /// Why it ended early; absent while it runs and when it is FINISHED.
  public var error: ReportError?
  /// Rows that it is expected to have, by what earlier runs of its template had; 0 if nothing is
  /// known, and once it has ended.
  public var expectedRows: Int64 = 0
  /// After how long there may be news, for callers that ask again instead of following; 0 once it has
  /// ended.
  public var pollAfterMilliseconds: Int32 = 0
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    reportID: String = "", state: ReportInfo.State = .created, rows: Int64 = 0, bytes: Int64 = 0,
    attempt: Int32 = 0, updatedAt: Timestamp? = nil, error: ReportError? = nil,
    expectedRows: Int64 = 0, pollAfterMilliseconds: Int32 = 0
  ) {
    self.reportID = reportID
    self.state = state
    self.rows = rows
    self.bytes = bytes
    self.attempt = attempt
    self.updatedAt = updatedAt
    self.error = error
    self.expectedRows = expectedRows
    self.pollAfterMilliseconds = pollAfterMilliseconds
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "reportwire.v1.ReportProgress",
    [
      FieldDescriptor(1, "report_id", .string),
      FieldDescriptor(2, "state", .enum(ReportInfo.State.descriptor)),
      FieldDescriptor(3, "rows", .int64),
      FieldDescriptor(4, "bytes", .int64),
      FieldDescriptor(5, "attempt", .int32),
      FieldDescriptor(6, "updated_at", .message(Timestamp.self)),
      FieldDescriptor(7, "error", .message(ReportError.self)),
      FieldDescriptor(8, "expected_rows", .int64),
      FieldDescriptor(9, "poll_after_milliseconds", .int32),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, reportID)
    try sink.scalar(2, .enumeration(ReportInfo.State.self), state)
    try sink.scalar(3, .int64, rows)
    try sink.scalar(4, .int64, bytes)
    try sink.scalar(5, .int32, attempt)
    try sink.message(6, updatedAt)
    try sink.message(7, error)
    try sink.scalar(8, .int64, expectedRows)
    try sink.scalar(9, .int32, pollAfterMilliseconds)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &reportID)
    case 2: try source.scalar(.enumeration(ReportInfo.State.self), into: &state)
    case 3: try source.scalar(.int64, into: &rows)
    case 4: try source.scalar(.int64, into: &bytes)
    case 5: try source.scalar(.int32, into: &attempt)
    case 6: try source.message(into: &updatedAt)
    case 7: try source.message(into: &error)
    case 8: try source.scalar(.int64, into: &expectedRows)
    case 9: try source.scalar(.int32, into: &pollAfterMilliseconds)
    default: source.unknown()
    }
  }
}
