public import ProtobufWire
public import RPCCore

/// Asks what a template gives.
public struct PreviewTemplateRequest: DomainRequest {
  /// The tenant whose rows are shown; required.
  public var domainID = ""
  /// The template's id or name; required.
  public var templateID = ""
  /// Its parameters, as in a create; formats have no effect.
  public var templateOptions: Struct?
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    domainID: String = "", templateID: String = "", templateOptions: Struct? = nil
  ) {
    self.domainID = domainID
    self.templateID = templateID
    self.templateOptions = templateOptions
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "reportwire.v1.PreviewTemplateRequest",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "template_id", .string),
      FieldDescriptor(3, "template_options", .message(Struct.self)),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
    try sink.scalar(2, .string, templateID)
    try sink.message(3, templateOptions)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &domainID)
    case 2: try source.scalar(.string, into: &templateID)
    case 3: try source.message(into: &templateOptions)
    default: source.unknown()
    }
  }
}

/// A column of a preview.
public struct PreviewColumn: Message {
  /// The name that the query gives it.
  public var name = ""
  /// What readers of a report see.
  public var title = ""
  /// What the template says that its values are, such as `date`; empty if it does not say.
  public var type = ""
  /// What the values shown are, NULL aside: `integer`, `double`, `text`, `blob`, and what types make of them.
  public var kinds: [String] = []
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    name: String = "", title: String = "", type: String = "", kinds: [String] = []
  ) {
    self.name = name
    self.title = title
    self.type = type
    self.kinds = kinds
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "reportwire.v1.PreviewColumn",
    [
      FieldDescriptor(1, "name", .string),
      FieldDescriptor(2, "title", .string),
      FieldDescriptor(3, "type", .string),
      FieldDescriptor(4, "kinds", .string, .repeated),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, name)
    try sink.scalar(2, .string, title)
    try sink.scalar(3, .string, type)
    try sink.repeated(4, .string, kinds)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &name)
    case 2: try source.scalar(.string, into: &title)
    case 3: try source.scalar(.string, into: &type)
    case 4: try source.repeated(.string, into: &kinds)
    default: source.unknown()
    }
  }
}

/// A step of how the source finds the rows.
public struct PlanStep: Message {
  /// How many steps it is a part of.
  public var depth: Int32 = 0
  /// The step in the source's words.
  public var detail = ""
  /// What makes it slow, and what helps; empty if nothing is known to.
  public var warning = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    depth: Int32 = 0, detail: String = "", warning: String = ""
  ) {
    self.depth = depth
    self.detail = detail
    self.warning = warning
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "reportwire.v1.PlanStep",
    [
      FieldDescriptor(1, "depth", .int32),
      FieldDescriptor(2, "detail", .string),
      FieldDescriptor(3, "warning", .string),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .int32, depth)
    try sink.scalar(2, .string, detail)
    try sink.scalar(3, .string, warning)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.int32, into: &depth)
    case 2: try source.scalar(.string, into: &detail)
    case 3: try source.scalar(.string, into: &warning)
    default: source.unknown()
    }
  }
}

/// What a template gives.
public struct TemplatePreview: Message {
  /// The template.
  public var templateID = ""
  /// The columns, in their order.
  public var columns: [PreviewColumn] = []
  /// The first rows, a value for each column. Whole numbers beyond 2^53 and decimals are strings, dates and moments in ISO 8601, blobs in base64.
  public var rows: [ListValue] = []
  /// Which bound there may be more rows behind: `rows`, `bytes` or `seconds`; empty if these are all.
  public var cutBy = ""
  /// How the source finds the rows; empty where it does not say.
  public var plan: [PlanStep] = []
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    templateID: String = "", columns: [PreviewColumn] = [], rows: [ListValue] = [],
    cutBy: String = "", plan: [PlanStep] = []
  ) {
    self.templateID = templateID
    self.columns = columns
    self.rows = rows
    self.cutBy = cutBy
    self.plan = plan
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "reportwire.v1.TemplatePreview",
    [
      FieldDescriptor(1, "template_id", .string),
      FieldDescriptor(2, "columns", .message(PreviewColumn.self), .repeated),
      FieldDescriptor(3, "rows", .message(ListValue.self), .repeated),
      FieldDescriptor(4, "cut_by", .string),
      FieldDescriptor(5, "plan", .message(PlanStep.self), .repeated),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, templateID)
    try sink.messages(2, columns)
    try sink.messages(3, rows)
    try sink.scalar(4, .string, cutBy)
    try sink.messages(5, plan)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &templateID)
    case 2: try source.messages(into: &columns)
    case 3: try source.messages(into: &rows)
    case 4: try source.scalar(.string, into: &cutBy)
    case 5: try source.messages(into: &plan)
    default: source.unknown()
    }
  }
}
