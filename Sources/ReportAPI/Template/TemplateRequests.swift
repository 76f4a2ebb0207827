public import ProtobufWire
public import RPCCore

/// Asks for one template.
public struct GetTemplateRequest: DomainRequest {
  /// The tenant that asks: only what it may use is there. Empty: that of the caller, or every one.
  public var domainID = ""
  /// The template; required.
  public var templateID = ""
  /// The paths of the fields that are sent; all if empty.
  public var only: [String] = []
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(domainID: String = "", templateID: String = "", only: [String] = []) {
    self.domainID = domainID
    self.templateID = templateID
    self.only = only
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.GetTemplateRequest",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "template_id", .string),
      FieldDescriptor(3, "only", .string, .repeated),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
    try sink.scalar(2, .string, templateID)
    try sink.repeated(3, .string, only)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    case 2: try source.scalar(.string, into: &templateID)
    case 3: try source.repeated(.string, into: &only)
    default: source.unknown()
    }
  }
}

/// Asks for templates. Every field that is set narrows the result.
public struct TemplateQuery: DomainRequest {
  /// The tenant that asks: only what it may use is there. Empty: that of the caller, or every one.
  public var domainID = ""
  /// The one template with this id.
  public var templateID = ""
  /// The template with this name.
  public var name = ""
  /// Templates in this state.
  public var state: State = .enable
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    domainID: String = "", templateID: String = "", name: String = "", state: State = .enable
  ) {
    self.domainID = domainID
    self.templateID = templateID
    self.name = name
    self.state = state
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.TemplateQuery",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "template_id", .string),
      FieldDescriptor(3, "name", .string),
      FieldDescriptor(4, "state", .enum(State.descriptor)),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
    try sink.scalar(2, .string, templateID)
    try sink.scalar(3, .string, name)
    try sink.scalar(4, .enumeration(State.self), state)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    case 2: try source.scalar(.string, into: &templateID)
    case 3: try source.scalar(.string, into: &name)
    case 4: try source.scalar(.enumeration(State.self), into: &state)
    default: source.unknown()
    }
  }
}

extension TemplateQuery {
  /// Whether reports can be made from a template.
  public struct State: ProtoEnum {
    /// The number on the wire; one that has no name here is kept.
    public let rawValue: Int32

    /// Takes any number.
    @inlinable public init(rawValue: Int32) { self.rawValue = rawValue }

    /// They can. Number 0, so in a query it means any state.
    public static let enable = State(rawValue: 0)
    /// They cannot.
    public static let disable = State(rawValue: 1)

    /// The names and numbers, as in the proto file.
    public static let descriptor = EnumDescriptor(
      "spaceone.api.report.v1.TemplateQuery.State",
      ["ENABLE": 0, "DISABLE": 1])
  }
}
