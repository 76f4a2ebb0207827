import ProtobufWire
import Testing

/// What no message may contain: the code, the offset and the field path of each fault.
struct DecodingErrorTests {
  struct Fault: Sendable, CustomTestStringConvertible {
    let what: String
    let bytes: [UInt8]
    let code: WireError.Code
    let offset: Int
    let path: String

    init(
      _ what: String, _ bytes: [UInt8], _ code: WireError.Code, at offset: Int, in path: String = ""
    ) {
      self.what = what
      self.bytes = bytes
      self.code = code
      self.offset = offset
      self.path = path
    }

    var testDescription: String { what }
  }

  static let faults: [Fault] = [
    Fault("field number zero", [0x00, 0x01], .malformedTag, at: 0),
    Fault("field number zero behind a field", [0x18, 1, 0x02, 0x00], .malformedTag, at: 2),
    Fault("wire type 6", [0x0e], .malformedTag, at: 0),
    Fault("wire type 7", [0x0f], .malformedTag, at: 0),
    Fault("a field number of 30 bits", [0x80, 0x80, 0x80, 0x80, 0x10], .malformedTag, at: 0),
    Fault("a tag of six bytes", [0x98, 0x80, 0x80, 0x80, 0x80, 0x00, 7], .malformedTag, at: 0),
    Fault(
      "a tag of six bytes behind a field", [0x18, 1, 0xc8, 0xbe, 0x80, 0x80, 0x80, 0x00, 7],
      .malformedTag, at: 2),
    Fault(
      "a tag of six bytes in a map's entry",
      Bytes.field(31, [0x8a, 0x80, 0x80, 0x80, 0x80, 0x00, 0]), .malformedTag, at: 3, in: "labels"),
    Fault(
      "a tag of six bytes in a group",
      Bytes.tag(1001, 3) + [0x88, 0x80, 0x80, 0x80, 0x80, 0x00, 0], .malformedTag, at: 2,
      in: "#1001"),
    Fault("half a tag", [0x80], .truncated, at: 0),
    Fault("most of a tag", [0x98, 0x80, 0x80, 0x80], .truncated, at: 0),
    Fault("a tag without a value", [0x18], .truncated, at: 1, in: "int32_field"),
    Fault("half a varint", [0x18, 0x80], .truncated, at: 1, in: "int32_field"),
    Fault(
      "a varint of eleven bytes", [0x18] + [UInt8](repeating: 0x80, count: 10) + [0],
      .malformedVarint, at: 1, in: "int32_field"),
    Fault(
      "a varint of 65 bits", [0x20] + [UInt8](repeating: 0xff, count: 9) + [0x02],
      .malformedVarint, at: 1, in: "int64_field"),
    Fault("half a double", [0x09, 1, 2, 3, 4, 5, 6, 7], .truncated, at: 1, in: "double_field"),
    Fault("half a float", [0x15, 1, 2, 3], .truncated, at: 1, in: "float_field"),
    Fault(
      "a string longer than the input", [0x72, 5, 0x61], .truncated, at: 2, in: "string_field"),
    Fault(
      "a length of 2^63", [0x7a, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1],
      .truncated, at: 11, in: "bytes_field"),
    Fault("no UTF-8", [0x72, 2, 0xc3, 0x28], .invalidUTF8, at: 2, in: "string_field"),
    Fault("an overlong NUL", [0x72, 2, 0xc0, 0x80], .invalidUTF8, at: 2, in: "string_field"),
    Fault(
      "a surrogate in UTF-8", [0x72, 3, 0xed, 0xa0, 0x80], .invalidUTF8, at: 2, in: "string_field"),
    Fault(
      "no UTF-8 behind eight ASCII bytes", [0x72, 9] + Array("abcdefgh".utf8) + [0xff],
      .invalidUTF8, at: 2, in: "string_field"),
    Fault(
      "a nested message that ends in a field",
      Bytes.field(17, [0x08]), .truncated, at: 4, in: "nested.id"),
    Fault(
      "a field of a nested message that goes beyond it",
      Bytes.field(17, [0x12, 3]) + [0x61, 0x62, 0x63], .truncated, at: 5, in: "nested.name"),
    Fault(
      "an element of a repeated message",
      Bytes.field(29, []) + Bytes.field(29, [0x12, 1, 0xff]), .invalidUTF8, at: 8,
      in: "nesteds[1].name"),
    Fault(
      "a packed field that ends in a varint", Bytes.field(21, [1, 0x80]), .truncated, at: 4,
      in: "int32s"),
    Fault(
      "a packed field with a quarter of a value", Bytes.field(23, [1, 2, 3, 4, 5]), .truncated,
      at: 7, in: "fixed32s"),
    Fault(
      "a map's key that is no UTF-8", Bytes.field(31, [0x0a, 1, 0xff]), .invalidUTF8, at: 5,
      in: "labels"),
    Fault(
      "a Struct's value",
      Bytes.field(61, Bytes.field(1, Bytes.field(1, [0x6b]) + Bytes.field(2, [0x1a, 1, 0xff]))),
      .invalidUTF8, at: 12, in: "object.fields[\"k\"].string_value"),
    Fault("the end of a group that did not begin", [0x1c], .malformedGroup, at: 0, in: "#3"),
    Fault("a group without an end", Bytes.tag(1001, 3), .truncated, at: 2, in: "#1001"),
    Fault(
      "a group with another's end", Bytes.tag(1001, 3) + Bytes.tag(1002, 4), .malformedGroup, at: 2,
      in: "#1001"),
    Fault(
      "an unknown field longer than the input", Bytes.tag(1001, 2) + [9], .truncated, at: 3,
      in: "#1001"),
  ]

  @Test(arguments: faults)
  func faultsAreNamedWithTheirPlace(_ fault: Fault) throws {
    let error = try #require(throws: WireError.self) { try AllTypes(protobuf: fault.bytes) }
    #expect(error.code == fault.code, "\(error)")
    #expect(error.byteOffset == fault.offset, "\(error)")
    #expect(error.fieldPath == fault.path, "\(error)")
  }

  @Test func theFaultIsDescribedWithFieldAndOffset() {
    let error = WireError(.truncated, at: 7, in: "nested.id", "the input ends")
    #expect("\(error)" == "the input ends (in nested.id, at byte 7)")
    #expect("\(WireError(.truncated, at: 7, "the input ends"))" == "the input ends (at byte 7)")
  }

  @Test func everyCodeHasANameOfItsOwn() {
    #expect(Set(WireError.Code.all.map(\.description)).count == WireError.Code.all.count)
    #expect(WireError.Code.all.contains(.tooLarge))
  }

  @Test func aTagMayBePaddedToFiveBytes() throws {
    let message = try AllTypes(protobuf: [0x98, 0x80, 0x80, 0x80, 0x00, 0x07])
    #expect(message.int32Field == 7)
  }

  @Test func theHighestFieldNumberIsRead() throws {
    let message = try AllTypes(protobuf: Bytes.tag(536_870_911, 0) + [5])
    #expect(message.lastOfAll == 5)
  }
}
