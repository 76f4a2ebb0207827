import ProtobufWire
import RPCCore
import ReportAPI
import Testing

/// The method table written by hand, against what protoc makes of proto/.
@Suite("Method table and proto files agree", .timeLimit(.minutes(5)))
struct MethodTableTests {
  @Test("The table has every service of the proto files and no other")
  func sameServices() async throws {
    let ours = MethodTable.services.map(\.name)
    let theirs = try await ProtoFiles.services()
    #expect(Set(ours) == Set(theirs.keys))
    #expect(ours.count == theirs.count)
  }

  @Test(
    "Each service has the methods of its proto file, in its order",
    arguments: MethodTable.services.map(\.name))
  func sameMethods(service: String) async throws {
    let ours = try #require(MethodTable.services.first { $0.name == service })
    let theirs = try #require(try await ProtoFiles.services()[service])
    #expect(ours.methods.map(\.name) == theirs.method.map(\.name))
    #expect(ours.methods.allSatisfy { $0.service == service })
  }

  @Test(
    "Each method has the types, bindings and behaviour of its proto file",
    arguments: MethodTable.methods.map(\.fullName))
  func sameMethod(fullName: String) async throws {
    let ours = try #require(MethodTable.method(named: fullName))
    let theirs = try #require(
      try await ProtoFiles.services()[ours.service]?.method.first { $0.name == ours.name })
    #expect(theirs.inputType == ".\(ours.input.descriptor.fullName)")
    #expect(theirs.outputType == ".\(ours.output.descriptor.fullName)")
    #expect(theirs.serverStreaming == ours.isServerStreaming)
    #expect(!theirs.clientStreaming)
    let options = theirs.options ?? MethodOptions()
    #expect((options.idempotencyLevel != 0) == ours.isIdempotent)
    // What changes something leaves a line in the audit, and what hands out a file.
    let isLink = fullName == ReportMethods.getDownloadURL.descriptor.fullName
    #expect(ours.isAudited == (options.idempotencyLevel != 1 || isLink))
    let rules = options.http.map { [$0] + $0.additionalBindings } ?? []
    #expect(try rules.map { try #require(HTTPRule($0)) } == ours.httpRules)
  }

  @Test("A rule's path names fields of the request", arguments: MethodTable.methods.map(\.fullName))
  func pathFields(fullName: String) throws {
    let method = try #require(MethodTable.method(named: fullName))
    for rule in method.httpRules {
      for part in rule.path.split(separator: "/") where part.hasPrefix("{") {
        let name = String(part.dropFirst().dropLast())
        #expect(method.input.descriptor.field(named: name) != nil, "\(rule.path)")
      }
      #expect(rule.body == "" || rule.verb == .post || rule.verb == .put)
    }
  }

  @Test("No two methods share a binding")
  func distinctBindings() {
    let bindings = MethodTable.methods.flatMap(\.httpRules).map { "\($0.verb) \($0.path)" }
    #expect(Set(bindings).count == bindings.count)
  }

  @Test(
    "The published POST of Template.get and StorageType.get comes first, our GET beside it",
    arguments: [
      TemplateMethods.get.descriptor.fullName, StorageTypeMethods.get.descriptor.fullName,
    ])
  func addedGet(fullName: String) throws {
    let rules = try #require(MethodTable.method(named: fullName)).httpRules
    #expect(rules.map(\.verb) == [.post, .get])
    #expect(rules[0].path == rules[1].path)
  }

  @Test("Names lead to methods; unknown ones to nothing")
  func lookUp() {
    #expect(MethodTable.method(named: "spaceone.api.report.v1.Report/create")?.name == "create")
    #expect(MethodTable.method(named: "Report/create") == nil)
    #expect(MethodTable.method(named: "") == nil)
  }
}

extension HTTPRule {
  /// The rule as the method table has it; nil if it binds no method that the table knows.
  fileprivate init?(_ rule: HttpRule) {
    let paths: [(Verb, String)] = [
      (.get, rule.get), (.put, rule.put), (.post, rule.post), (.delete, rule.delete),
      (.patch, rule.patch),
    ]
    guard let (verb, path) = paths.first(where: { !$0.1.isEmpty }) else { return nil }
    self.init(verb, path, body: rule.body)
  }
}
