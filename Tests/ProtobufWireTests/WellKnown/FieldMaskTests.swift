import ProtobufWire
import Testing

struct FieldMaskTests {
  @Test(
    arguments: [
      ([], #""""#), (["a"], #""a""#), (["foo_bar", "baz.qux_x"], #""fooBar,baz.quxX""#),
      (["a1", "*"], #""a1,*""#),
    ] as [([String], String)])
  func pathsAreLowerCamelCaseInJSON(_ paths: [String], _ text: String) throws {
    #expect(try FieldMask(paths).json() == text)
    #expect(try FieldMask(json: text) == FieldMask(paths))
  }

  @Test(arguments: ["fooBar", "foo__bar", "foo_3_bar", "_foo_", "a,b", ""])
  func aPathThatWouldBeAnotherWhenReadIsNotWritten(_ path: String) throws {
    let error = try #require(throws: WireError.self) { try FieldMask(["ok", path]).json() }
    #expect(error.code == .invalidValue)
    #expect(error.fieldPath == "paths[1]")
  }

  @Test(arguments: [#""foo_bar""#, #""a,,b""#, #"",""#, "1", "null", "[]"])
  func whatIsNoListOfPathsIsRefused(_ text: String) {
    #expect(throws: WireError.self) { try FieldMask(json: text) }
  }

  @Test func pathsAreKeptInBinaryAsTheyCome() throws {
    let bytes = Bytes.field(1, Array("fooBar".utf8)) + Bytes.field(1, [])
    #expect(try FieldMask(protobuf: bytes).paths == ["fooBar", ""])
    #expect(try FieldMask(protobuf: bytes).protobuf() == bytes)
  }
}
