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
