public import ProtobufWire
public import RPCCore

/// Facts about the server that need no permission.
public enum ServerInfoMethods {
  private static let name = "spaceone.api.core.v1.ServerInfo"

  /// Tells which version of the server answers.
  public static let getVersion = Method<Empty, VersionInfo>(
    service: name, name: "get_version", permission: nil,
    isIdempotent: true)

  /// The service with all its methods, in the order of the proto file.
  public static let service = ServiceDescriptor(
    name: name,
    methods: [
      getVersion.descriptor
    ])
}

/// The version of a server.
public struct VersionInfo: Message {
  /// The version, such as `1.6.1`.
  public var version = ""
  /// Fields that are not known here, kept as they came.
  public var unknownFields = UnknownFields()

  /// Every field at its default.
  @inlinable public init() {}

  /// Makes a message; what is left out stays at its default.
  @inlinable
  public init(version: String = "") {
    self.version = version
  }

  /// The names, numbers and types of the fields.
  public static let descriptor = MessageDescriptor(
    "spaceone.api.core.v1.VersionInfo",
    [
      FieldDescriptor(1, "version", .string)
    ])

  /// Hands every field to a sink, in the order of their numbers.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, version)
  }

  /// Takes one field from a source.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &version)
    default: source.unknown()
    }
  }
}
