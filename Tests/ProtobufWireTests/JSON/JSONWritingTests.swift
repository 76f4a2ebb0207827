import ProtobufWire
import Testing

struct JSONWritingTests {
  @Test func namesAreWrittenAsAskedFor() throws {
    var message = AllTypes()
    message.int32Field = 1
    message.nested = Nested(id: 2)
    message.moodsById = [3: .good]
    #expect(
      try message.json() == #"{"int32Field":1,"nested":{"id":2},"moodsById":{"3":"MOOD_GOOD"}}"#)
    #expect(
      try message.json(options: JSONEncodingOptions(fieldNames: .original))
        == #"{"int32_field":1,"nested":{"id":2},"moods_by_id":{"3":"MOOD_GOOD"}}"#)
  }

  @Test func defaultsAreWrittenWhenAskedFor() throws {
    let text = try Nested(id: 1).json(options: JSONEncodingOptions(alwaysWritesDefaults: true))
    #expect(text == #"{"id":1,"name":"","children":[]}"#)
    let all = try AllTypes().json(options: JSONEncodingOptions(alwaysWritesDefaults: true))
    #expect(all.contains(#""int64Field":"0""#))
    #expect(all.contains(#""labels":{}"#))
    #expect(all.contains(#""mood":"MOOD_UNSPECIFIED""#))
    #expect(all.contains(#""nothing":null"#))
    // Fields with presence are no defaults.
    #expect(!all.contains("maybe"))
    #expect(!all.contains("number"))
  }

  @Test func prettyJSONIsIndentedByTwoSpaces() throws {
    var message = AllTypes()
    message.strings = ["a", "b"]
    message.nested = Nested()
    message.object = ["k": [1]]
    #expect(
      try message.json(options: JSONEncodingOptions(isPretty: true)) == """
        {
          "nested": {},
          "strings": [
            "a",
            "b"
          ],
          "object": {
            "k": [
              1
            ]
          }
        }
        """)
  }

  static let numbers: [(Double, String)] = [
    (0.1, "0.1"), (1, "1"), (-2, "-2"), (1e21, "1e+21"), (1e-7, "1e-07"),
    (123456789012, "123456789012"),
    (0.30000000000000004, "0.30000000000000004"),
  ]

  @Test(arguments: numbers)
  func numbersAreTheShortestThatReadBack(_ number: Double, _ text: String) throws {
    #expect(try Value.number(number).json() == text)
    #expect(try Value(json: text).numberValue == number)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func aNumberThatJSONLacksIsRefusedAndNamed(_ number: Double) throws {
    let message: Struct = ["a": [.number(number)]]
    let error = try #require(throws: WireError.self) { try message.json() }
    #expect(error.code == .invalidValue)
    #expect(error.fieldPath == "[\"a\"][0]")
    #expect(error.message.contains("\(number)"))
  }

  @Test func aValueWithoutAKindHasNoJSON() throws {
    let error = try #require(throws: WireError.self) { try ListValue([1, Value()]).json() }
    #expect(error.code == .invalidValue)
    #expect(error.fieldPath == "[1]")
    #expect(error.message.contains("without a kind"))
  }

  /// What is written can be read again, and no message makes the writer call itself without end.
  @Test func arraysMayBeNestedToTheLimitAndNotDeeper() throws {
    let lists = { (depth: Int) in (1..<depth).reduce(Value.list([])) { value, _ in [value] } }
    let text = try lists(100).json()
    #expect(try Value(json: text) == lists(100))
    let error = try #require(throws: WireError.self) { try lists(101).json() }
    #expect(error.code == .tooDeep)
    let own = JSONEncodingOptions(depthMax: 2)
    #expect(try AllTypes(json: #"{"nested":{}}"#).json(options: own) == #"{"nested":{}}"#)
    #expect(throws: WireError.self) {
      try AllTypes(json: #"{"nesteds":[{}]}"#).json(options: own)
    }
  }

  @Test func anErrorNamesTheField() throws {
    var message = AllTypes()
    message.times = [Timestamp(), Timestamp(seconds: 0, nanos: -1)]
    let error = try #require(throws: WireError.self) { try message.json() }
    #expect(error.code == .invalidValue)
    #expect(error.fieldPath == "times[1]")
  }

  @Test func unknownFieldsHaveNoJSON() throws {
    let message = try AllTypes(protobuf: Bytes.field(1001, [1]) + [0x18, 1])
    #expect(try message.json() == #"{"int32Field":1}"#)
  }

  @Test func anUnknownTypeInAnyCannotBeWritten() throws {
    var message = AllTypes()
    message.any = try AnyMessage(packing: Nested(id: 1))
    let error = try #require(throws: WireError.self) { try message.json() }
    #expect(error.code == .unknownType)
    let types = TypeRegistry([Nested.self])
    #expect(
      try message.json(options: JSONEncodingOptions(types: types))
        == #"{"any":{"@type":"type.googleapis.com/reportwire.test.Nested","id":1}}"#)
  }
}
