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
  /// What the caller must be permitted; nil: nothing, not even to be known.
  public let permission: Permission?
  /// Whether a request must name the domain that it is about.
  public let needsDomain: Bool
  /// Whether the response may be as long as a response may be: then the call is run, mapped and
  /// encoded away from the threads that serve sockets.
  public let isBulk: Bool
  /// The REST bindings, the main one first; bindings of the published API come before our own.
  public let httpRules: [HTTPRule]

  /// Makes a descriptor.
  public init(
    service: String, name: String, input: any Message.Type, output: any Message.Type,
    permission: Permission? = .admin, needsDomain: Bool = false, isServerStreaming: Bool = false,
    isIdempotent: Bool = false, isBulk: Bool = false, httpRules: [HTTPRule] = []
  ) {
    self.service = service
    self.name = name
    self.input = input
    self.output = output
    self.permission = permission
    self.needsDomain = needsDomain
    self.isServerStreaming = isServerStreaming
    self.isIdempotent = isIdempotent
    self.isBulk = isBulk
    self.httpRules = httpRules
  }

  /// `service/name`, the method's name across all services.
  public var fullName: String { "\(service)/\(name)" }
}

/// A method descriptor that knows its types, for handlers and typed clients.
public struct Method<Input: Message, Output: Message>: Sendable {
  /// The untyped descriptor.
  public let descriptor: MethodDescriptor
  /// Reads the domain that a request is about; nil where requests are about none.
  public let domainID: (@Sendable (Input) -> String)?

  /// Makes a descriptor of a method whose requests are about no domain.
  ///
  /// - Parameter permission: what the caller must be permitted; nil: nothing.
  public init(
    service: String, name: String, permission: Permission? = .admin,
    isServerStreaming: Bool = false, isIdempotent: Bool = false, isBulk: Bool = false,
    httpRules: [HTTPRule] = []
  ) {
    // Where the compiler knows less of the type than there is, it chooses this initializer.
    precondition(
      Input.descriptor.field(named: "domain_id") == nil,
      "\(Input.descriptor.fullName) names a domain: it has to be a DomainRequest")
    domainID = nil
    descriptor = MethodDescriptor(
      service: service, name: name, input: Input.self, output: Output.self, permission: permission,
      isServerStreaming: isServerStreaming, isIdempotent: isIdempotent, isBulk: isBulk,
      httpRules: httpRules)
  }
}

extension Method where Input: DomainRequest {
  /// Makes a descriptor of a method whose requests are about a domain.
  ///
  /// - Parameters:
  ///   - permission: what the caller must be permitted there.
  ///   - needsDomain: whether a request must name it. Where it need not, an empty one means that the
  ///     answer is the same for every domain.
  public init(
    service: String, name: String, permission: Permission, needsDomain: Bool,
    isServerStreaming: Bool = false, isIdempotent: Bool = false, isBulk: Bool = false,
    httpRules: [HTTPRule] = []
  ) {
    domainID = { $0.domainID }
    descriptor = MethodDescriptor(
      service: service, name: name, input: Input.self, output: Output.self, permission: permission,
      needsDomain: needsDomain, isServerStreaming: isServerStreaming, isIdempotent: isIdempotent,
      isBulk: isBulk, httpRules: httpRules)
  }
}
