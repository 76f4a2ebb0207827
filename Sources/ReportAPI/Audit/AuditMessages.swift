public import ProtobufWire
public import RPCCore

/// Which events of the audit to read.
public struct AuditQuery: DomainRequest {
  /// The tenant whose audit it is; empty: the caller's own, or all for callers that reach every
  /// one.
  public var domainID = ""
  /// Only events about this report or other resource.
  public var resourceID = ""
  /// Only events of this caller.
  public var subject = ""
  /// Only events of this method, `service/method`, or `download`.
  public var method = ""
  /// Only events that began at this moment or later.
  public var since: Timestamp?
  /// Only events that began before this moment.
  public var until: Timestamp?
  /// Where to go on: `next_cursor` of the page before; empty: from the newest on.
  public var cursor = ""
  /// How many events at most, up to 1000; 0: 100.
  public var limit: UInt32 = 0
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    domainID: String = "", resourceID: String = "", subject: String = "", method: String = "",
    since: Timestamp? = nil, until: Timestamp? = nil, cursor: String = "", limit: UInt32 = 0
  ) {
    self.domainID = domainID
    self.resourceID = resourceID
    self.subject = subject
    self.method = method
    self.since = since
    self.until = until
    self.cursor = cursor
    self.limit = limit
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "reportwire.v1.AuditQuery",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "resource_id", .string),
      FieldDescriptor(3, "subject", .string),
      FieldDescriptor(4, "method", .string),
      FieldDescriptor(5, "since", .message(Timestamp.self)),
      FieldDescriptor(6, "until", .message(Timestamp.self)),
      FieldDescriptor(7, "cursor", .string),
      FieldDescriptor(8, "limit", .uint32),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
    try sink.scalar(2, .string, resourceID)
    try sink.scalar(3, .string, subject)
    try sink.scalar(4, .string, method)
    try sink.message(5, since)
    try sink.message(6, until)
    try sink.scalar(7, .string, cursor)
    try sink.scalar(8, .uint32, limit)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    case 2: try source.scalar(.string, into: &resourceID)
    case 3: try source.scalar(.string, into: &subject)
    case 4: try source.scalar(.string, into: &method)
    case 5: try source.message(into: &since)
    case 6: try source.message(into: &until)
    case 7: try source.scalar(.string, into: &cursor)
    case 8: try source.scalar(.uint32, into: &limit)
    default: source.unknown()
    }
  }
}

