internal import ProtobufWire
internal import RPCCore
internal import Texts

/// Writes the model as an OpenAPI 3.1 document.
struct OpenAPIWriter {
  /// A value of JSON, whose members keep their order.
  indirect enum Node {
    case text(String)
    case flag(Bool)
    case list([Node])
    case object([(String, Node)])

    func append(to bytes: inout [UInt8]) {
      switch self {
      case .text(let text): bytes.appendJSONString(text)
      case .flag(let flag): bytes += flag ? "true".utf8 : "false".utf8
      case .list(let nodes):
        bytes.append(UInt8(ascii: "["))
        for (index, node) in nodes.enumerated() {
          if index > 0 { bytes.append(UInt8(ascii: ",")) }
          node.append(to: &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
      case .object(let members):
        bytes.append(UInt8(ascii: "{"))
        for (index, member) in members.enumerated() {
          if index > 0 { bytes.append(UInt8(ascii: ",")) }
          bytes.appendJSONString(member.0)
          bytes.append(UInt8(ascii: ":"))
          member.1.append(to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
      }
    }
  }

  private static let about =
    "All methods of this server by HTTP and JSON. Fields have the names of the proto files; "
    + "lowerCamelCase is understood too. `Grpc-Timeout` or `X-Timeout-Seconds` sets a deadline, "
    + "`X-Request-Id` names a request in the logs, `Idempotency-Key` makes a create safe to repeat."

  private let model: OpenAPIModel

  init(_ model: OpenAPIModel) {
    self.model = model
  }

  /// The whole document.
  func document(version: String) -> String {
    let root = Node.object([
      ("openapi", .text("3.1.0")),
      (
        "info",
        .object([
          ("title", .text("Reportwire")), ("description", .text(Self.about)),
          ("version", .text(version)),
          (
            "license",
            .object([("name", .text("Apache-2.0")), ("identifier", .text("Apache-2.0"))])
          ),
        ])
      ),
      ("servers", .list([.object([("url", .text("/"))])])),
      ("security", .list([.object([]), .object([("bearer", .list([]))])])),
      ("tags", .list(model.services.map { described($0.comment, [("name", .text($0.name))]) })),
      ("paths", .object(paths)),
      (
        "components",
        .object([
          ("schemas", .object(schemas)),
          (
            "securitySchemes",
            .object([
              (
                "bearer",
                .object([
                  ("type", .text("http")), ("scheme", .text("bearer")),
                  ("bearerFormat", .text("JWT")),
                ])
              )
            ])
          ),
        ])
      ),
    ])
    var bytes: [UInt8] = []
    root.append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  // MARK: Operations

  private var paths: [(String, Node)] {
    var paths: [(String, [(String, Node)])] = []
    for service in model.services {
      for operation in service.operations {
        let member = (operation.rule.verb.rawValue.lowercased(), node(operation, service))
        if let index = paths.firstIndex(where: { $0.0.isByteEqual(to: operation.rule.path) }) {
          paths[index].1.append(member)
        } else {
          paths.append((operation.rule.path, [member]))
        }
      }
    }
    return paths.map { ($0.0, .object($0.1)) }
  }

  private func node(_ operation: OpenAPIModel.Operation, _ service: OpenAPIModel.Service) -> Node {
    var members: [(String, Node)] = [
      ("operationId", .text(operation.id)), ("tags", .list([.text(service.name)])),
    ]
    if !operation.parameters.isEmpty {
      members.append(("parameters", .list(operation.parameters.map(parameter))))
    }
    if !operation.rule.body.isEmpty {
      let content = Node.object([
        ("application/json", .object([("schema", schema(operation.method.input))]))
      ])
      members.append(("requestBody", .object([("content", content)])))
    }
    let answer =
      operation.method.isServerStreaming
      ? ["application/x-ndjson", "text/event-stream"].map { type in
        (
          type,
          Node.object([
            (
              "schema",
              described(
                "Messages of \(operation.method.output.descriptor.fullName).",
                [("type", .text("string"))])
            )
          ])
        )
      } : [("application/json", .object([("schema", schema(operation.method.output))]))]
    let error = Node.object([
      ("application/json", .object([("schema", Self.reference("Error"))]))
    ])
    members.append(
      (
        "responses",
        .object([
          ("200", .object([("description", .text("The answer.")), ("content", .object(answer))])),
          (
            "default",
            .object([("description", .text("Why there is none.")), ("content", error)])
          ),
        ])
      ))
    return described(operation.comment, members)
  }

  private func parameter(_ parameter: OpenAPIModel.Parameter) -> Node {
    var members: [(String, Node)] = [
      ("name", .text(parameter.name)), ("in", .text(parameter.isInPath ? "path" : "query")),
    ]
    if parameter.isRequired { members.append(("required", .flag(true))) }
    let field = parameter.field
    if let type = field.messageType {
      if case .map = field.kind {
        members.append(("content", Self.json(schema(field))))
      } else if field.isRepeated {
        // Each value is an object of JSON by itself, which OpenAPI has no word for.
        let items = Node.object([
          ("type", .text("string")), ("contentMediaType", .text("application/json")),
        ])
        members.append(("schema", .object([("type", .text("array")), ("items", items)])))
      } else if let known = WellKnownSchema(type), known.isText {
        members.append(("schema", schema(field)))
      } else {
        members.append(("content", Self.json(schema(field))))
      }
    } else {
      // A variable of a path is never empty.
      var node = schema(field)
      if parameter.isInPath, case .string = field.kind {
        node = .object([("type", .text("string")), ("pattern", .text("^[^/]+$"))])
      }
      members.append(("schema", node))
    }
    return described(parameter.comment, members)
  }

  private static func json(_ schema: Node) -> Node {
    .object([("application/json", .object([("schema", schema)]))])
  }

  // MARK: Schemas

  private var schemas: [(String, Node)] {
    let detail = Node.object([
      ("type", .text("object")),
      (
        "properties",
        .object([
          ("code", .object([("type", .text("string"))])),
          ("message", .object([("type", .text("string"))])),
        ])
      ),
      ("required", .list([.text("code"), .text("message")])),
    ])
    let error = Node.object([
      ("type", .text("object")), ("properties", .object([("detail", detail)])),
      ("required", .list([.text("detail")])),
    ])
    return [("Error", error)]
      + model.messages.map { ($0.descriptor.fullName, object($0.descriptor)) }
  }

  private func object(_ descriptor: MessageDescriptor) -> Node {
    var members: [(String, Node)] = [("type", .text("object"))]
    if !descriptor.fields.isEmpty {
      members.append(
        (
          "properties",
          .object(
            descriptor.fields.map { field in
              let comment = model.comments["\(descriptor.fullName).\(field.name)"] ?? ""
              return (field.name, described(comment, schema(field)))
            })
        ))
    }
    if !model.answered.contains(UTF8Key(descriptor.fullName)) {
      members.append(("additionalProperties", .flag(false)))
    }
    return described(model.comments[descriptor.fullName] ?? "", members)
  }

  private func schema(_ field: FieldDescriptor) -> Node {
    if case .map(_, let value) = field.kind {
      return .object([("type", .text("object")), ("additionalProperties", schema(value))])
    }
    guard field.isRepeated else { return schema(field.kind) }
    return .object([("type", .text("array")), ("items", schema(field.kind))])
  }

  private func schema(_ kind: FieldDescriptor.Kind) -> Node {
    switch kind {
    case .double, .float: Self.simple("number")
    case .int32, .sint32, .sfixed32: Self.simple("integer", "int32")
    case .uint32, .fixed32: Self.simple("integer")
    case .int64, .sint64, .sfixed64: Self.simple("string", "int64")
    case .uint64, .fixed64: Self.simple("string", "uint64")
    case .bool: Self.simple("boolean")
    case .string: Self.simple("string")
    case .bytes:
      .object([("type", .text("string")), ("contentEncoding", .text("base64"))])
    case .enum(let descriptor):
      .object([
        ("type", .text("string")), ("enum", .list(descriptor.values.map { .text($0.name) })),
      ])
    case .message(let type): schema(type)
    case .map(_, let value):
      .object([("type", .text("object")), ("additionalProperties", schema(value))])
    }
  }

  private func schema(_ type: any Message.Type) -> Node {
    switch WellKnownSchema(type) {
    case .object?, .empty?: return Self.simple("object")
    case .array?: return .object([("type", .text("array")), ("items", .object([]))])
    case .anything?: return .object([])
    case .timestamp?: return Self.simple("string", "date-time")
    case .duration?, .fieldMask?: return Self.simple("string")
    case nil: break
    }
    // The wrappers are what they wrap.
    if type.jsonForm != .fields {
      return type.descriptor.fields.first.map { schema($0.kind) } ?? .object([])
    }
    return Self.reference(type.descriptor.fullName)
  }

  private static func simple(_ type: String, _ format: String? = nil) -> Node {
    .object([("type", .text(type))] + (format.map { [("format", .text($0))] } ?? []))
  }

  private static func reference(_ name: String) -> Node {
    .object([("$ref", .text("#/components/schemas/\(name)"))])
  }

  private func described(_ comment: String, _ node: Node) -> Node {
    guard case .object(let members) = node else { return node }
    return described(comment, members)
  }

  private func described(_ comment: String, _ members: [(String, Node)]) -> Node {
    .object(members + (comment.isEmpty ? [] : [("description", .text(comment))]))
  }
}

extension WellKnownSchema {
  /// Whether a value stands as it is in a query string.
  var isText: Bool {
    switch self {
    case .timestamp, .duration, .fieldMask: true
    case .object, .array, .anything, .empty: false
    }
  }
}
