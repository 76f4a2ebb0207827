public import ProtobufWire
public import RPCCore

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
