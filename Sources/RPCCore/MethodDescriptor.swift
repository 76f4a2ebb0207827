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
  /// Whether each call leaves a line in the audit.
  public let isAudited: Bool
  /// The REST bindings, the main one first; bindings of the published API come before our own.
  public let httpRules: [HTTPRule]

  /// Makes a descriptor.
  ///
  /// - Parameter isAudited: nil: if calls need more than the permission to read, since they change
  ///   something then.
  public init(
    service: String, name: String, input: any Message.Type, output: any Message.Type,
    permission: Permission? = .admin, needsDomain: Bool = false, isServerStreaming: Bool = false,
    isIdempotent: Bool = false, isBulk: Bool = false, isAudited: Bool? = nil,
    httpRules: [HTTPRule] = []
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
    self.isAudited = isAudited ?? ((permission ?? .read) > .read)
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
  /// - Parameters:
  ///   - permission: what the caller must be permitted; nil: nothing.
  ///   - isAudited: see `MethodDescriptor`.
  public init(
    service: String, name: String, permission: Permission? = .admin,
    isServerStreaming: Bool = false, isIdempotent: Bool = false, isBulk: Bool = false,
    isAudited: Bool? = nil, httpRules: [HTTPRule] = []
  ) {
    // Where the compiler knows less of the type than there is, it chooses this initializer.
    precondition(
      Input.descriptor.field(named: "domain_id") == nil,
      "\(Input.descriptor.fullName) names a domain: it has to be a DomainRequest")
    domainID = nil
    descriptor = MethodDescriptor(
      service: service, name: name, input: Input.self, output: Output.self, permission: permission,
      isServerStreaming: isServerStreaming, isIdempotent: isIdempotent, isBulk: isBulk,
      isAudited: isAudited, httpRules: httpRules)
  }
}

extension Method where Input: DomainRequest {
  /// Makes a descriptor of a method whose requests are about a domain.
  ///
  /// - Parameters:
  ///   - permission: what the caller must be permitted there.
  ///   - needsDomain: whether a request must name it. Where it need not, an empty one means that the
  ///     answer is the same for every domain.
  ///   - isAudited: see `MethodDescriptor`.
  public init(
    service: String, name: String, permission: Permission, needsDomain: Bool,
    isServerStreaming: Bool = false, isIdempotent: Bool = false, isBulk: Bool = false,
    isAudited: Bool? = nil, httpRules: [HTTPRule] = []
  ) {
    domainID = { $0.domainID }
    descriptor = MethodDescriptor(
      service: service, name: name, input: Input.self, output: Output.self, permission: permission,
      needsDomain: needsDomain, isServerStreaming: isServerStreaming, isIdempotent: isIdempotent,
      isBulk: isBulk, isAudited: isAudited, httpRules: httpRules)
  }
}

/// A request that says which domain it is about. The router looks at that once for every method, so
/// that no handler has to: it refuses what the caller does not reach, and hands the domain on in
/// `CallContext.domainID`.
public protocol DomainRequest: Message {
  /// The tenant; empty if the caller named none.
  var domainID: String { get }
}

/// One REST binding of a method (google.api.http).
public struct HTTPRule: Sendable, Hashable {
  /// The HTTP methods that bindings use.
  public enum Verb: String, Sendable, Hashable {
    case get = "GET"
    case put = "PUT"
    case post = "POST"
    case delete = "DELETE"
    case patch = "PATCH"
  }

  /// The HTTP method.
  public let verb: Verb
  /// The path template, such as `/report/v1/report/{report_id}`.
  public let path: String
  /// The field that the body fills: `*` for all that the path does not, empty for no body.
  public let body: String

  /// Makes a binding.
  public init(_ verb: Verb, _ path: String, body: String = "") {
    self.verb = verb
    self.path = path
    self.body = body
  }
}

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
