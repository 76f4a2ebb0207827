public import RPCCore

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
