public import ProtobufWire

/// A domain: a tenant and what it may report on.
public struct DomainInfo: Message {
  /// The domain's id: `domain-` and 12 hexadecimal digits.
  public var domainID = ""
  /// The ids of the templates that it may use.
  public var registerTemplates: [String] = []
  /// The resources of other services that its reports draw on.
  public var relationResources: [RelationResourceInfo] = []
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    domainID: String = "", registerTemplates: [String] = [],
    relationResources: [RelationResourceInfo] = []
  ) {
    self.domainID = domainID
    self.registerTemplates = registerTemplates
    self.relationResources = relationResources
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.DomainInfo",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "register_templates", .string, .repeated),
      FieldDescriptor(3, "relation_resources", .message(RelationResourceInfo.self), .repeated),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
    try sink.repeated(2, .string, registerTemplates)
    try sink.messages(3, relationResources)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    case 2: try source.repeated(.string, into: &registerTemplates)
    case 3: try source.messages(into: &relationResources)
    default: source.unknown()
    }
  }
}

/// A list of domains.
public struct DomainsInfo: Message {
  /// The domains of the page that was asked for.
  public var results: [DomainInfo] = []
  /// How many domains match, on all pages together.
  public var totalCount: Int32 = 0
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(results: [DomainInfo] = [], totalCount: Int32 = 0) {
    self.results = results
    self.totalCount = totalCount
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.DomainsInfo",
    [
      FieldDescriptor(1, "results", .message(DomainInfo.self), .repeated),
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

/// A resource of another service that a domain's reports draw on.
public struct RelationResourceInfo: Message {
  /// The service that owns the resource, such as `inventory`.
  public var service = ""
  /// The kind of resource there, such as `CloudService`.
  public var resource = ""
  /// What tells this resource from others of its kind.
  public var identity: [IdentityInfo] = []
  /// Labels of the domain's own.
  public var tags: Struct?
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    service: String = "", resource: String = "", identity: [IdentityInfo] = [],
    tags: Struct? = nil
  ) {
    self.service = service
    self.resource = resource
    self.identity = identity
    self.tags = tags
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.RelationResourceInfo",
    [
      FieldDescriptor(1, "service", .string),
      FieldDescriptor(2, "resource", .string),
      FieldDescriptor(3, "identity", .message(IdentityInfo.self), .repeated),
      FieldDescriptor(4, "tags", .message(Struct.self)),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, service)
    try sink.scalar(2, .string, resource)
    try sink.messages(3, identity)
    try sink.message(4, tags)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &service)
    case 2: try source.scalar(.string, into: &resource)
    case 3: try source.messages(into: &identity)
    case 4: try source.message(into: &tags)
    default: source.unknown()
    }
  }
}

/// One part of a resource's identity.
public struct IdentityInfo: Message {
  /// The name of the field, such as `project_id`.
  public var key = ""
  /// The field's value.
  public var value = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(key: String = "", value: String = "") {
    self.key = key
    self.value = value
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.IdentityInfo",
    [
      FieldDescriptor(1, "key", .string),
      FieldDescriptor(2, "value", .string),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, key)
    try sink.scalar(2, .string, value)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &key)
    case 2: try source.scalar(.string, into: &value)
    default: source.unknown()
    }
  }
}
