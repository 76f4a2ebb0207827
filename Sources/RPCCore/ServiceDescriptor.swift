public import ProtobufWire

/// A service: its full name and its methods.
public struct ServiceDescriptor: Sendable {
  /// Such as `spaceone.api.report.v1.Report`; the `service` of every method.
  public let name: String
  /// In the order of the proto file.
  public let methods: [MethodDescriptor]

  /// Describes a service.
  public init(name: String, methods: [MethodDescriptor]) {
    self.name = name
    self.methods = methods
  }
}

/// A proto file: where services and messages are declared, for reflection and documents.
public struct ProtoFile: Sendable {
  /// As others import it, such as `spaceone/api/report/v1/report.proto`.
  public let name: String
  /// Such as `spaceone.api.report.v1`.
  public let package: String
  /// The names of the files that it imports, in its order.
  public let dependencies: [String]
  /// Those that it declares, in its order.
  public let messages: [any Message.Type]
  /// Those that it declares, in its order.
  public let services: [ServiceDescriptor]

  /// Describes a file.
  public init(
    _ name: String, package: String, dependencies: [String], messages: [any Message.Type],
    services: [ServiceDescriptor]
  ) {
    self.name = name
    self.package = package
    self.dependencies = dependencies
    self.messages = messages
    self.services = services
  }
}
