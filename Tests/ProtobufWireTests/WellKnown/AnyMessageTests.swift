import ProtobufWire
import Testing

struct AnyMessageTests {
  @Test func anyPacksAndUnpacks() throws {
    let packed = try AnyMessage(packing: Timestamp(seconds: 5))
    #expect(packed.typeURL == "type.googleapis.com/google.protobuf.Timestamp")
    #expect(packed.typeName == "google.protobuf.Timestamp")
    #expect(try packed.unpack(as: Timestamp.self) == Timestamp(seconds: 5))
    #expect(try packed.unpack(as: Struct.self) == nil)
    #expect(AnyMessage().typeName.isEmpty)
  }

  static let packed: [(any Message, String)] = [
    (Timestamp(), #""value":"1970-01-01T00:00:00Z""#),
    (ProtoDuration(seconds: 1), #""value":"1s""#),
    (["a": 1] as Struct, #""value":{"a":1}"#),
    ([1] as ListValue, #""value":[1]"#),
    (Value.null, #""value":null"#),
    (FieldMask(["a_b"]), #""value":"aB""#),
    (Int64Value(1), #""value":"1""#),
    (StringValue(), #""value":"""#),
    (AnyMessage(), #""value":{}"#),
  ]

  /// The wrapping follows from the message's own `jsonForm`.
  @Test(arguments: packed.indices)
  func aTypeWithAFormOfItsOwnStandsInValue(_ index: Int) throws {
    let (message, member) = Self.packed[index]
    let any = try AnyMessage(packing: message)
    let text = #"{"@type":"\#(any.typeURL)",\#(member)}"#
    #expect(try any.json() == text)
    #expect(try AnyMessage(json: text) == any)
  }

  @Test func aTypeOfFieldsStandsBesideItsType() throws {
    let any = try AnyMessage(packing: Empty())
    #expect(try any.json() == #"{"@type":"type.googleapis.com/google.protobuf.Empty"}"#)
    #expect(try AnyMessage(json: any.json()) == any)
  }

  static let url = "type.googleapis.com/google.protobuf.Duration"

  @Test(
    arguments: [
      (#"{"@type": "google.protobuf.Duration", "value": "1s"}"#, .invalidValue, "no slash"),
      (#"{"@type": "", "value": "1s"}"#, .invalidValue, "no slash"),
      (#"{"@type": "x/unknown.Type"}"#, .unknownType, "unknown.Type"),
      (#"{"@type": "\#(url)", "value": "1s", "@type": "\#(url)"}"#, .malformedJSON, "@type stands"),
      (
        #"{"@type": "\#(url)", "value": "1s", "value": "2s"}"#, .malformedJSON, "value stands twice"
      ),
      (#"{"@type": "\#(url)"}"#, .malformedJSON, "no \"value\""),
      (#"{"@type": "\#(url)", "value": "1s", "other": 1}"#, .unknownField, "\"other\""),
      (#"{"value": "1s"}"#, .malformedJSON, "no @type"),
      (
        #"{"@type": "x/google.protobuf.Empty", "@type": "x/google.protobuf.Empty"}"#,
        .malformedJSON, ""
      ),
    ] as [(String, WireError.Code, String)])
  func faultsInJSONAreNamed(_ text: String, _ code: WireError.Code, _ word: String) throws {
    let error = try #require(throws: WireError.self) { try AnyMessage(json: text) }
    #expect(error.code == code, "\(error)")
    #expect(word.isEmpty || error.message.contains(word), "\(error)")
  }

  @Test func membersBesideValueArePassedOverWithUnknownFields() throws {
    let text = #"{"@type": "\#(Self.url)", "other": [1], "value": "1s"}"#
    let any = try AnyMessage(json: text, options: JSONDecodingOptions(ignoresUnknownFields: true))
    #expect(try any.unpack(as: ProtoDuration.self) == ProtoDuration(seconds: 1))
  }

  @Test func aTypeWithoutASlashIsNotWritten() throws {
    var any = AnyMessage()
    any.typeURL = "google.protobuf.Empty"
    let error = try #require(throws: WireError.self) { try any.json() }
    #expect(error.code == .invalidValue)
  }

  /// Each level's bytes are decoded anew, so only the writer can count the levels.
  @Test func anyWithinAnyMayBeNestedToTheLimitAndNotDeeper() throws {
    let nested = { (depth: Int) throws in
      try (1..<depth).reduce(into: AnyMessage()) { any, _ in any = try AnyMessage(packing: any) }
    }
    let text = try nested(100).json()
    #expect(try AnyMessage(json: text) == nested(100))
    for depth in [101, 2000] {
      let any = try nested(depth)
      let error = try #require(throws: WireError.self) { try any.json() }
      #expect(error.code == .tooDeep)
    }
    let deeper = #"{"@type": "x/google.protobuf.Any", "value": \#(text)}"#
    let error = try #require(throws: WireError.self) { try AnyMessage(json: deeper) }
    #expect(error.code == .tooDeep)
  }
}
