import ProtobufWire
import Testing

struct JSONReadingTests {
  static let meanings: [(String, String)] = [
    (#"{"int32_field": 1}"#, #"{"int32Field":1}"#),
    (#" { "int32Field" : 1 } "#, #"{"int32Field":1}"#),
    (#"{"int32Field": "1"}"#, #"{"int32Field":1}"#),
    (#"{"int32Field": 1.0}"#, #"{"int32Field":1}"#),
    (#"{"int32Field": 1e2}"#, #"{"int32Field":100}"#),
    (#"{"int32Field": null}"#, "{}"),
    (#"{"int32Field": 0}"#, "{}"),
    (#"{"int64Field": 9223372036854775807}"#, #"{"int64Field":"9223372036854775807"}"#),
    (#"{"int64Field": "-9223372036854775808"}"#, #"{"int64Field":"-9223372036854775808"}"#),
    (#"{"uint64Field": "18446744073709551615"}"#, #"{"uint64Field":"18446744073709551615"}"#),
    (#"{"int64Field": 1.0e2}"#, #"{"int64Field":"100"}"#),
    (#"{"int64Field": 0.00010e4}"#, #"{"int64Field":"1"}"#),
    (#"{"int64Field": "12300e-2"}"#, #"{"int64Field":"123"}"#),
    (#"{"int64Field": "9007199254740993.0"}"#, #"{"int64Field":"9007199254740993"}"#),
    (#"{"int64Field": 9.007199254740993E+15}"#, #"{"int64Field":"9007199254740993"}"#),
    (#"{"int64Field": -9223372036854775808.0}"#, #"{"int64Field":"-9223372036854775808"}"#),
    (#"{"int64Field": 9223372036854775807.00}"#, #"{"int64Field":"9223372036854775807"}"#),
    (#"{"uint64Field": 1.8446744073709551615e19}"#, #"{"uint64Field":"18446744073709551615"}"#),
    (#"{"uint64Field": -0.0, "int64Field": 0e99999999999999999999}"#, "{}"),
    (#"{"doubleField": "NaN"}"#, #"{"doubleField":"NaN"}"#),
    (#"{"doubleField": "-Infinity"}"#, #"{"doubleField":"-Infinity"}"#),
    (#"{"doubleField": "1.5"}"#, #"{"doubleField":1.5}"#),
    (#"{"doubleField": -0.0}"#, #"{"doubleField":-0}"#),
    (#"{"floatField": 0.1}"#, #"{"floatField":0.1}"#),
    (#"{"mood": "MOOD_GOOD"}"#, #"{"mood":"MOOD_GOOD"}"#),
    (#"{"mood": 2}"#, #"{"mood":"MOOD_BAD"}"#),
    (#"{"mood": 77}"#, #"{"mood":77}"#),
    (#"{"bytesField": "_-8"}"#, #"{"bytesField":"/+8="}"#),
    (#"{"bytesField": "/+8="}"#, #"{"bytesField":"/+8="}"#),
    (
      #"{"stringField": "\u00e4\ud83d\ude00\n\/\b\f\r\t\\\""}"#,
      #"{"stringField":"ä😀\n/\b\f\r\t\\\""}"#
    ),
    (#"{"strings": [], "labels": {}, "nested": null}"#, "{}"),
    (#"{"nested": {}}"#, #"{"nested":{}}"#),
    (#"{"counts": {"-5": "1", "7": 2}}"#, #"{"counts":{"-5":"1","7":"2"}}"#),
    (#"{"branches": {"true": {}}}"#, #"{"branches":{"true":{}}}"#),
    (#"{"maybeNumber": 0}"#, #"{"maybeNumber":0}"#),
    (#"{"maybeNumber": null}"#, "{}"),
    (#"{"number": null, "text": "x"}"#, #"{"text":"x"}"#),
    (#"{"number": 0}"#, #"{"number":0}"#),
    (#"{"value": null}"#, #"{"value":null}"#),
    (#"{"anything": null}"#, #"{"anything":null}"#),
    (#"{"nothing": null}"#, "{}"),
    (#"{"nothing": "NULL_VALUE"}"#, "{}"),
    (#"{"values": [null, 1, "1", [], {}]}"#, #"{"values":[null,1,"1",[],{}]}"#),
    (#"{"object": {"b": null, "a": {"x": [1e3]}}}"#, #"{"object":{"a":{"x":[1000]},"b":null}}"#),
    (#"{"empty": {}}"#, #"{"empty":{}}"#),
    (#"{"any": {}}"#, #"{"any":{}}"#),
    (
      #"{"any": {"value": "1s", "@type": "type.googleapis.com/google.protobuf.Duration"}}"#,
      #"{"any":{"@type":"type.googleapis.com/google.protobuf.Duration","value":"1s"}}"#
    ),
  ]

  /// JSON beside the usual that means a message; the message as it is written again.
  @Test(arguments: meanings)
  func jsonMeansWhatProto3Says(_ text: String, _ written: String) throws {
    #expect(try AllTypes(json: text).json() == written)
  }

  static let faults: [(String, WireError.Code, Int, String)] = [
    ("", WireError.Code.wrongType, 0, ""),
    ("{", .malformedJSON, 1, ""),
    ("[]", .wrongType, 0, ""),
    ("{} {}", .malformedJSON, 3, ""),
    (#"{"int32Field": 1,}"#, .malformedJSON, 17, ""),
    (#"{"int32Field" 1}"#, .malformedJSON, 14, ""),
    (#"{int32Field: 1}"#, .malformedJSON, 1, ""),
    (#"{"int32Field": 01}"#, .malformedJSON, 17, "int32_field"),
    (#"{"int32Field": 1.5}"#, .invalidValue, 15, "int32_field"),
    (#"{"int32Field": 2147483648}"#, .invalidValue, 15, "int32_field"),
    (#"{"int32Field": "+1"}"#, .invalidValue, 15, "int32_field"),
    (#"{"int32Field": " 1"}"#, .invalidValue, 15, "int32_field"),
    (#"{"int32Field": "\t1"}"#, .invalidValue, 15, "int32_field"),
    (#"{"int32Field": "1\n"}"#, .invalidValue, 15, "int32_field"),
    (#"{"int32Field": ""}"#, .invalidValue, 15, "int32_field"),
    (#"{"int32Field": "-"}"#, .invalidValue, 15, "int32_field"),
    (#"{"int32Field": "0x1"}"#, .invalidValue, 15, "int32_field"),
    (#"{"int32Field": true}"#, .wrongType, 15, "int32_field"),
    (#"{"int64Field": -9223372036854775809}"#, .invalidValue, 15, "int64_field"),
    (#"{"int64Field": 9223372036854775808}"#, .invalidValue, 15, "int64_field"),
    (#"{"int64Field": "9223372036854775807.5"}"#, .invalidValue, 15, "int64_field"),
    (#"{"int64Field": -9.223372036854775809e18}"#, .invalidValue, 15, "int64_field"),
    (#"{"int64Field": 9007199254740992.5}"#, .invalidValue, 15, "int64_field"),
    (#"{"int64Field": 1e19}"#, .invalidValue, 15, "int64_field"),
    (#"{"int64Field": 1e99999999999999999999}"#, .invalidValue, 15, "int64_field"),
    (#"{"int64Field": 10e-99999999999999999999}"#, .invalidValue, 15, "int64_field"),
    (#"{"int64Field": 1e9223372036854775807}"#, .invalidValue, 15, "int64_field"),
    (#"{"uint64Field": 18446744073709551616}"#, .invalidValue, 16, "uint64_field"),
    (#"{"uint64Field": 18446744073709551615.1}"#, .invalidValue, 16, "uint64_field"),
    (#"{"uint64Field": "-1.0"}"#, .invalidValue, 16, "uint64_field"),
    (#"{"mood": 2147483648}"#, .invalidValue, 9, "mood"),
    (#"{"uint32Field": -1}"#, .invalidValue, 16, "uint32_field"),
    (#"{"doubleField": 1e999}"#, .invalidValue, 16, "double_field"),
    (#"{"doubleField": NaN}"#, .wrongType, 16, "double_field"),
    (#"{"doubleField": .5}"#, .wrongType, 16, "double_field"),
    (#"{"doubleField": 1.}"#, .malformedJSON, 18, "double_field"),
    (#"{"doubleField": "inf"}"#, .invalidValue, 16, "double_field"),
    (#"{"floatField": 1e39}"#, .invalidValue, 15, "float_field"),
    (#"{"boolField": "true"}"#, .wrongType, 14, "bool_field"),
    (#"{"boolField": 1}"#, .wrongType, 14, "bool_field"),
    (#"{"stringField": 1}"#, .wrongType, 16, "string_field"),
    (#"{"stringField": "a"#, .malformedJSON, 18, "string_field"),
    (#"{"stringField": "\x"}"#, .malformedJSON, 19, "string_field"),
    (#"{"stringField": "\u12"}"#, .malformedJSON, 21, "string_field"),
    (#"{"stringField": "\ud83d"}"#, .malformedJSON, 23, "string_field"),
    (#"{"stringField": "\ude00"}"#, .malformedJSON, 23, "string_field"),
    (#"{"stringField": "\ud83dx"}"#, .malformedJSON, 23, "string_field"),
    (#"{"stringField": "\ud83d\n"}"#, .malformedJSON, 24, "string_field"),
    (#"{"stringField": "\ud83d\u0041"}"#, .malformedJSON, 29, "string_field"),
    (#"{"stringField": "\ud83d\ud83d"}"#, .malformedJSON, 29, "string_field"),
    (#"{"stringField": "\ud83d\ue000"}"#, .malformedJSON, 29, "string_field"),
    (#"{"stringField": "\ude00\ud83d"}"#, .malformedJSON, 23, "string_field"),
    ("{\"stringField\": \"a\nb\"}", .malformedJSON, 18, "string_field"),
    (#"{"bytesField": "a"}"#, .invalidValue, 15, "bytes_field"),
    (#"{"bytesField": "ab=c"}"#, .invalidValue, 15, "bytes_field"),
    (#"{"mood": "MOOD_ODD"}"#, .invalidValue, 9, "mood"),
    (#"{"mood": 1.5}"#, .invalidValue, 9, "mood"),
    (#"{"strings": "a"}"#, .wrongType, 12, "strings"),
    (#"{"strings": ["a", null]}"#, .wrongType, 18, "strings[1]"),
    (#"{"strings": ["a",]}"#, .wrongType, 17, "strings[1]"),
    (#"{"nesteds": [{}, {"id": []}]}"#, .wrongType, 24, "nesteds[1].id"),
    (#"{"labels": {"a": null}}"#, .wrongType, 17, "labels"),
    (#"{"labels": {"a": "1", "a": "2"}}"#, .malformedJSON, 30, "labels"),
    (#"{"counts": {"x": "1"}}"#, .wrongType, 16, "counts"),
    (#"{"counts": {"+1": "1"}}"#, .wrongType, 17, "counts"),
    (#"{"branches": {"true": {"id": "x"}}}"#, .invalidValue, 29, "branches[\"true\"].id"),
    (#"{"int32Field": 1, "int32_field": 2}"#, .malformedJSON, 32, ""),
    (#"{"number": 1, "text": "x"}"#, .malformedJSON, 22, ""),
    (#"{"nonsense": 1}"#, .unknownField, 12, ""),
    (#"{"nested": {"nonsense": 1}}"#, .unknownField, 23, "nested"),
    (#"{"object": {"a": 1, "a": 2}}"#, .malformedJSON, 27, "object"),
    (#"{"object": {"a": [1, tru]}}"#, .wrongType, 21, "object[\"a\"][1]"),
    (#"{"value": nul}"#, .malformedJSON, 10, "value"),
    (#"{"empty": {"a": 1}}"#, .unknownField, 15, "empty"),
    (#"{"any": {"value": 1}}"#, .malformedJSON, 8, "any"),
    (#"{"any": {"@type": "example.com/x.Y"}}"#, .unknownType, 8, "any"),
  ]

  /// What is refused: the code, the byte and the field.
  @Test(arguments: faults)
  func faultsAreNamedWithTheirPlace(
    _ text: String, _ code: WireError.Code, _ offset: Int, _ path: String
  ) throws {
    let error = try #require(throws: WireError.self) { try AllTypes(json: text) }
    #expect(error.code == code, "\(error)")
    #expect(error.byteOffset == offset, "\(error)")
    #expect(error.fieldPath == path, "\(error)")
  }

  @Test func textThatIsNoUTF8IsRefused() throws {
    let bytes = Array(#"{"stringField": ""#.utf8) + [0xff] + Array(#""}"#.utf8)
    let error = try #require(throws: WireError.self) { try AllTypes(json: bytes) }
    #expect(error.code == .invalidUTF8)
  }

  @Test func unknownMembersCanBePassedOver() throws {
    let text = #"{"a": [1, {"b": "\"}"}, true, null], "int32Field": 3, "nested": {"c": -1e5}}"#
    let message = try AllTypes(
      json: text, options: JSONDecodingOptions(ignoresUnknownFields: true))
    #expect(try message.json() == #"{"int32Field":3,"nested":{}}"#)
    #expect(throws: WireError.self) {
      try AllTypes(
        json: #"{"a": [1 2]}"#, options: JSONDecodingOptions(ignoresUnknownFields: true))
    }
  }

  /// An unknown name is as good as an unknown field: it changes nothing.
  @Test(arguments: [
    (#"{"mood": "MOOD_ODD", "int32Field": 1}"#, #"{"int32Field":1}"#),
    (#"{"maybeMood": "MOOD_ODD"}"#, "{}"),
    (#"{"feeling": "MOOD_ODD"}"#, "{}"),
    (#"{"nothing": "ODD"}"#, "{}"),
    (#"{"moods": ["MOOD_BAD", "MOOD_ODD", "MOOD_GOOD"]}"#, #"{"moods":["MOOD_BAD","MOOD_GOOD"]}"#),
    (#"{"moodsById": {"1": "MOOD_ODD", "2": "MOOD_BAD"}}"#, #"{"moodsById":{"2":"MOOD_BAD"}}"#),
  ])
  func unknownNamesOfEnumsArePassedOverWithUnknownFields(
    _ text: String, _ written: String
  ) throws {
    let message = try AllTypes(
      json: text, options: JSONDecodingOptions(ignoresUnknownFields: true))
    #expect(try message.json() == written)
    let error = try #require(throws: WireError.self) { try AllTypes(json: text) }
    #expect(error.code == .invalidValue)
  }

  @Test func objectsMayBeNestedToTheLimitAndNotDeeper() throws {
    func lists(_ depth: Int) -> String {
      #"{"value": "# + String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        + "}"
    }
    _ = try AllTypes(json: lists(99))
    let error = try #require(throws: WireError.self) { try AllTypes(json: lists(100)) }
    #expect(error.code == .tooDeep)
    let ignoring = JSONDecodingOptions(ignoresUnknownFields: true, depthMax: 3)
    _ = try AllTypes(json: #"{"unknown": [[]]}"#, options: ignoring)
    #expect(throws: WireError.self) {
      try AllTypes(json: #"{"unknown": [[[]]]}"#, options: ignoring)
    }
  }
}
