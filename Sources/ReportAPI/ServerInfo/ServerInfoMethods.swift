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
