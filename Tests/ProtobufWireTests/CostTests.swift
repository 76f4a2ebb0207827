import ProtobufWire
import Testing

/// Twice the size costs about twice the time, whatever the bytes are. Each shape is one that some
/// decoder takes quadratic time for.
@Suite(.serialized)
struct CostTests {
  struct Shape: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let make: @Sendable (Int) -> [UInt8]

    init(_ name: String, _ make: @escaping @Sendable (Int) -> [UInt8]) {
      testDescription = name
      self.make = make
    }

    /// The same unit again and again.
    init(_ name: String, repeating unit: [UInt8]) {
      self.init(name) { count in (0..<count).flatMap { _ in unit } }
    }
  }

  private static func entry(_ key: String) -> [UInt8] {
    Bytes.field(1, Bytes.field(1, Array(key.utf8)) + Bytes.field(2, [0x20, 1]))
  }

  private static func key(_ index: Int) -> String {
    String((index &* 2_654_435_761) & 0xff_ffff, radix: 36)
  }

  /// Two marks of different classes in turn: to normalise them they are sorted.
  private static func marks(_ count: Int) -> [UInt8] {
    Array(String(repeating: "\u{301}\u{316}", count: count).utf8)
  }

  private static let element = Bytes.field(1, [0x20, 1])

  static let binary = [
    Shape("a list in pieces", repeating: Bytes.field(63, element)),
    Shape("the list of a value in pieces", repeating: Bytes.field(62, Bytes.field(6, element))),
    Shape("the list of one value in pieces") { count in
      Bytes.field(62, (0..<count).flatMap { _ in Bytes.field(6, element) })
    },
    Shape("a Struct in pieces") { count in
      (0..<count).flatMap { Bytes.field(61, entry(key($0))) }
    },
    Shape("the Struct of a value in pieces") { count in
      (0..<count).flatMap { Bytes.field(62, Bytes.field(5, entry(key($0)))) }
    },
    Shape("a Struct in pieces inside an entry in pieces") { count in
      let pieces = (0..<count).flatMap { Bytes.field(2, Bytes.field(5, entry(key($0)))) }
      return Bytes.field(61, Bytes.field(1, Bytes.field(1, [0x6b]) + pieces))
    },
    Shape("a Struct of one key in pieces", repeating: Bytes.field(61, entry("k"))),
    Shape("a Struct in any order") { count in
      Bytes.field(61, (0..<count).flatMap { entry(key($0)) })
    },
    Shape("keys that differ late") { count in
      let start = String(repeating: "a", count: 200)
      return Bytes.field(61, (0..<count / 8).flatMap { entry(start + key($0)) } + entry("b"))
    },
    Shape("the member of a oneof in pieces", repeating: Bytes.field(43, [0x78, 0])),
    Shape(
      "the list of a oneof's value in pieces",
      repeating: Bytes.field(45, Bytes.field(6, element))),
    Shape("a oneof back and forth", repeating: Bytes.field(43, []) + Bytes.field(42, [])),
    Shape("a message in pieces", repeating: Bytes.field(17, [0x78, 0])),
    Shape("unknown fields", repeating: Bytes.tag(1001, 0) + [0]),
    Shape("unknown fields in a value in pieces", repeating: Bytes.field(62, [0x78, 0])),
    Shape("unknown fields in one value") { count in
      Bytes.field(62, (0..<count).flatMap { _ in [0x78, 0] as [UInt8] })
    },
    Shape("unknown fields between the pieces of a value's list") { count in
      Bytes.field(62, (0..<count).flatMap { _ in [0x78, 0] + Bytes.field(6, element) })
    },
    Shape("unknown groups", repeating: Bytes.tag(1001, 3) + Bytes.tag(1001, 4)),
    Shape("an Any in pieces", repeating: Bytes.field(67, [0x78, 0])),
    Shape("packed numbers in pieces", repeating: Bytes.field(21, [1])),
    Shape("strings between numbers", repeating: Bytes.field(27, []) + [0x18, 1]),
    Shape("one key of a map", repeating: Bytes.field(31, [])),
    Shape("a key of combining marks") { count in
      Bytes.field(31, Bytes.field(1, marks(count)))
    },
    Shape("a Struct's key of combining marks, twice") { count in
      let entry = Bytes.field(1, Bytes.field(1, marks(count)))
      return Bytes.field(61, entry + entry)
    },
    Shape("a text of combining marks") { count in Bytes.field(14, marks(count)) },
  ]

  @Test(arguments: binary)
  func binaryCostsInProportion(_ shape: Shape) throws {
    try Work.expectLinear(shape.testDescription, units: 8000, shape.make) { bytes in
      let message = try AllTypes(protobuf: bytes)
      _ = try message.protobuf()
    }
  }

  private static func list(_ count: Int, of unit: String) -> [UInt8] {
    Array((#"{"list":["# + Array(repeating: unit, count: count).joined(separator: ",") + "]}").utf8)
  }

  static let json = [
    Shape("an object") { count in
      let members = (0..<count).map { "\"\(key($0))-\($0)\":0" }
      return Array((#"{"object":{"# + members.joined(separator: ",") + "}}").utf8)
    },
    Shape("a map") { count in
      let members = (0..<count).map { "\"\($0)\":\"\"" }
      return Array((#"{"labels":{"# + members.joined(separator: ",") + "}}").utf8)
    },
    Shape("numbers") { list($0, of: "0.5") },
    Shape("long numbers") { list($0 / 4, of: "0.12345678901234567") },
    Shape("lists in a list") { list($0, of: "[[]]") },
    Shape("a number of many digits") { count in
      Array(
        (#"{"doubleField":"# + String(repeating: "7", count: count / 100) + "e-\(count / 100)}")
          .utf8)
    },
    Shape("an integer of many zeros") { count in
      Array((#"{"int64Field":1"# + String(repeating: "0", count: count) + "e-\(count)}").utf8)
    },
    Shape("escapes") { count in
      Array((#"{"stringField":""# + String(repeating: #"\u0301\n"#, count: count) + #""}"#).utf8)
    },
    Shape("a key of combining marks") { count in
      Array(#"{"labels":{""#.utf8) + marks(count) + Array(#"":""}}"#.utf8)
    },
    Shape("paths of a mask") { count in
      Array(
        (#"{"any":{"@type":"t/google.protobuf.FieldMask","value":""#
          + Array(repeating: "aB", count: count).joined(separator: ",") + #""}}"#).utf8)
    },
  ]

  @Test(arguments: json)
  func jsonCostsInProportion(_ shape: Shape) throws {
    try Work.expectLinear(shape.testDescription, units: 8000, shape.make) { bytes in
      let message = try AllTypes(json: bytes)
      _ = try message.jsonBytes()
    }
  }

  /// What is refused must not cost more than what is taken.
  @Test(arguments: [
    Shape("a name that is no field") { Array(#"{""#.utf8) + marks($0) + Array(#"":0}"#.utf8) },
    Shape("a name that no enum has") { Array(#"{"mood":""#.utf8) + marks($0) + Array(#""}"#.utf8) },
    Shape("an integer too large") { count in
      Array((#"{"int64Field":"# + String(repeating: "7", count: count) + "}").utf8)
    },
    Shape("a fault below long keys") { count in
      let key = String(repeating: "k", count: count / 10)
      let start = #"{"object":"# + String(repeating: "{\"\(key)\":", count: 60)
      return Array((start + "tru").utf8)
    },
  ])
  func refusalsCostInProportion(_ shape: Shape) {
    Work.expectLinear(shape.testDescription, units: 20_000, shape.make) { bytes in
      #expect(throws: WireError.self) { try AllTypes(json: bytes) }
    }
  }

  /// Names from outside are cut where they are shown.
  @Test func errorsAreShort() throws {
    let long = String(repeating: "k", count: 100_000)
    let bytes = Bytes.field(1, Bytes.field(1, Array(long.utf8)) + Bytes.field(2, [0x1a, 1, 0xff]))
    let inBinary = try #require(throws: WireError.self) { try Struct(protobuf: bytes) }
    #expect(inBinary.fieldPath.utf8.count < 200)
    let texts = [
      #"{"\#(long)":0}"#, #"{"object":{"\#(long)":tru}}"#, #"{"mood":"\#(long)"}"#,
      #"{"int32Field":"\#(long)"}"#, #"{"doubleField":"\#(long)"}"#, #"{"counts":{"\#(long)":1}}"#,
      #"{"labels":{"\#(long)":"","\#(long)":""}}"#, #"{"time":"\#(long)"}"#,
      #"{"duration":"\#(long)"}"#, #"{"any":{"@type":"\#(long)"}}"#,
      #"{"any":{"@type":"t/\#(long)"}}"#,
      #"{"any":{"@type":"t/google.protobuf.FieldMask","value":"_\#(long)"}}"#,
      #"{"any":{"@type":"t/google.protobuf.FieldMask","\#(long)":""}}"#,
    ]
    for text in texts {
      let error = try #require(throws: WireError.self) { try AllTypes(json: text) }
      #expect(error.description.utf8.count < 400, "\(error)")
    }
    let path = try #require(throws: WireError.self) {
      try FieldSelection([long], for: AllTypes.descriptor)
    }
    #expect(path.description.utf8.count < 400)
  }
}
