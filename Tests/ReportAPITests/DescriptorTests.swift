import ProtobufWire
import ReportAPI
import Testing

/// The descriptors written by hand, against what protoc makes of proto/.
@Suite("Descriptors and proto files agree", .timeLimit(.minutes(1)))
struct DescriptorTests {
  @Test("The message table has every message of the proto files and no other")
  func sameMessages() async throws {
    let ours = MessageTable.messages.map { $0.descriptor.fullName }
    let theirs = try await ProtoFiles.messages()
    #expect(Set(ours) == Set(theirs.keys))
    #expect(ours.count == theirs.count)
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
