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

  /// What makes the most memory out of the fewest bytes, each a unit that is repeated.
  static let amplifiers: [(String, [UInt8])] = [
    ("packed numbers of a byte in pieces", Bytes.field(22, [1, 1, 1, 1])),
    ("loose numbers", Bytes.tag(30, 0) + [1]),
    ("empty strings", Bytes.field(27, [])),
    ("short strings on the heap", Bytes.field(27, [UInt8](repeating: 0x61, count: 16))),
    ("bytes", Bytes.field(28, [1])),
    ("empty messages", Bytes.field(29, [])),
    ("messages in messages", Bytes.field(29, Bytes.field(3, []))),
    ("messages with an unknown field", Bytes.field(29, [0x78, 0])),
    ("map entries", Bytes.field(31, [])),
    ("map entries with messages", Bytes.field(33, [])),
    ("map entries with numbers", Bytes.field(32, [])),
    ("values with an unknown field", Bytes.field(69, [0x78, 0])),
    ("lists in lists", Bytes.field(69, Bytes.field(6, Bytes.field(1, [])))),
    (
      "lists forty deep",
      Bytes.field(
        69, (0..<40).reduce(into: []) { bytes, _ in bytes = Bytes.field(6, Bytes.field(1, bytes)) })
    ),
    ("objects in lists", Bytes.field(69, Bytes.field(5, Bytes.field(1, [])))),
    ("entries without a key", Bytes.field(61, Bytes.field(1, []))),
  ]

  /// A byte of input makes at most a bounded number of bytes of memory, and where it would be more
  /// than the limit the decoder says so: what the limit leaves is never below what the fields hold.
  @Test(arguments: amplifiers)
  func memoryIsCountedWhateverTakesIt(_ name: String, _ unit: [UInt8]) throws {
    let bytes = (0..<1000).flatMap { _ in unit }
    let message = try AllTypes(protobuf: bytes)
    let held = message.heldBytes
    let error = try #require(throws: WireError.self, "\(name)") {
      try AllTypes(protobuf: bytes, options: DecodingOptions(memoryBytesMax: max(2000, held - 1)))
    }
    #expect(error.code == .tooLarge)
    // Entries of one key are counted each, though one is held: 400 bytes are more than any costs.
    _ = try AllTypes(
      protobuf: bytes, options: DecodingOptions(memoryBytesMax: 5 * held + 400_000))
  }

  @Test func memoryOfAllFieldsIsCountedTogether() throws {
    let strings = Bytes.field(27, [UInt8](repeating: 0x61, count: 1000))
    let blobs = Bytes.field(28, [UInt8](repeating: 0x61, count: 1000))
    let options = DecodingOptions(memoryBytesMax: 2600)
    _ = try AllTypes(protobuf: strings, options: options)
    _ = try AllTypes(protobuf: blobs, options: options)
    let error = try #require(throws: WireError.self) {
      try AllTypes(protobuf: strings + blobs, options: options)
    }
    #expect(error.code == .tooLarge)
  }

  /// A larger input may make as many times its size as one of four MiB.
  @Test func theLimitGrowsWithALargeInput() throws {
    let bytes = [UInt8](repeating: 0, count: 10 << 20)
    #expect(try AllTypes(protobuf: Bytes.field(22, bytes)).sint64s.count == 10 << 20)
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

extension AllTypes {
  /// Bytes that the repeated fields hold, at the least.
  fileprivate var heldBytes: Int {
    let scalars =
      8 * sint64s.capacity + 4 * looseInt32s.count + strings.reduce(0) { $0 + $1.heldBytes }
    let entries = labels.count * 32 + branches.count * MemoryLayout<Nested>.stride
    return scalars + blobs.reduce(0) { $0 + 48 + $1.count } + entries
      + nesteds.reduce(0) { $0 + $1.heldBytes }
      + values.reduce(0) { $0 + $1.heldBytes }
      + (object.map { Value.struct($0).heldBytes } ?? 0)
  }
}

extension Nested {
  fileprivate var heldBytes: Int {
    MemoryLayout<Nested>.stride + unknownFields.heldBytes + (child.map { 32 + $0.heldBytes } ?? 0)
  }
}

extension String {
  fileprivate var heldBytes: Int { 16 + (utf8.count > 15 ? 32 + utf8.count : 0) }
}

extension UnknownFields {
  fileprivate var heldBytes: Int { isEmpty ? 0 : 32 + bytes.count }
}

extension Value {
  fileprivate var heldBytes: Int {
    let content =
      switch kind {
      case .list(let list) where !list.values.isEmpty:
        list.values.reduce(32) { $0 + $1.heldBytes }
      case .struct(let object) where !object.isEmpty:
        object.entries.reduce(32) { $0 + $1.key.heldBytes + $1.value.heldBytes }
      default: 0
      }
    let unknown = unknownFields.isEmpty ? 0 : 48 + unknownFields.heldBytes
    return MemoryLayout<Value>.stride + content + unknown
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
