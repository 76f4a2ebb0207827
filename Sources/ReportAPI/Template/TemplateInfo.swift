public import ProtobufWire

/// A template: something that can be reported.
public struct TemplateInfo: Message {
  /// The template's id: `template-` and 12 hexadecimal digits.
  public var templateID = ""
  /// Its name, which is unique.
  public var name = ""
  /// Whether reports can be made from it.
  public var state: State = .enable
  /// What its parameters are, with types and limits, and which formats it makes.
  public var options: Struct?
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    templateID: String = "", name: String = "", state: State = .enable, options: Struct? = nil
  ) {
    self.templateID = templateID
    self.name = name
    self.state = state
    self.options = options
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.TemplateInfo",
    [
      FieldDescriptor(1, "template_id", .string),
      FieldDescriptor(2, "name", .string),
      FieldDescriptor(3, "state", .enum(State.descriptor)),
      FieldDescriptor(4, "options", .message(Struct.self)),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, templateID)
    try sink.scalar(2, .string, name)
    try sink.scalar(3, .enumeration(State.self), state)
    try sink.message(4, options)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &templateID)
    case 2: try source.scalar(.string, into: &name)
    case 3: try source.scalar(.enumeration(State.self), into: &state)
    case 4: try source.message(into: &options)
    default: source.unknown()
    }
  }
}

extension TemplateInfo {
  /// Whether reports can be made from a template.
  public struct State: ProtoEnum {
    /// The number on the wire; one that has no name here is kept.
    public let rawValue: Int32

    /// Takes any number.
    @inlinable public init(rawValue: Int32) { self.rawValue = rawValue }

    /// They can.
    public static let enable = State(rawValue: 0)
    /// They cannot.
    public static let disable = State(rawValue: 1)

    /// The names and numbers, as in the proto file.
    public static let descriptor = EnumDescriptor(
      "spaceone.api.report.v1.TemplateInfo.State",
      ["ENABLE": 0, "DISABLE": 1])
  }
}

/// A list of templates.
public struct TemplatesInfo: Message {
  /// The templates that match.
  public var results: [TemplateInfo] = []
  /// How many templates match.
  public var totalCount: Int32 = 0
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(results: [TemplateInfo] = [], totalCount: Int32 = 0) {
    self.results = results
    self.totalCount = totalCount
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.TemplatesInfo",
    [
      FieldDescriptor(1, "results", .message(TemplateInfo.self), .repeated),
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
