internal import ProtobufWire
internal import RPCCore
internal import Texts

/// What the documents say: every binding of every method, and every message that one of them leads to, with
/// the comments of the proto files.
struct OpenAPIModel {
  /// A service with its bindings.
  struct Service {
    /// Such as `Report`.
    let name: String
    let comment: String
    let operations: [Operation]
  }

  /// One binding of a method.
  struct Operation {
    /// Such as `Report.list`; another binding of a method has its number behind it.
    let id: String
    let comment: String
    let rule: HTTPRule
    let method: MethodDescriptor
    let parameters: [Parameter]
  }

  /// A variable of the path, or an item of the query string.
  struct Parameter {
    let name: String
    let comment: String
    let field: FieldDescriptor
    let isInPath: Bool
    let isRequired: Bool
  }

  let services: [Service]
  /// Those that are objects in JSON, by their names.
  let messages: [any Message.Type]
  let comments: [String: String]
  /// The names of those that an answer may hold: a later server may know more fields of them.
  let answered: Set<UTF8Key>

  init(_ router: Router, comments: [String: String]) {
    self.comments = comments
    var asked: [UTF8Key: any Message.Type] = [:]
    var answered: [UTF8Key: any Message.Type] = [:]
    let methods = router.methods.filter { !$0.httpRules.isEmpty }
    for method in methods {
      Self.collect(method.input, into: &asked)
      Self.collect(method.output, into: &answered)
    }
    self.answered = Set(answered.keys)
    messages = asked.merging(answered) { first, _ in first }.values.sorted {
      $0.descriptor.fullName < $1.descriptor.fullName
    }
    var names: [String] = []
    for method in methods where names.last != method.service { names.append(method.service) }
    services = names.map { name in
      Service(
        name: Self.shortName(name), comment: comments[name] ?? "",
        operations: methods.filter { $0.service.isByteEqual(to: name) }.flatMap { method in
          method.httpRules.enumerated().map { index, rule in
            Self.operation(method, rule, index, comments)
          }
        })
    }
  }

  /// The last part of a full name.
  static func shortName(_ name: String) -> String {
    name.split(separator: ".").last.map(String.init) ?? name
  }

  private static func collect(
    _ type: any Message.Type, into types: inout [UTF8Key: any Message.Type]
  ) {
    guard type.jsonForm == .fields, WellKnownSchema(type) == nil else { return }
    guard types.updateValue(type, forKey: UTF8Key(type.descriptor.fullName)) == nil else { return }
    for field in type.descriptor.fields {
      if let inner = field.messageType { collect(inner, into: &types) }
    }
  }

  private static func operation(
    _ method: MethodDescriptor, _ rule: HTTPRule, _ index: Int, _ comments: [String: String]
  ) -> Operation {
    let variables = rule.path.split(separator: "/").filter { $0.hasPrefix("{") }
      .map { String($0.dropFirst().dropLast()) }
    var parameters: [Parameter] = []
    let input = method.input.descriptor
    for name in variables {
      guard let field = input.field(named: name) else { continue }
      parameters.append(
        Parameter(
          name: name, comment: comments["\(input.fullName).\(name)"] ?? "", field: field,
          isInPath: true, isRequired: true))
    }
    if rule.body.isEmpty {
      addFields(of: method.input, behind: "", except: variables, comments, to: &parameters)
    }
    if method.needsDomain, let index = parameters.firstIndex(where: { $0.name == "domain_id" }) {
      let old = parameters[index]
      parameters[index] = Parameter(
        name: old.name, comment: old.comment, field: old.field, isInPath: old.isInPath,
        isRequired: true)
    }
    let id = "\(shortName(method.service)).\(method.name)" + (index > 0 ? "_\(index + 1)" : "")
    return Operation(
      id: id, comment: comments["\(method.service).\(method.name)"] ?? "", rule: rule,
      method: method, parameters: parameters)
  }

  /// Fields of messages within have their names behind a dot, as the query string has them.
  private static func addFields(
    of type: any Message.Type, behind prefix: String, except variables: [String],
    _ comments: [String: String], to parameters: inout [Parameter]
  ) {
    let descriptor = type.descriptor
    for field in descriptor.fields where !variables.contains(prefix + field.name) {
      if case .message(let inner) = field.kind, !field.isRepeated, inner.jsonForm == .fields,
        WellKnownSchema(inner) == nil, prefix.utf8.count(where: { $0 == UInt8(ascii: ".") }) < 3
      {
        addFields(
          of: inner, behind: "\(prefix)\(field.name).", except: variables, comments,
          to: &parameters)
      } else {
        parameters.append(
          Parameter(
            name: prefix + field.name,
            comment: comments["\(descriptor.fullName).\(field.name)"] ?? "", field: field,
            isInPath: false, isRequired: false))
      }
    }
  }
}

/// The messages of google/protobuf that are something of their own in JSON.
enum WellKnownSchema {
  case object, array, anything, timestamp, duration, fieldMask, empty

  /// nil for all others.
  init?(_ type: any Message.Type) {
    switch type.descriptor.fullName {
    case "google.protobuf.Struct": self = .object
    case "google.protobuf.ListValue": self = .array
    case "google.protobuf.Value": self = .anything
    case "google.protobuf.Timestamp": self = .timestamp
    case "google.protobuf.Duration": self = .duration
    case "google.protobuf.FieldMask": self = .fieldMask
    case "google.protobuf.Empty": self = .empty
    default: return nil
    }
  }
}
