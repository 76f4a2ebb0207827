public import ProtobufWire

/// One method of a service: its names, types, REST bindings and behaviour. The method table is a
/// list of these, and every door (ttrpc, gRPC, REST, the command line) is made from it.
public struct MethodDescriptor: Sendable {
  /// The full name of the service, such as `spaceone.api.report.v1.Report`.
  public let service: String
  /// The short name of the method, such as `get`.
  public let name: String
  /// The type of the request.
  public let input: any Message.Type
  /// The type of the response, or of each message of the response stream.
  public let output: any Message.Type
  /// Whether the response is a stream of messages.
  public let isServerStreaming: Bool
  /// Whether calling twice does what calling once does, so that a client may try again.
  public let isIdempotent: Bool
  /// The REST bindings, the main one first; bindings of the published API come before our own.
  public let httpRules: [HTTPRule]

  /// Makes a descriptor.
  public init(
    service: String, name: String, input: any Message.Type, output: any Message.Type,
    isServerStreaming: Bool = false, isIdempotent: Bool = false, httpRules: [HTTPRule] = []
  ) {
    self.service = service
    self.name = name
    self.input = input
    self.output = output
    self.isServerStreaming = isServerStreaming
    self.isIdempotent = isIdempotent
    self.httpRules = httpRules
  }

  /// `service/name`, the method's name across all services.
  public var fullName: String { "\(service)/\(name)" }
}

/// A method descriptor that knows its types, for handlers and typed clients.
public struct Method<Input: Message, Output: Message>: Sendable {
  /// The untyped descriptor.
  public let descriptor: MethodDescriptor

  /// Makes a descriptor of the types' own.
  public init(
    service: String, name: String, isServerStreaming: Bool = false, isIdempotent: Bool = false,
    httpRules: [HTTPRule] = []
  ) {
    descriptor = MethodDescriptor(
      service: service, name: name, input: Input.self, output: Output.self,
      isServerStreaming: isServerStreaming, isIdempotent: isIdempotent, httpRules: httpRules)
  }
}
