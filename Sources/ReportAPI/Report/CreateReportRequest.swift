public import ProtobufWire
public import RPCCore

/// Asks for a new report.
public struct CreateReportRequest: DomainRequest {
  /// The tenant that the report will belong to; required.
  public var domainID = ""
  /// The template that says what is reported; required.
  public var templateID = ""
  /// What people call the report; required. The downloaded file is named after it.
  public var name = ""
  /// The template's parameters by name, and `formats`, the list of file formats to make.
  public var templateOptions: Struct?
  /// Where the files go; the server's own storage if empty.
  public var storageID = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(
    domainID: String = "", templateID: String = "", name: String = "",
    templateOptions: Struct? = nil, storageID: String = ""
  ) {
    self.domainID = domainID
    self.templateID = templateID
    self.name = name
    self.templateOptions = templateOptions
    self.storageID = storageID
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.report.v1.CreateReportRequest",
    [
      FieldDescriptor(1, "domain_id", .string),
      FieldDescriptor(2, "template_id", .string),
      FieldDescriptor(3, "name", .string),
      FieldDescriptor(4, "template_options", .message(Struct.self)),
      FieldDescriptor(5, "storage_id", .string),
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, domainID)
    try sink.scalar(2, .string, templateID)
    try sink.scalar(3, .string, name)
    try sink.message(4, templateOptions)
    try sink.scalar(5, .string, storageID)
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
    case 4: try source.message(into: &templateOptions)
    case 5: try source.scalar(.string, into: &storageID)
    default: source.unknown()
    }
  }
}
