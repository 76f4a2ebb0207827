import ProtobufWire
import Testing

struct MergeTests {
  @Test func mergingReplacesExtendsAndMerges() throws {
    var message = AllTypes()
    message.int32Field = 1
    message.strings = ["a"]
    message.nested = Nested(id: 1)
    message.labels = ["a": "1", "b": "1"]
    var other = AllTypes()
    other.int32Field = 2
    other.strings = ["b"]
    other.nested = Nested(name: "n")
    other.labels = ["b": "2"]
    try message.merge(protobuf: other.protobuf())
    #expect(message.int32Field == 2)
    #expect(message.strings == ["a", "b"])
    #expect(message.nested == Nested(id: 1, name: "n"))
    #expect(message.labels == ["a": "1", "b": "2"])
  }

  @Test func aCopyKeepsItsFields() {
    var one = AllTypes()
    one.int32Field = 1
    let other = one
    one.int32Field = 2
    one.strings.append("x")
    #expect(other.int32Field == 1)
    #expect(other.strings.isEmpty)
    #expect(one != other)
  }

  @Test func largeMessagesAreEqualByTheirFields() {
    var one = AllTypes()
    #expect(one == AllTypes())
    #expect(one.hashValue == AllTypes().hashValue)
    one.int32Field = 1
    one.int32Field = 0
    #expect(one == AllTypes())
    #expect(one.hashValue == AllTypes().hashValue)
  }

  @Test func existentialsDecodeAndEncode() throws {
    let type: any Message.Type = AllTypes.self
    let message: any Message = try type.init(protobuf: [0x18, 7])
    #expect(try message.protobuf() == [0x18, 7])
    #expect(try message.json() == #"{"int32Field":7}"#)
    let read = try type.init(json: #"{"int32_field": 7}"#)
    #expect(try read.protobuf() == [0x18, 7])
  }

  @Test func everyFormOfBytesDecodes() throws {
    let bytes: [UInt8] = [9, 0x18, 7, 9]
    #expect(try AllTypes(protobuf: bytes[1...2]).int32Field == 7)
    #expect(try AllTypes(protobuf: Array(bytes[1...2])).int32Field == 7)
    #expect(
      try bytes.withUnsafeBytes { try AllTypes(protobuf: .init(rebasing: $0[1...2])) }.int32Field
        == 7)
    #expect(try AllTypes(protobuf: bytes.span.extracting(1..<3)).int32Field == 7)
    #expect(try AllTypes(protobuf: UnsafeRawBufferPointer(start: nil, count: 0)) == AllTypes())
  }
}
