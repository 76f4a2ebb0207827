import ProtobufWire
import Testing

struct BinaryWriterTests {
  @Test func aHeaderCanBeReservedAndPatched() throws {
    var writer = BinaryWriter(reservingBytes: 1)
    let mark = writer.reserve(6)
    try Nested(id: 300).encode(into: &writer)
    writer.patchBigEndianUInt32(at: mark, UInt32(writer.count - 6))
    writer.patchByte(at: mark + 5, 9)
    #expect(writer.take() == [0, 0, 0, 3, 0, 9, 0x08, 0xac, 0x02])
  }

  @Test func takingLeavesAnEmptyWriter() {
    var writer = BinaryWriter()
    writer.append(contentsOf: [1, 2, 3])
    #expect(writer.take() == [1, 2, 3])
    #expect(writer.count == 0)
    writer.append(4)
    #expect(writer.bytes() == [4])
  }

  @Test func bytesFromAPositionAreTheRest() {
    var writer = BinaryWriter()
    writer.append(contentsOf: [1, 2, 3])
    #expect(writer.bytes(from: 1) == [2, 3])
    writer.truncate(to: 1)
    #expect(writer.bytes() == [1])
    #expect(writer.withUnsafeBytes { Array($0) } == [1])
  }

  @Test func resettingForgetsTheBytes() {
    var writer = BinaryWriter(reservingBytes: 4096)
    writer.append(contentsOf: [UInt8](repeating: 1, count: 5000))
    writer.reset(keepingBytes: 1024)
    writer.append(7)
    #expect(writer.bytes() == [7])
  }

  /// Around every length at which a varint grows, in a writer that has to grow, too.
  @Test(arguments: [0, 1, 126, 127, 128, 129, 16_383, 16_384, 2_097_151, 2_097_152])
  func lengthsArePatchedWhateverRoomTheyNeed(_ count: Int) {
    var writer = BinaryWriter(reservingBytes: 16)
    writer.append(0xaa)
    let mark = writer.begin()
    let content = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
    writer.append(contentsOf: content)
    writer.end(mark)
    writer.append(0xbb)
    #expect(writer.bytes() == [0xaa] + Bytes.varint(UInt64(count)) + content + [0xbb])
  }

  @Test(arguments: [
    0, 1, 127, 128, 16_383, 16_384, UInt64(UInt32.max), 1 << 35, 1 << 56, 1 << 63, .max,
  ])
  func varintsAreAsShortAsCanBe(_ number: UInt64) {
    var writer = BinaryWriter()
    writer.varint(number)
    #expect(writer.bytes() == Bytes.varint(number))
    #expect(BinaryWriter.varintLength(number) == writer.count)
  }

  @Test func theSameMessageGivesTheSameBytes() throws {
    var one = AllTypes()
    var other = AllTypes()
    for index in 0..<200 { one.labels["key \(index)"] = "\(index)" }
    for index in (0..<200).reversed() { other.labels["key \(index)"] = "\(index)" }
    #expect(try one.protobuf() == other.protobuf())
  }

  @Test func messagesTooDeepToBeReadAreNotWritten() throws {
    var deep = Nested()
    for _ in 0..<98 { deep.child = copy(deep) }
    var message = AllTypes()
    message.nested = deep
    _ = try AllTypes(protobuf: try message.protobuf())
    message.nested?.child = copy(deep)
    let error = try #require(throws: WireError.self) { try message.protobuf() }
    #expect(error.code == .tooDeep)
    #expect(error.fieldPath.hasPrefix("nested.child.child"))
  }

  private func copy(_ message: Nested) -> Nested { message }

  @Test func anErrorNamesTheField() throws {
    var message = AllTypes()
    message.object = ["a": 1, "b": ["x", lists(50)]]
    let error = try #require(throws: WireError.self) { try message.protobuf() }
    #expect(error.code == .tooDeep)
    let path = "object.fields[\"b\"].list_value.values[1].list_value.values[0].list_value"
    #expect(error.fieldPath.hasPrefix(path), "\(error)")
  }

  private func lists(_ depth: Int) -> Value {
    (0..<depth).reduce(1) { value, _ in [value] }
  }

  @Test func aWriterIsUsableAfterAnError() throws {
    var writer = BinaryWriter()
    writer.append(1)
    var message = AllTypes()
    message.value = lists(50)
    #expect(throws: WireError.self) { try message.encode(into: &writer) }
    writer.truncate(to: 1)
    try Nested(id: 1).encode(into: &writer)
    #expect(writer.bytes() == [1, 8, 1])
  }
}
