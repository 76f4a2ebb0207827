import Testing

@testable import ProtobufWire

@Suite("Fields out of texts")
struct FieldTextTests {
  private func message(_ fields: [(String, String)]) throws(WireError) -> AllTypes {
    var message = AllTypes()
    try message.merge(fields.map { FieldText($0.0, $0.1) })
    return message
  }

  @Test(
    "Every kind of field is read as JSON would have it, without its quotes",
    arguments: [
      ("double_field", "1.5", "1.5"), ("float_field", "-0.5", "-0.5"),
      ("double_field", "NaN", #""NaN""#), ("int32_field", "-7", "-7"),
      ("int32Field", "7", "7"), ("int64_field", "9223372036854775807", #""9223372036854775807""#),
      ("uint64_field", "18446744073709551615", #""18446744073709551615""#),
      ("bool_field", "true", "true"), ("string_field", "true", #""true""#),
      ("string_field", #"a "quoted" \ text"#, #""a \"quoted\" \\ text""#),
      ("string_field", "a.b", #""a.b""#), ("bytes_field", "AQI", #""AQI=""#),
      ("mood", "MOOD_GOOD", #""MOOD_GOOD""#), ("mood", "2", #""MOOD_BAD""#),
      ("nested.name", "inner", #"{"name":"inner"}"#),
      ("nested", #"{"name": "inner"}"#, #"{"name":"inner"}"#),
      ("int32s", "5", "[5]"), ("moods", "MOOD_GOOD", #"["MOOD_GOOD"]"#),
      ("nesteds", #"{"name": "inner"}"#, #"[{"name":"inner"}]"#),
      ("labels.a.b", "x", #"{"a.b":"x"}"#), ("counts.-3", "4", #"{"-3":"4"}"#),
      ("branches.true", #"{"name": "x"}"#, #"{"true":{"name":"x"}}"#),
      ("text", "", #""""#), ("maybe_number", "0", "0"),
      ("object", #"{"a": 1}"#, #"{"a":1}"#), ("object.a.b", "5", #"{"a.b":5}"#),
      ("object.a", "eu", #"{"a":"eu"}"#), ("object.a", #""5""#, #"{"a":"5"}"#),
      ("object.a", "[1, true]", #"{"a":[1,true]}"#), ("value", "5", "5"), ("value", "x", #""x""#),
      ("list", "[1]", "[1]"), ("time", "2026-11-23T08:30:00Z", #""2026-11-23T08:30:00Z""#),
      ("duration", "1.5s", #""1.500s""#), ("empty", "{}", "{}"),
      ("values", "x", #"["x"]"#), ("times", "2026-11-23T08:30:00Z", #"["2026-11-23T08:30:00Z"]"#),
    ])
  func kinds(name: String, text: String, json: String) throws {
    let first = FieldText(name, text).firstName
    let field = try #require(AllTypes.descriptor.field(named: first))
    let expected = try AllTypes(json: "{\"\(field.name)\": \(json)}")
    #expect(expected != AllTypes())
    let found = try message([(name, text)])
    // As JSON: NaN is not equal to itself.
    #expect(try found.json() == expected.json())
  }

  @Test("Repeated fields grow, in order; messages and objects merge")
  func merging() throws {
    let found = try message([
      ("int32s", "1"), ("nested.name", "x"), ("int32s", "2"), ("object.a", "1"),
      ("object.b", "2"), ("object.a", "3"), ("labels.x", "1"), ("labels.y", "2"),
    ])
    #expect(found.int32s == [1, 2])
    #expect(found.nested?.name == "x")
    #expect(found.object == ["a": 3, "b": 2])
    #expect(found.labels.count == 2)
    var more = found
    try more.merge([FieldText("int32s", "3"), FieldText("object.c", "4")])
    #expect(more.int32s == [1, 2, 3])
    #expect(more.object == ["a": 3, "b": 2, "c": 4])
    #expect(more.nested == found.nested)
  }

  @Test(
    "What does not fit is refused, naming the field",
    arguments: [
      (["nope"], "x", "nope"), (["nested.nope"], "x", "nested"), ([""], "x", "no field \"\""),
      (["int32_field"], "x", "int32_field"), (["int32_field"], "1.5", "int32_field"),
      (["int32_field"], "2147483648", "int32_field"), (["int32_field"], "", "int32_field"),
      (["bool_field"], "True", "bool_field"), (["bool_field"], "true false", "bool_field"),
      (["mood"], "NOPE", "mood"), (["string_field", "string_field"], "x", "2 times"),
      (["string_field.x"], "x", "no field \"x\""), (["nested"], "x", "nested"),
      (["nested", "nested.name"], "{}", "2 times"), (["nesteds.name"], "x", "no field \"name\""),
      (["time.seconds"], "1", "time"), (["time"], "yesterday", "time"),
      (["counts.x"], "1", "no key"), (["labels"], "1", "no key"),
      (["number", "text"], "1", "oneof choice"), (["object"], "x", "object"),
      (["string_field\u{301}"], "x", "no field"),
    ])
  func refusals(names: [String], text: String, part: String) {
    let error = #expect(throws: WireError.self) { try message(names.map { ($0, text) }) }
    let description = error?.description ?? ""
    #expect(description.contains(part), "\(description)")
  }

  @Test("Names lead a hundred messages deep, and no deeper")
  func depth() throws {
    func name(_ count: Int) -> String {
      "nested." + Array(repeating: "child", count: count).joined(separator: ".") + ".name"
    }
    _ = try message([(name(98), "x")])
    let error = #expect(throws: WireError.self) { try message([(name(99), "x")]) }
    #expect(error?.code == .tooDeep)
    #expect(throws: WireError.self) { try message([(name(100_000), "x")]) }
  }

  @Test("The fields that JSON names, by either name")
  func names() throws {
    let json = Array(#"{"int32Field": 1, "string_field": "x", "nope": {"mood": 1}}"#.utf8)
    #expect(try AllTypes.fieldNumbers(inJSON: json) == [3, 14])
  }
}
