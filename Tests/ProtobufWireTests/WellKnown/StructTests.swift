import ProtobufWire
import Testing

struct StructTests {
  @Test func keysAreSortedAndUnique() {
    let object = Struct(pairs: [
      (key: "b", value: 1), (key: "a", value: 2), (key: "b", value: 3), (key: "", value: 4),
    ])
    #expect(object.entries.map(\.key) == ["", "a", "b"])
    #expect(object["b"] == 3)
    #expect(object == ["a": 2, "": 4, "b": 3] as Struct)
    #expect(object.hashValue == Struct(pairs: object.entries.map { ($0.key, $0.value) }).hashValue)
  }

  @Test func entriesAreSetAndRemovedByKey() {
    var object = Struct()
    #expect(object.isEmpty)
    object["m"] = 1
    object["a"] = "x"
    object["z"] = true
    object["m"] = nil
    object["none"] = nil
    object["a"] = nil
    object["b"] = [1, .null]
    #expect(object == ["z": true, "b": [1, .null]])
    #expect(object.count == 2)
    #expect(object["m"] == nil)
    #expect(object["b"]?.listValue == [1, .null])
  }

  /// Few and many entries, with and without a common beginning, in a random order and twice: the
  /// order is that of the UTF-8 bytes, the last of a key stays.
  @Test(arguments: [2, 3, 24, 25, 33, 100, 1000], ["", "a common beginning ", "é"])
  func anyOrderIsPutInOrder(_ count: Int, _ beginning: String) throws {
    var random = Random(state: UInt64(count))
    var pairs: [(key: String, value: Value)] = []
    var expected: [String: Value] = [:]
    for index in 0..<count {
      let number = Int.random(in: 0..<count, using: &random)
      let key = beginning + String(number, radix: 36) + (number % 7 == 0 ? " ä long ending 日本" : "")
      pairs.append((key, .number(Double(index))))
      expected[key] = .number(Double(index))
    }
    let object = Struct(pairs: pairs)
    let keys = object.entries.map(\.key)
    #expect(keys == expected.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    #expect(keys.allSatisfy { object[$0] == expected[$0] })
    var bytes: [UInt8] = []
    for pair in pairs {
      bytes += Bytes.field(
        1, Bytes.field(1, Array(pair.key.utf8)) + Bytes.field(2, try pair.value.protobuf()))
    }
    #expect(try Struct(protobuf: bytes) == object)
  }

  /// All in one bucket, and alike in the first eight bytes behind what is common.
  @Test func keysThatDifferLateArePutInOrder() {
    let keys = (0..<200).map { String(repeating: "x", count: 40) + String(($0 * 7919) % 200) }
    let object = Struct(pairs: keys.map { ($0, .null) } + [(key: "x", value: .null)])
    #expect(
      object.entries.map(\.key)
        == (keys + ["x"]).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
  }

  @Test func keysThatAreAsLettersEqualButNotAsBytesAreTwo() {
    let object: Struct = ["é": 1, "e\u{301}": 2]
    #expect(object.count == 2)
    #expect(object["é"] == 1)
    #expect(object["e\u{301}"] == 2)
    #expect(["é": 1] as Struct != ["e\u{301}": 1])
    #expect(Value.string("é") != "e\u{301}")
    #expect(Set<Value>(["é", "e\u{301}", "é"]).count == 2)
  }

  /// A codec hands on what it is given; what a value without a kind means is for others to say.
  @Test(
    arguments: [
      [], [0x11, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f], [0x11, 1, 2, 3, 0, 0, 0, 0xf4, 0xff],
      [0x11, 0, 0, 0, 0, 0, 0, 0xf0, 0xff],
    ] as [[UInt8]])
  func aValueThatHasNoJSONPassesThroughBinaryUntouched(_ value: [UInt8]) throws {
    #expect(try Value(protobuf: value).protobuf() == value)
    let list = Bytes.field(1, value) + Bytes.field(1, [0x20, 1])
    #expect(try ListValue(protobuf: list).protobuf() == list)
    let object = Bytes.field(1, Bytes.field(1, [0x6b]) + Bytes.field(2, value))
    #expect(try Struct(protobuf: object).protobuf() == object)
    #expect(throws: WireError.self) { try Struct(protobuf: object).json() }
  }

  @Test func aKeyThatBeginsAnotherComesFirst() {
    let object = Struct(pairs: ["a\0\0", "a", "a\0", "b", ""].map { ($0, .null) })
    #expect(object.entries.map(\.key) == ["", "a", "a\0", "a\0\0", "b"])
  }

  @Test func valuesAreReadByTheirKind() {
    let value: Value = ["n": 1.5, "s": "x", "b": true, "z": .null, "l": [1], "o": ["k": 1]]
    let object = value.structValue
    #expect(object?["n"]?.numberValue == 1.5)
    #expect(object?["s"]?.stringValue == "x")
    #expect(object?["b"]?.boolValue == true)
    #expect(object?["z"]?.kind == .null)
    #expect(object?["l"]?.listValue == [1])
    #expect(object?["o"]?.structValue == ["k": 1])
    #expect(object?["s"]?.numberValue == nil)
    #expect(Value().kind == nil)
  }

  @Test func aValueKeepsItsUnknownFields() throws {
    let bytes = Bytes.tag(4, 0) + [1] + Bytes.tag(9, 0) + [9]
    var value = try Value(protobuf: bytes)
    #expect(value.boolValue == true)
    #expect(value.unknownFields.bytes == Bytes.tag(9, 0) + [9])
    #expect(try value.protobuf() == bytes)
    #expect(value != true)
    value.kind = .string("x")
    #expect(try value.protobuf() == Bytes.field(3, [0x78]) + Bytes.tag(9, 0) + [9])
    value.unknownFields = UnknownFields()
    #expect(value == "x")
  }
}
