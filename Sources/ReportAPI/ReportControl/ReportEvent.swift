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
