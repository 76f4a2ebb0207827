import ProtobufWire
import Testing

struct FieldSelectionTests {
  static func message() -> AllTypes {
    var message = AllTypes()
    message.int32Field = 1
    message.stringField = "s"
    message.nested = Nested(id: 1, name: "n")
    message.nesteds = [Nested(id: 1, name: "a"), Nested(id: 2, name: "b")]
    message.strings = ["x", "y"]
    message.labels = ["k": "v"]
    message.branches = [true: Nested(id: 3)]
    message.choice = .text("t")
    message.maybeNumber = 0
    message.looseInt32s = [4]
    message.object = ["a": ["b": 1, "c": 2], "d": 3]
    message.value = ["e": ["f": 1], "g": 2]
    message.time = Timestamp(seconds: 1, nanos: 2)
    return message
  }

  static let selections: [([String], String)] = [
    ([], "{}"),
    (["int32_field"], #"{"int32Field":1}"#),
    (["string_field", "int32_field"], #"{"int32Field":1,"stringField":"s"}"#),
    (["nested"], #"{"nested":{"id":1,"name":"n"}}"#),
    (["nested.name"], #"{"nested":{"name":"n"}}"#),
    (["nested.name", "nested"], #"{"nested":{"id":1,"name":"n"}}"#),
    (["nested", "nested.name"], #"{"nested":{"id":1,"name":"n"}}"#),
    (["nesteds.id"], #"{"nesteds":[{"id":1},{"id":2}]}"#),
    (["strings", "loose_int32s"], #"{"strings":["x","y"],"looseInt32s":[4]}"#),
    (["labels", "branches"], #"{"labels":{"k":"v"},"branches":{"true":{"id":3}}}"#),
    (["text", "number"], #"{"text":"t"}"#),
    (["number"], "{}"),
    (["maybe_number"], #"{"maybeNumber":0}"#),
    (["object"], #"{"object":{"a":{"b":1,"c":2},"d":3}}"#),
    (["object.a"], #"{"object":{"a":{"b":1,"c":2}}}"#),
    (["object.a.c", "object.d"], #"{"object":{"a":{"c":2},"d":3}}"#),
    (["object.d.x", "object.none"], #"{"object":{}}"#),
    (["time.seconds"], #"{"time":"1970-01-01T00:00:01Z"}"#),
    (["duration"], "{}"),
  ]

  @Test(arguments: selections)
  func onlyTheSelectedFieldsStay(_ paths: [String], _ json: String) throws {
    let selection = try FieldSelection(paths, for: AllTypes.descriptor)
    #expect(try Self.message().selecting(selection).json() == json)
  }

  @Test(arguments: [
    "", "nonsense", "int32Field", "nested.nonsense", "int32_field.x", "strings.x", "labels.k",
    "nested.", ".nested", "object..a", "object.", "mood.x",
  ])
  func aPathThatLeadsNowhereIsNamed(_ path: String) throws {
    let error = try #require(throws: WireError.self) {
      try FieldSelection(["int32_field", path], for: AllTypes.descriptor)
    }
    #expect(error.code == .unknownField)
    #expect(error.message.contains("\"\(path)\""), "\(error)")
  }

  @Test func aPathMayHaveSoManyNamesAndNotMore() throws {
    let path = { (count: Int) in "object" + String(repeating: ".a", count: count - 1) }
    _ = try FieldSelection([path(100)], for: AllTypes.descriptor)
    let error = try #require(throws: WireError.self) {
      try FieldSelection([path(101)], for: AllTypes.descriptor)
    }
    #expect(error.code == .tooDeep)
  }

  /// As letters, `é` is one and the dot with an accent is no dot.
  @Test func namesInAPathAreBytes() throws {
    var message = AllTypes()
    message.object = ["\u{e9}": 1, "e\u{301}": 2, "a": ["\u{301}b": 3, "c": 4]]
    let names = ["object.e\u{301}", "object.a.\u{301}b"]
    let selection = try FieldSelection(names, for: AllTypes.descriptor)
    #expect(message.selecting(selection).object == ["e\u{301}": 2, "a": ["\u{301}b": 3]])
  }

  @Test func unknownFieldsAreNotSelected() throws {
    var message = try AllTypes(protobuf: Bytes.field(1001, [1]))
    message.int32Field = 1
    let selection = try FieldSelection(["int32_field"], for: AllTypes.descriptor)
    #expect(try message.selecting(selection).protobuf() == [0x18, 1])
  }

  @Test func aMessageWithoutJSONCanBeSelectedFrom() throws {
    var message = Self.message()
    message.list = [Value()]
    let selection = try FieldSelection(["int32_field", "list"], for: AllTypes.descriptor)
    #expect(message.selecting(selection).list == [Value()])
    #expect(message.selecting(selection).int32Field == 1)
  }
}
