import ProtobufWire
import RPCCore
import ReportAPI
import Testing

/// The descriptors written by hand, against what protoc makes of proto/.
@Suite("Descriptors and proto files agree", .timeLimit(.minutes(5)))
struct DescriptorTests {
  @Test("The message table has every message of the proto files and no other")
  func sameMessages() async throws {
    let ours = MessageTable.messages.map { $0.descriptor.fullName }
    let theirs = try await ProtoFiles.messages()
    #expect(Set(ours) == Set(theirs.keys))
    #expect(ours.count == theirs.count)
  }

  @Test("Each file has the imports, messages and services of its proto file, behind its imports")
  func sameFiles() async throws {
    let theirs = try await ProtoFiles.all()
    #expect(Set(MessageTable.files.map(\.name)) == Set(theirs.map(\.name)))
    #expect(MessageTable.files.count == theirs.count)
    var seen: Set<String> = []
    for file in MessageTable.files {
      let their = try #require(theirs.first { $0.name == file.name })
      #expect(file.package == their.package)
      #expect(file.dependencies == their.dependency)
      #expect(
        file.messages.map { $0.descriptor.fullName }
          == their.messageType.map { "\(their.package).\($0.name)" })
      #expect(file.services.map(\.name) == their.service.map { "\(their.package).\($0.name)" })
      for name in file.dependencies where !name.hasPrefix("google/") {
        #expect(seen.contains(name), "\(file.name) is before \(name)")
      }
      seen.insert(file.name)
    }
    #expect(
      Set(MessageTable.files.flatMap(\.services).map(\.name))
        == Set(MethodTable.services.map(\.name)))
  }

  @Test(
    "A router knows the file of each symbol, told by bytes",
    arguments: [
      ("spaceone.api.report.v1.Report", "spaceone/api/report/v1/report.proto"),
      ("spaceone.api.report.v1.Report.get_download_url", "spaceone/api/report/v1/report.proto"),
      ("spaceone.api.report.v1.ReportInfo", "spaceone/api/report/v1/report.proto"),
      ("spaceone.api.report.v1.ReportInfo.State", "spaceone/api/report/v1/report.proto"),
      ("spaceone.api.report.v1.ReportInfo.report_id", "spaceone/api/report/v1/report.proto"),
      ("spaceone.api.core.v1.Filter.key_alias", "spaceone/api/core/v1/query.proto"),
      ("spaceone.api.core.v1.ServerInfo", "spaceone/api/core/v1/server_info.proto"),
      ("spaceone.api.report.v1.ReportInfo.nope", nil), ("spaceone.api.report.v1", nil),
      ("", nil), ("spaceone.api.report.v1.Report.", nil),
      ("spaceone.api.report.v1.Report\u{301}", nil),
    ] as [(String, String?)])
  func symbols(symbol: String, file: String?) {
    let router = Router(files: MessageTable.files)
    #expect(router.file(declaring: symbol)?.name == file)
    if let file { #expect(router.file(named: file)?.name == file) }
  }

  @Test("A router's services are those that have a handler")
  func services() {
    var router = Router(files: MessageTable.files)
    #expect(router.services.isEmpty)
    router.register(TemplateMethods.get) { _, _ in TemplateInfo() }
    #expect(router.services.map(\.name) == ["spaceone.api.report.v1.Template"])
  }

  @Test("Each message has the fields of its proto file", arguments: MessageTable.messages)
  func sameFields(type: any Message.Type) async throws {
    let ours = type.descriptor
    let theirs = try #require(try await ProtoFiles.messages()[ours.fullName])
    #expect(theirs.nestedType.isEmpty)
    #expect(ours.oneofs.map(\.name) == theirs.oneofDecl.map(\.name))
    #expect(ours.fields.count == theirs.field.count)
    for (our, their) in zip(ours.fields, theirs.field.sorted { $0.number < $1.number }) {
      #expect(our.number == Int(their.number))
      #expect(our.name == their.name)
      #expect(our.jsonName == their.jsonName)
      #expect(our.oneof == their.oneofIndex.map(Int.init))
      #expect(our.isRepeated == (their.label == 3), "\(our.name)")
      #expect(!their.proto3Optional && our.label != .optional)
      #expect(our.protocType == ProtocType(their), "\(ours.fullName).\(our.name)")
    }
  }

  @Test("Each enum has the values of its proto file", arguments: MessageTable.messages)
  func sameEnums(type: any Message.Type) async throws {
    let theirs = try #require(try await ProtoFiles.messages()[type.descriptor.fullName])
    for their in theirs.enumType {
      let name = "\(type.descriptor.fullName).\(their.name)"
      let ours = try #require(
        MessageTable.messages.flatMap { $0.descriptor.fields }.lazy.compactMap(\.enumDescriptor)
          .first { $0.fullName == name })
      #expect(ours.values.map(\.name) == their.value.map(\.name))
      #expect(ours.values.map(\.number) == their.value.map(\.number))
    }
  }

  @Test("Names lead to messages; unknown ones to nothing")
  func lookUp() throws {
    #expect(
      MessageTable.message(named: "spaceone.api.report.v1.ReportInfo") == ReportInfo.self)
    #expect(MessageTable.message(named: "ReportInfo") == nil)
  }
}
