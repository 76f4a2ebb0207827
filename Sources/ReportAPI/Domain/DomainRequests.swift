public import ProtobufWire
public import RPCCore

/// Asks for one domain. Number 2 is free.
public struct GetDomainRequest: DomainRequest {
  /// The domain; required.
  public var domainID = ""
  /// The paths of the fields that are sent; all if empty.
  public var only: [String] = []
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(domainID: String = "", only: [String] = []) {
    self.domainID = domainID
    self.only = only
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.GetDomainRequest",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(3, "only", .string, .repeated),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
    try sink.repeated(3, .string, only)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    case 3: try source.repeated(.string, into: &only)
    default: source.unknown()
    }
  }
}

/// Asks for domains. Every field that is set narrows the result.
public struct DomainQuery: DomainRequest {
  /// The one domain with this id.
  public var domainID = ""
  /// Conditions, order and page. The key `state` (ENABLE or DISABLE) may be asked for too.
  public var query: Query?
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(domainID: String = "", query: Query? = nil) {
    self.domainID = domainID
    self.query = query
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.DomainQuery",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "query", .message(Query.self)),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
    try sink.message(2, query)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    case 2: try source.message(into: &query)
    default: source.unknown()
    }
  }
}

/// Asks that a domain may make reports.
public struct EnableDomainRequest: DomainRequest {
  /// The domain; required.
  public var domainID = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(domainID: String = "") {
    self.domainID = domainID
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.EnableDomainRequest",
    [
      FieldDescriptor(1, "domain_id", .string)
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    default: source.unknown()
    }
  }
}

/// Asks that a domain makes no more reports.
public struct DisableDomainRequest: DomainRequest {
  /// The domain; required.
  public var domainID = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(domainID: String = "") {
    self.domainID = domainID
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.DisableDomainRequest",
    [
      FieldDescriptor(1, "domain_id", .string)
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    default: source.unknown()
    }
  }
}
