import ProtobufWire
import Testing

/// A message that arrives in pieces is the message that arrives in one.
struct PieceTests {
  private static func entry(_ key: String, _ value: [UInt8] = [0x20, 1]) -> [UInt8] {
    Bytes.field(1, Bytes.field(1, Array(key.utf8)) + Bytes.field(2, value))
  }

  private static let keys = ["m", "b", "z", "a", "b", "é", "", "m"]
  private static let entries: [[UInt8]] = keys.enumerated().map { index, key in
    entry(key, [0x11] + (0..<8).map { $0 == 6 ? 0xf0 : $0 == 7 ? 0x3f : UInt8(index) })
  }
  private static let whole = entries.flatMap { $0 }

  static let places: [(String, @Sendable ([UInt8]) -> [UInt8])] = [
    ("a field", { Bytes.field(61, $0) }),
    ("a value", { Bytes.field(62, Bytes.field(5, $0)) }),
    ("a oneof", { Bytes.field(45, Bytes.field(5, $0)) }),
    ("a value between unknown fields", { Bytes.field(62, [0x78, 1] + Bytes.field(5, $0)) }),
  ]

  @Test(arguments: places)
  func aStructInPiecesIsInOrder(
    _ name: String, _ wrap: @Sendable ([UInt8]) -> [UInt8]
  ) throws {
    let pieces = try AllTypes(protobuf: Self.entries.flatMap(wrap))
    let object = try #require(
      pieces.object ?? pieces.value?.structValue ?? pieces.choice?.anything?.structValue)
    #expect(object.entries.map(\.key) == ["", "a", "b", "m", "z", "é"], "\(name)")
    #expect(object == (try Struct(protobuf: Self.whole)))
    #expect(Self.keys.allSatisfy { object[$0] != nil })
  }

  /// Pieces of what stands in a list, in a map or in an entry are pieces of the same message only within
  /// one element.
  @Test func aStructInPiecesIsInOrderWhereverItStands() throws {
    let value = Self.entries.flatMap { Bytes.field(5, $0) }
    let expected = Value.struct(try Struct(protobuf: Self.whole))
    let list = Bytes.field(1, value) + Bytes.field(1, value)
    #expect(try ListValue(protobuf: list).values == [expected, expected])
    #expect(try AllTypes(protobuf: Bytes.field(69, value)).values == [expected])
    #expect(try AllTypes(protobuf: Bytes.field(63, list)).list?.values == [expected, expected])
    let entry = Bytes.field(1, [0x6b]) + Self.entries.flatMap { Bytes.field(2, Bytes.field(5, $0)) }
    #expect(try Struct(protobuf: Bytes.field(1, entry)) == ["k": expected])
    let nested = Bytes.field(2, Bytes.field(6, list)) + Bytes.field(1, [0x6b])
    let outer = Bytes.field(61, Bytes.field(1, nested)) + Bytes.field(61, Self.entry("a"))
    #expect(
      try AllTypes(protobuf: outer).object == [
        "a": true, "k": .list(ListValue([expected, expected])),
      ])
  }

  @Test func aStructIsInOrderWhenAnErrorEndsTheMessage() throws {
    var message = AllTypes()
    message.object = ["z": 1, "a": 2]
    #expect(throws: WireError.self) {
      try message.merge(
        protobuf: Bytes.field(61, Self.entry("m")) + Bytes.field(61, Self.entry("b")) + [0x18])
    }
    #expect(message.object == ["z": 1, "a": 2, "m": true, "b": true])
    #expect(message.object?["m"] == true)
  }

  @Test func asManyPiecesAsAFrameHoldsAreMerged() throws {
    let count = 40_000
    let bytes = (0..<count).reversed().flatMap { Bytes.field(61, Self.entry("\(100_000 + $0)")) }
    let object = try #require(try AllTypes(protobuf: bytes).object)
    #expect(object.count == count)
    #expect(object.entries.first?.key == "100000")
    #expect(object["\(100_000 + count / 2)"] == true)
  }

  @Test func listsAndUnknownFieldsOfAValueGoOnWhereTheyWere() throws {
    let element = Bytes.field(6, Bytes.field(1, [0x20, 1]))
    let one = try Value(protobuf: [0x78, 1] + element + [0x78, 2] + element)
    #expect(one.listValue == [true, true])
    #expect(one.unknownFields.bytes == [0x78, 1, 0x78, 2])
    // A piece of another wire type changes nothing but the unknown fields.
    let odd = try Value(protobuf: element + [0x30, 7])
    #expect(odd.listValue == [true])
    #expect(odd.unknownFields.bytes == [0x30, 7])
    // A copy keeps what it had.
    var grown = one
    try grown.merge(protobuf: element + [0x78, 3])
    #expect(grown.listValue == [true, true, true])
    #expect(grown.unknownFields.bytes == [0x78, 1, 0x78, 2, 0x78, 3])
    #expect(one.listValue == [true, true])
    #expect(one.unknownFields.bytes == [0x78, 1, 0x78, 2])
    // Another kind in between begins anew.
    #expect(try Value(protobuf: element + [0x20, 1] + element).listValue == [true])
  }
}

extension AllTypes.Choice {
  fileprivate var anything: Value? { if case .anything(let value) = self { value } else { nil } }
}
