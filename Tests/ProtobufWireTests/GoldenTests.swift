import ProtobufWire
import Testing

/// Against files that Python protobuf made: see Golden/README.md.
struct GoldenTests {
  /// Python knows the packed types of Any by itself.
  static let types = TypeRegistry([Timestamp.self, Nested.self])

  @Test func everyTopicHasCases() throws {
    for topic in Golden.canonicalTopics + ["accepted"] {
      #expect(try Golden.cases(topic).count >= 3, "\(topic)")
    }
  }

  @Test(arguments: try Golden.canonical())
  func bytesDecodeAndEncodeToThemselves(_ golden: Golden.Case) throws {
    let message = try AllTypes(protobuf: golden.bytes)
    #expect(message.unknownFields.isEmpty)
    #expect(try message.protobuf() == golden.bytes)
  }

  @Test(arguments: try Golden.canonical())
  func messagesAreTheJSONThatPythonWrites(_ golden: Golden.Case) throws {
    let text = String(decoding: try golden.sibling(".json"), as: UTF8.self)
    let message = try AllTypes(protobuf: golden.bytes)
    #expect(try message.json(options: JSONEncodingOptions(types: Self.types)) == text)
  }

  @Test(arguments: try Golden.canonical())
  func pythonsJSONReadsAsTheMessage(_ golden: Golden.Case) throws {
    let message = try AllTypes(
      json: try golden.sibling(".json"), options: JSONDecodingOptions(types: Self.types))
    #expect(try message.protobuf() == golden.bytes)
  }

  @Test(arguments: try Golden.cases("accepted"))
  func bytesThatNoEncoderWritesMeanWhatPythonReads(_ golden: Golden.Case) throws {
    let message = try AllTypes(protobuf: golden.bytes)
    let again = try message.protobuf()
    #expect(again == (try golden.sibling(".again.pb")))
    #expect(try AllTypes(protobuf: again) == message)
  }

  @Test(arguments: try Golden.canonical())
  func decodingTwiceIsMerging(_ golden: Golden.Case) throws {
    var merged = try AllTypes(protobuf: golden.bytes)
    try merged.merge(protobuf: golden.bytes)
    #expect(merged == (try AllTypes(protobuf: golden.bytes + golden.bytes)))
  }

  @Test(arguments: try Golden.canonical())
  func aSelectionOfEveryFieldSelectsEverything(_ golden: Golden.Case) throws {
    let message = try AllTypes(protobuf: golden.bytes)
    let names = AllTypes.descriptor.fields.map(\.name)
    #expect(message.selecting(try FieldSelection(names, for: AllTypes.descriptor)) == message)
  }
}
