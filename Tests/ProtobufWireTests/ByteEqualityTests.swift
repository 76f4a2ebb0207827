import ProtobufWire
import Testing

/// Names that come from outside are equal when their bytes are. To Swift's `==` the two spellings of
/// an accented letter are one, and a KELVIN SIGN is a K.
struct ByteEqualityTests {
  static let composed = "\u{e9}"
  static let decomposed = "e\u{301}"

  @Test func keysOfAMapAreBytes() throws {
    let bytes = [Self.decomposed, Self.composed].flatMap {
      Bytes.field(31, Bytes.field(1, Array($0.utf8)) + Bytes.field(2, Array($0.utf8)))
    }
    let message = try AllTypes(protobuf: bytes)
    #expect(message.labels.count == 2)
    #expect(message.labels[UTF8Key(Self.composed)]?.utf8.count == 2)
    #expect(try message.protobuf() == bytes)
    let text = #"{"labels":{"\#(Self.decomposed)":"1","\#(Self.composed)":"2"}}"#
    #expect(try Array(AllTypes(json: text).json().utf8) == Array(text.utf8))
  }

  @Test func aKeyTwiceIsTheSameBytesTwice() {
    #expect(throws: WireError.self) {
      try AllTypes(json: #"{"labels":{"\#(Self.composed)":"1","\u00e9":"2"}}"#)
    }
    #expect(Set<UTF8Key>(["a", "b", "a"]).count == 2)
    #expect(UTF8Key("a") != "ab")
  }

  @Test func namesOfFieldsAndEnumsAreBytes() {
    let descriptor = MessageDescriptor("t.K", [FieldDescriptor(1, "per_K", .string)])
    #expect(descriptor.field(named: "perK")?.number == 1)
    #expect(descriptor.field(named: "per\u{212a}") == nil)
    #expect(EnumDescriptor("t.Unit", ["K": 1]).number(of: "K") == 1)
    #expect(EnumDescriptor("t.Unit", ["K": 1]).number(of: "\u{212a}") == nil)
  }

  @Test func namesOfTypesAreBytes() throws {
    let types = TypeRegistry([K.self])
    #expect(types.type(of: "x/t.K") == K.self)
    #expect(types.type(of: "x/t.\u{212a}") == nil)
    // The accent makes another letter of the slash, but not another byte.
    #expect(types.type(of: "x/\u{301}/t.K") == K.self)
    var any = AnyMessage()
    any.typeURL = "x/t.\u{212a}"
    #expect(try any.unpack(as: K.self) == nil)
  }
}

private struct K: Message {
  var unknownFields = UnknownFields()

  static let descriptor = MessageDescriptor("t.K", [])

  func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {}

  mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    source.unknown()
  }
}
