import ProtobufWire
import Testing

/// Each limit of `DecodingOptions` is reached, and passed.
struct DecodingLimitTests {
  @Test func messagesMayBeNestedToTheLimitAndNotDeeper() throws {
    // AllTypes is the first level, each Nested one more.
    _ = try AllTypes(protobuf: Bytes.field(17, Bytes.nested(3, depth: 99)))
    let error = try #require(throws: WireError.self) {
      try AllTypes(protobuf: Bytes.field(17, Bytes.nested(3, depth: 100)))
    }
    #expect(error.code == .tooDeep)
    let own = DecodingOptions(depthMax: 2)
    _ = try AllTypes(protobuf: Bytes.field(17, Bytes.field(3, [])), options: own)
    #expect(throws: WireError.self) {
      try AllTypes(protobuf: Bytes.field(17, Bytes.field(3, Bytes.field(3, []))), options: own)
    }
    #expect(throws: WireError.self) {
      try AllTypes(protobuf: [], options: DecodingOptions(depthMax: 0))
    }
  }

  @Test func groupsMayBeNestedToTheLimitAndNotDeeper() throws {
    func groups(_ depth: Int) -> [UInt8] {
      (0..<depth).flatMap { _ in Bytes.tag(1001, 3) }
        + (0..<depth).flatMap { _ in Bytes.tag(1001, 4) }
    }
    _ = try AllTypes(protobuf: groups(100))
    let error = try #require(throws: WireError.self) { try AllTypes(protobuf: groups(101)) }
    #expect(error.code == .tooDeep)
  }

  @Test func structsWithinStructsCountEveryLevel() throws {
    var bytes: [UInt8] = []
    for _ in 0..<40 { bytes = Bytes.field(1, Bytes.field(2, Bytes.field(5, bytes))) }
    let error = try #require(throws: WireError.self) { try Struct(protobuf: bytes) }
    #expect(error.code == .tooDeep)
    _ = try Struct(protobuf: bytes, options: DecodingOptions(depthMax: 121))
  }

  @Test func anInputMayHaveSoManyBytesAndNotMore() throws {
    let options = DecodingOptions(bytesMax: 4)
    _ = try AllTypes(protobuf: [0x18, 1, 0x18, 2], options: options)
    let error = try #require(throws: WireError.self) {
      try AllTypes(protobuf: [0x18, 1, 0x18, 0x80, 1], options: options)
    }
    #expect(error.code == .tooLarge)
  }

  static let elements: [(String, [UInt8])] = [
    ("packed", Bytes.field(21, [1, 2, 3, 4])),
    ("packed and fixed", Bytes.field(23, [UInt8](repeating: 0, count: 16))),
    ("loose", [UInt8](repeating: 0, count: 4).flatMap { Bytes.tag(30, 0) + [$0] }),
    ("strings", (0..<4).flatMap { _ in Bytes.field(27, []) }),
    ("messages", (0..<4).flatMap { _ in Bytes.field(29, []) }),
    ("map entries", (0..<4).flatMap { _ in Bytes.field(31, []) }),
    ("map entries with messages", (0..<4).flatMap { _ in Bytes.field(33, []) }),
    (
      "Struct entries",
      Bytes.field(61, (0..<4).flatMap { _ in Bytes.field(1, [0x12, 2, 0x20, 1]) })
    ),
    ("list elements", Bytes.field(63, (0..<4).flatMap { _ in Bytes.field(1, [0x20, 1]) })),
  ]

  @Test(arguments: elements)
  func elementsAreCountedWhateverTheyAre(_ name: String, _ bytes: [UInt8]) throws {
    _ = try AllTypes(protobuf: bytes, options: DecodingOptions(elementsMax: 4))
    let error = try #require(throws: WireError.self) {
      try AllTypes(protobuf: bytes, options: DecodingOptions(elementsMax: 3))
    }
    #expect(error.code == .tooLarge, "\(name)")
  }

  @Test func elementsOfAllFieldsAreCountedTogether() throws {
    let bytes = Bytes.field(21, [1, 2]) + Bytes.field(27, []) + Bytes.field(29, Bytes.field(4, []))
    _ = try AllTypes(protobuf: bytes, options: DecodingOptions(elementsMax: 5))
    #expect(throws: WireError.self) {
      try AllTypes(protobuf: bytes, options: DecodingOptions(elementsMax: 4))
    }
  }

  /// Every piece is merged with what is there, so many pieces would take quadratic time.
  @Test func aStructMayComeInPiecesUpToALimit() throws {
    let entry = { (key: UInt8) in Bytes.field(1, Bytes.field(1, [key]) + [0x12, 2, 0x20, 1]) }
    let pieces = (UInt8(ascii: "a")...UInt8(ascii: "e")).reversed().flatMap {
      Bytes.field(61, entry($0))
    }
    // Four pieces meet 1, 2, 3 and 4 entries.
    let message = try AllTypes(protobuf: pieces, options: DecodingOptions(mergedEntriesMax: 10))
    #expect(message.object?.entries.map(\.key) == ["a", "b", "c", "d", "e"])
    let error = try #require(throws: WireError.self) {
      try AllTypes(protobuf: pieces, options: DecodingOptions(mergedEntriesMax: 9))
    }
    #expect(error.code == .tooLarge)
  }

  @Test func aLengthThatIsNotThereAllocatesNothing() {
    // A packed field and a string of two gigabytes in ten bytes of input.
    for number: UInt64 in [21, 14, 15, 23] {
      let bytes = Bytes.tag(number, 2) + Bytes.varint(0x7fff_ffff) + [1]
      #expect(throws: WireError.self) { try AllTypes(protobuf: bytes) }
    }
  }

  @Test func emptyLargeMessagesTakeAPointerEach() throws {
    let bytes = (0..<10_000).flatMap { _ in Bytes.field(1, []) }
    let list = try AllTypesList(protobuf: bytes)
    #expect(list.items.count == 10_000)
    #expect(MemoryLayout<AllTypes>.stride == 8)
    // The array was made for what is there, not for twice that.
    #expect(list.items.capacity < 11_000)
  }

  @Test func unknownFieldsCanBeDropped() throws {
    let bytes = Bytes.field(1001, [1, 2, 3]) + [0x18, 1]
    let kept = try AllTypes(protobuf: bytes)
    #expect(kept.unknownFields.bytes == Bytes.field(1001, [1, 2, 3]))
    #expect(try kept.protobuf() == [0x18, 1] + Bytes.field(1001, [1, 2, 3]))
    let dropped = try AllTypes(
      protobuf: bytes, options: DecodingOptions(keepsUnknownFields: false))
    #expect(dropped.unknownFields.isEmpty)
    #expect(dropped.int32Field == 1)
  }
}

/// A list of large messages.
private struct AllTypesList: Message {
  var items: [AllTypes] = []
  var unknownFields = UnknownFields()

  static let descriptor = MessageDescriptor(
    "reportwire.test.AllTypesList",
    [FieldDescriptor(1, "items", .message(AllTypes.self), .repeated)])

  func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.messages(1, items)
  }

  mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.messages(into: &items)
    default: source.unknown()
    }
  }
}
