import ReportCore
import Testing

@testable import SQLiteStore

@Suite struct OptionTextTests {
  @Test(
    arguments: [
      ([:], "{}"),
      (["b": .number(1), "a": .null, "é": .bool(true)], #"{"a":null,"b":1,"é":true}"#),
      (
        ["n": .list([.number(-0.0), .number(1e21), .number(0.1), .number(-1)])],
        #"{"n":[0,1e+21,0.1,-1]}"#
      ),
      (["q\"\\": .string("\u{1}\n\u{7F}")], "{\"q\\u0022\\u005c\":\"\\u0001\\u000a\u{7F}\"}"),
      (["o": .object(["x": .list([])])], #"{"o":{"x":[]}}"#),
    ] as [(OptionObject, String)])
  func aValueHasOneText(_ object: OptionObject, _ text: String) throws {
    #expect(CanonicalJSON.text(.object(object)) == text)
    #expect(try read(text) == object)
  }

  @Test(
    arguments: [
      (
        #" { "a" : [ 1 , 2.5e1 ,-3E-1 ] , "b" : { } } "#,
        ["a": .list([.number(1), .number(25), .number(-0.3)]), "b": .object([:])]
      ),
      (
        #"{"a":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\u0000"}"#,
        ["a": .string("\"\\/\u{8}\u{c}\n\r\té😀\0")]
      ),
      (#"{"a":"\ud83d"}"#, ["a": .string("\u{FFFD}")]),
      (#"{"a":"\ud83d\u0041"}"#, ["a": .string("\u{FFFD}A")]),
      (#"{"a":1,"a":2}"#, ["a": .number(2)]),
      (#"{"a":9007199254740993}"#, ["a": .number(9_007_199_254_740_992)]),
      (#"{"a":12345678901234567890123}"#, ["a": .number(1.2345678901234568e22)]),
    ] as [(String, OptionObject)])
  func otherTextsOfJSONAreReadToo(_ text: String, _ object: OptionObject) throws {
    #expect(try read(text) == object)
  }

  @Test(arguments: [
    "", " ", "{", "}", "[]", "1", "null", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":1,}", "{a:1}",
    "{\"a\":1}x", "{\"a\":tru}", "{\"a\":truee}", "{\"a\":nul", "{\"a\":[1}", "{\"a\":[1,]}",
    "{\"a\":\"", "{\"a\":\"\\", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}", "{\"a\":\"\\u12",
    "{\"a\":-}",
    "{\"a\":1e999}", "{\"a\":+1}", "{\"a\":.5}", "{\"a\":--1}", "{\"a\":\"\\ud800\\u\"}",
  ])
  func whatIsNoObjectOfJSONIsCorrupt(_ text: String) {
    let error = #expect(throws: StoreError.self) { try read(text) }
    #expect(error?.code == .corrupt)
  }

  @Test func depthHasABound() throws {
    func nested(_ depth: Int) -> String {
      "{\"a\":" + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}"
    }
    _ = try read(nested(OptionReader.depthMax - 1))
    #expect(throws: StoreError.self) { try read(nested(OptionReader.depthMax)) }
  }

  @Test func everyTruncationAndFlipIsReadOrRefused() throws {
    let text = #"{"a":[1,-2.5e3,true,null,"x\u00e9\n"],"b":{"c":{"d":"é😀"}},"e":false}"#
    let bytes = Array(text.utf8)
    var refused = 0
    for count in bytes.indices where (try? read(Array(bytes[..<count]))) == nil { refused += 1 }
    #expect(refused == bytes.count)
    for index in bytes.indices {
      for bit in 0..<8 {
        var flipped = bytes
        flipped[index] ^= 1 << bit
        _ = try? read(flipped)
      }
    }
    #expect(try read(bytes).count == 3)
  }

  private func read(_ text: String) throws -> OptionObject {
    try read(Array(text.utf8))
  }

  private func read(_ bytes: [UInt8]) throws -> OptionObject {
    try bytes.withUnsafeBufferPointer { try OptionReader.object($0) }
  }
}
