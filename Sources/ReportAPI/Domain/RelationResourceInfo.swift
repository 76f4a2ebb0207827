public import ProtobufWire

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