/// Something that a caller did, or wanted to do.
public struct AuditEventInfo: Message {
  /// Unique; begins with the time.
  public var eventID = ""
  /// When it began.
  public var at: Timestamp?
  /// The tenant whose audit it stands in; empty: none is known.
  public var domainID = ""
  /// Who it was; empty if nobody said.
  public var subject = ""
  /// The only domain that the caller reaches; empty: every one, or none.
  public var callerDomainID = ""
  /// The caller's roles.
  public var roles: [String] = []
  /// How the server knew the caller: none, token, certificate, signed_url.
  public var authentication = ""
  /// The other side of the connection, such as 127.0.0.1:41234.
  public var peer = ""
  /// The door it came through: ttrpc, grpc, http.
  public var door = ""
  /// `service/method`; `download` for files; `left_out` for a line that only tells left_out.
  public var method = ""
  /// The report or other resource it was about; empty if none is known.
  public var resourceID = ""
  /// The status, such as OK or PERMISSION_DENIED.
  public var code = ""
  /// The error's reason, such as ERROR_NOT_FOUND.
  public var reason = ""
  /// What the caller named its call (transaction_id, X-Request-Id).
  public var requestID = ""
  /// Of a W3C trace context.
  public var traceID = ""
  /// Of a download: how many bytes were sent.
  public var bytes: Int64 = 0
  /// Of a download: whether the whole file was sent.
  public var isComplete = false
  /// How many failed calls of the same peer, since its last line, have none.
  public var leftOut: Int64 = 0
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    eventID: String = "", at: Timestamp? = nil, domainID: String = "", subject: String = "",
    callerDomainID: String = "", roles: [String] = [], authentication: String = "",
    peer: String =
      "", door: String = "", method: String = "", resourceID: String = "", code: String = "",
    reason:
      String = "", requestID: String = "", traceID: String = "", bytes: Int64 = 0,
    isComplete: Bool =
      false, leftOut: Int64 = 0
  ) {
    self.eventID = eventID
    self.at = at
    self.domainID = domainID
    self.subject = subject
    self.callerDomainID = callerDomainID
    self.roles = roles
    self.authentication = authentication
    self.peer = peer
    self.door = door
    self.method = method
    self.resourceID = resourceID
    self.code = code
    self.reason = reason
    self.requestID = requestID
    self.traceID = traceID
    self.bytes = bytes
    self.isComplete = isComplete
    self.leftOut = leftOut
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "reportwire.v1.AuditEventInfo",
    [
      FieldDescriptor(1, "event_id", .string),
      FieldDescriptor(2, "at", .message(Timestamp.self)),
      FieldDescriptor(3, "domain_id", .string),
      FieldDescriptor(4, "subject", .string),
      FieldDescriptor(5, "caller_domain_id", .string),
      FieldDescriptor(6, "roles", .string, .repeated),
      FieldDescriptor(7, "authentication", .string),
      FieldDescriptor(8, "peer", .string),
      FieldDescriptor(9, "door", .string),
      FieldDescriptor(10, "method", .string),
      FieldDescriptor(11, "resource_id", .string),
      FieldDescriptor(12, "code", .string),
      FieldDescriptor(13, "reason", .string),
      FieldDescriptor(14, "request_id", .string),
      FieldDescriptor(15, "trace_id", .string),
      FieldDescriptor(16, "bytes", .int64),
      FieldDescriptor(17, "is_complete", .bool),
      FieldDescriptor(18, "left_out", .int64),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, eventID)
    try sink.message(2, at)
    try sink.scalar(3, .string, domainID)
    try sink.scalar(4, .string, subject)
    try sink.scalar(5, .string, callerDomainID)
    try sink.repeated(6, .string, roles)
    try sink.scalar(7, .string, authentication)
    try sink.scalar(8, .string, peer)
    try sink.scalar(9, .string, door)
    try sink.scalar(10, .string, method)
    try sink.scalar(11, .string, resourceID)
    try sink.scalar(12, .string, code)
    try sink.scalar(13, .string, reason)
    try sink.scalar(14, .string, requestID)
    try sink.scalar(15, .string, traceID)
    try sink.scalar(16, .int64, bytes)
    try sink.scalar(17, .bool, isComplete)
    try sink.scalar(18, .int64, leftOut)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &eventID)
    case 2: try source.message(into: &at)
    case 3: try source.scalar(.string, into: &domainID)
    case 4: try source.scalar(.string, into: &subject)
    case 5: try source.scalar(.string, into: &callerDomainID)
    case 6: try source.repeated(.string, into: &roles)
    case 7: try source.scalar(.string, into: &authentication)
    case 8: try source.scalar(.string, into: &peer)
    case 9: try source.scalar(.string, into: &door)
    case 10: try source.scalar(.string, into: &method)
    case 11: try source.scalar(.string, into: &resourceID)
    case 12: try source.scalar(.string, into: &code)
    case 13: try source.scalar(.string, into: &reason)
    case 14: try source.scalar(.string, into: &requestID)
    case 15: try source.scalar(.string, into: &traceID)
    case 16: try source.scalar(.int64, into: &bytes)
    case 17: try source.scalar(.bool, into: &isComplete)
    case 18: try source.scalar(.int64, into: &leftOut)
    default: source.unknown()
    }
  }
}

/// A page of events.
public struct AuditEventsInfo: Message {
  /// The events, the newest first.
  public var results: [AuditEventInfo] = []
  /// Where the next page begins; empty: there are no more.
  public var nextCursor = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    results: [AuditEventInfo] = [], nextCursor: String = ""
  ) {
    self.results = results
    self.nextCursor = nextCursor
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "reportwire.v1.AuditEventsInfo",
    [
      FieldDescriptor(1, "results", .message(AuditEventInfo.self), .repeated),
      FieldDescriptor(2, "next_cursor", .string),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.messages(1, results)
    try sink.scalar(2, .string, nextCursor)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.messages(into: &results)
    case 2: try source.scalar(.string, into: &nextCursor)
    default: source.unknown()
    }
  }
}
