import ProtobufWire
import Testing

struct DescriptorTests {
  @Test func fieldsAreFoundByNumberAndEitherName() {
    let descriptor = AllTypes.descriptor
    #expect(descriptor.field(number: 30)?.name == "loose_int32s")
    #expect(descriptor.field(number: 30)?.label == .unpacked)
    #expect(descriptor.field(number: 1000)?.name == "far")
    #expect(descriptor.field(number: 18) == nil)
    #expect(descriptor.field(number: -1) == nil)
    #expect(descriptor.field(named: "moods_by_id")?.number == 34)
    #expect(descriptor.field(named: "moodsById")?.number == 34)
    #expect(descriptor.field(named: "moodsByID") == nil)
  }

  @Test(arguments: [
    ("a", "a"), ("a_b", "aB"), ("a_1", "a1"), ("a__b", "aB"), ("_a", "A"), ("a_", "a"),
    ("aB", "aB"),
    ("url_2_x", "url2X"),
  ])
  func jsonNamesAreThoseOfProtoc(_ name: String, _ json: String) {
    #expect(FieldDescriptor(1, name, .string).jsonName == json)
  }

  @Test func oneofsKnowTheirMembers() {
    #expect(AllTypes.descriptor.oneofs.map(\.name) == ["choice"])
    #expect(AllTypes.descriptor.oneofs.first?.fieldNumbers == [41, 42, 43, 44, 45])
    #expect(Value.descriptor.oneofs.first?.fieldNumbers == [1, 2, 3, 4, 5, 6])
  }

  @Test func mapsAreRepeatedAndKnowTheirMessages() {
    let field = AllTypes.descriptor.field(number: 33)
    #expect(field?.isRepeated == true)
    #expect(field?.messageType == Nested.self)
    #expect(AllTypes.descriptor.field(number: 31)?.messageType == nil)
    #expect(AllTypes.descriptor.field(number: 17)?.messageType == Nested.self)
  }

  @Test func enumsHaveNamesAndKeepNumbersWithoutOne() {
    #expect(Mood.awful.name == "MOOD_AWFUL")
    #expect(Mood(name: "MOOD_BAD") == .bad)
    #expect(Mood(name: "BAD") == nil)
    #expect(Mood(rawValue: 9).name == nil)
    #expect(Mood.descriptor.values.map(\.number) == [0, 1, 2, -1])
  }

  /// What every message hands out, it also takes, and its descriptor names: a forgotten case of
  /// `decodeField` would leave an unknown field behind.
  @Test func everyFieldIsTraversedDecodedAndDescribed() throws {
    var seen: Set<Int> = []
    for golden in try Golden.canonical() {
      let message = try AllTypes(protobuf: golden.bytes)
      #expect(message.unknownFields.isEmpty)
      var sink = NumberSink()
      try message.traverse(&sink)
      seen.formUnion(sink.numbers)
    }
    // NullValue has only its default.
    #expect(seen.union([68]) == Set(AllTypes.descriptor.fields.map(\.number)))
  }
}

/// Notes which fields are set.
private struct NumberSink: FieldSink {
  var numbers: Set<Int> = []

  mutating func scalar<K: ScalarKind>(_ number: Int, _ kind: K, _ value: K.Content) {
    if !K.isDefault(value) { numbers.insert(number) }
  }

  mutating func present<K: ScalarKind>(_ number: Int, _ kind: K, _ value: K.Content) {
    numbers.insert(number)
  }

  mutating func repeated<K: ScalarKind>(_ number: Int, _ kind: K, _ values: [K.Content]) {
    if !values.isEmpty { numbers.insert(number) }
  }

  mutating func unpacked<K: ScalarKind>(_ number: Int, _ kind: K, _ values: [K.Content]) {
    if !values.isEmpty { numbers.insert(number) }
  }

  mutating func message<M: Message>(_ number: Int, _ value: M) {
    numbers.insert(number)
  }

  mutating func messages<M: Message>(_ number: Int, _ values: [M]) {
    if !values.isEmpty { numbers.insert(number) }
  }

  mutating func map<K: MapKeyKind, V: ScalarKind>(
    _ number: Int, _ key: K, _ value: V, _ entries: [K.Key: V.Content]
  ) {
    if !entries.isEmpty { numbers.insert(number) }
  }

  mutating func map<K: MapKeyKind, M: Message>(
    _ number: Int, _ key: K, _ entries: [K.Key: M]
  ) {
    if !entries.isEmpty { numbers.insert(number) }
  }

  mutating func entries(_ number: Int, _ entries: [Struct.Entry]) {
    if !entries.isEmpty { numbers.insert(number) }
  }
}
