import ProtobufWire
import ReportAPI
import Testing

@Suite("Golden messages")
struct GoldenTests {
  @Test("Every message of the table has golden files")
  func everyMessageIsCovered() {
    let covered = Set(GoldenCase.all.map(\.message))
    let known = Set(
      MessageTable.messages.map {
        $0.descriptor.fullName.split(separator: ".").last.map(String.init)
      })
    #expect(Set(covered.map(Optional.some)) == known)
    #expect(GoldenCase.all.count > 2 * covered.count)
  }

  @Test("Canonical bytes are read and written again unchanged", arguments: GoldenCase.all)
  func binaryRoundTrip(golden: GoldenCase) throws {
    let bytes = try golden.canonical()
    let message = try #require(golden.type).init(protobuf: bytes)
    #expect(try message.protobuf() == bytes)
    #expect(message.unknownFields.isEmpty)
  }

  @Test(
    "Fields in any order, and values said twice, make the same message",
    arguments: GoldenCase.all)
  func rearrangedFields(golden: GoldenCase) throws {
    let message = try #require(golden.type).init(protobuf: golden.rearranged())
    #expect(try message.protobuf() == golden.canonical())
  }

  @Test("JSON is written as Python writes it", arguments: GoldenCase.all)
  func jsonWriting(golden: GoldenCase) throws {
    let message = try #require(golden.type).init(protobuf: golden.canonical())
    #expect(try Struct(json: message.jsonBytes()) == Struct(json: golden.json()))
  }

  @Test("JSON of Python reads as the same message", arguments: GoldenCase.all)
  func jsonReading(golden: GoldenCase) throws {
    let message = try #require(golden.type).init(json: golden.json())
    #expect(try message.protobuf() == golden.canonical())
  }

  @Test(
    "JSON with the names of the proto file reads as the same message",
    arguments: GoldenCase.all)
  func originalNames(golden: GoldenCase) throws {
    let type = try #require(golden.type)
    let message = try type.init(protobuf: golden.canonical())
    let text = try message.json(options: JSONEncodingOptions(fieldNames: .original))
    #expect(try type.init(json: text).protobuf() == golden.canonical())
    for field in type.descriptor.fields where field.jsonName != field.name {
      #expect(!text.contains("\"\(field.jsonName)\":"), "\(field.name)")
    }
  }

  @Test("Unknown fields are kept and written behind the known ones", arguments: GoldenCase.all)
  func unknownFields(golden: GoldenCase) throws {
    // Field 1000 as a varint, 1001 as text, 1002 as a group of one field.
    let unknown: [UInt8] = [
      0xC0, 0x3E, 0x07, 0xCA, 0x3E, 0x02, 0x68, 0x69, 0xD3, 0x3E, 0x08, 0x01, 0xD4, 0x3E,
    ]
    let bytes = try golden.canonical()
    let message = try #require(golden.type).init(protobuf: unknown + bytes)
    #expect(try message.protobuf() == bytes + unknown)
  }

  @Test("A message with all fields at their defaults has no bytes and is an empty object")
  func defaults() throws {
    for type in MessageTable.messages {
      #expect(try type.init().protobuf() == [], "\(type)")
      #expect(try type.init().json() == "{}", "\(type)")
      #expect(try type.init(protobuf: [UInt8]()).protobuf() == [], "\(type)")
    }
  }
}
