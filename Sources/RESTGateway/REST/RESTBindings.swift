internal import ProtobufWire
internal import RPCCore
internal import Texts

/// The REST bindings of all methods (google.api.http), found by the bytes of a path: the names between
/// its slashes, percent-decoded each by itself, so that an encoded slash divides nothing. Names go
/// before variables.
struct RESTBindings: Sendable {
  /// One way to call a method.
  struct Binding: Sendable {
    let rule: HTTPRule
    let entry: Router.Entry
    /// The fields that the variables of the path fill, in the path's order.
    let variables: [String]
  }

  /// What a path stands for.
  struct Match: Sendable {
    let bindings: [HTTPRule.Verb: Binding]
    /// Of the variables, in the path's order.
    let values: [String]

    /// What may be done with the path, as `Allow` has it.
    var allowed: [String] {
      var methods = bindings.keys.map(\.rawValue)
      if let get = bindings[.get], !get.entry.descriptor.isServerStreaming {
        methods.append("HEAD")
      }
      methods.append("OPTIONS")
      return methods.sorted()
    }
  }

  private struct Node {
    var names: [UTF8Key: Node] = [:]
    var variable: [Node] = []
    var bindings: [HTTPRule.Verb: Binding] = [:]

    mutating func add(_ binding: Binding, at path: ArraySlice<Substring>) {
      guard let first = path.first else {
        precondition(
          bindings[binding.rule.verb] == nil,
          "\(binding.rule.verb.rawValue) \(binding.rule.path) is bound twice")
        bindings[binding.rule.verb] = binding
        return
      }
      if first.hasPrefix("{") {
        if variable.isEmpty { variable = [Node()] }
        variable[0].add(binding, at: path.dropFirst())
      } else {
        names[UTF8Key(String(first)), default: Node()].add(binding, at: path.dropFirst())
      }
    }

    func match(_ path: ArraySlice<ArraySlice<UInt8>>, _ values: [String]) throws(RPCError) -> Match?
    {
      guard let first = path.first else {
        return bindings.isEmpty ? nil : Match(bindings: bindings, values: values)
      }
      let text = PercentCoding.decoded(first)
      if let text, let next = names[UTF8Key(text)],
        let match = try next.match(path.dropFirst(), values)
      {
        return match
      }
      guard let next = variable.first, !first.isEmpty else { return nil }
      guard let text else {
        throw .invalidParameter("path", reason: "its percent encoding is broken, or no UTF-8")
      }
      return try next.match(path.dropFirst(), values + [text])
    }
  }

  private var root = Node()
  /// How many names the longest path has.
  private var depthMax = 0

  /// Takes all methods that have bindings.
  init(_ router: Router) {
    for method in router.methods {
      guard let entry = try? router.entry(service: method.service, method: method.name) else {
        continue
      }
      for rule in method.httpRules {
        let path = rule.path.split(separator: "/")
        let variables = path.filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
        precondition(
          path.allSatisfy { $0.hasPrefix("{") == $0.hasSuffix("}") }
            && variables.allSatisfy { method.input.descriptor.field(named: $0) != nil },
          "\(rule.path) is no path of names and fields of \(method.fullName)")
        precondition(
          rule.body.isEmpty || rule.body == "*", "\(method.fullName): a body is whole or not at all"
        )
        depthMax = max(depthMax, path.count)
        root.add(Binding(rule: rule, entry: entry, variables: variables), at: path[...])
      }
    }
  }

  /// What a path stands for; nil if it is none of theirs.
  ///
  /// - Throws: `INVALID_ARGUMENT` if it would be one, but cannot be read.
  func match(_ path: String) throws(RPCError) -> Match? {
    let bytes = Array(path.utf8)
    guard bytes.first == UInt8(ascii: "/") else { return nil }
    let parts = bytes.dropFirst().split(
      separator: UInt8(ascii: "/"), maxSplits: depthMax, omittingEmptySubsequences: false)
    guard parts.count <= depthMax else { return nil }
    return try root.match(parts[...], [])
  }
}

extension RESTBindings.Match {
  /// A request of the binding: the parts that google.api.http makes a message of.
  ///
  /// - Parameters:
  ///   - query: of the URL, without its question mark.
  ///   - body: a JSON object, or nothing.
  /// - Throws: `INVALID_ARGUMENT` if the query cannot be read.
  func request(
    _ binding: RESTBindings.Binding, query: String, body: [UInt8]
  ) throws(RPCError) -> JSONRequest {
    guard let query = FormItems(query) else {
      throw .invalidParameter("query", reason: "its percent encoding is broken, or no UTF-8")
    }
    return JSONRequest(
      body: body, query: query.items.map { FieldText($0.name, $0.value) },
      path: zip(binding.variables, values).map { FieldText($0, $1) })
  }
}
