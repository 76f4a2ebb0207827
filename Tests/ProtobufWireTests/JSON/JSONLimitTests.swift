import ProtobufWire
import Testing

/// What JSON may cost is bounded as what binary may.
struct JSONLimitTests {
  static let amplifiers = [
    #"{"list":[0,0,0,0,0,0,0,0]}"#, #"{"list":[[0],[0],[0],[0]]}"#,
    #"{"object":{"a":1,"b":1,"c":1,"d":1}}"#,
    #"{"strings":["","","","","","","",""]}"#,
    #"{"strings":["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]}"#,
    #"{"blobs":["AAAA","AAAA"]}"#, #"{"nesteds":[{},{}]}"#, #"{"labels":{"a":"","b":""}}"#,
    #"{"branches":{"true":{}}}"#, #"{"int32s":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}"#,
    #"{"any":{"@type":"t/google.protobuf.StringValue","value":"aaaaaaaaaaaaaaaa"}}"#,
    #"{"any":{"@type":"t/google.protobuf.FieldMask","value":"a,b"}}"#,
  ]

  @Test(arguments: amplifiers)
  func memoryIsCountedWhateverTakesIt(_ text: String) throws {
    _ = try AllTypes(json: text)
    // The fields of the message itself are most of it.
    let fields = MemoryLayout<AllTypes.Fields>.stride
    _ = try AllTypes(json: text, options: JSONDecodingOptions(memoryBytesMax: fields + 1000))
    let error = try #require(throws: WireError.self) {
      try AllTypes(json: text, options: JSONDecodingOptions(memoryBytesMax: fields + 100))
    }
    #expect(error.code == .tooLarge)
  }

  @Test func anArrayOfFourMiBIsRefusedOrFits() throws {
    let text = "[" + String(repeating: "0,", count: 2 << 20) + "0]"
    let error = try #require(throws: WireError.self) { try ListValue(json: text) }
    #expect(error.code == .tooLarge)
    let half = "[" + String(repeating: "0,", count: 1 << 19) + "0]"
    #expect(try ListValue(json: half).values.count == 1 << 19 + 1)
  }

  private func any(_ depth: Int, _ text: String, typeLast: Bool) -> String {
    func wrap(_ type: String, _ value: String) -> String {
      let type = "\"@type\":\"t/google.protobuf.\(type)\""
      return typeLast ? "{\"value\":\(value),\(type)}" : "{\(type),\"value\":\(value)}"
    }
    return (0..<depth).reduce(wrap("StringValue", "\"\(text)\"")) { value, _ in wrap("Any", value) }
  }

  @Test func anAnyIsReadAheadOnlyWhereItsTypeComesLate() throws {
    let text = String(repeating: "a", count: 10_000)
    // First, it costs nothing to find; last, all before it is read once more for each of them.
    _ = try AnyMessage(json: any(40, text, typeLast: false))
    _ = try AnyMessage(json: any(2, text, typeLast: true))
    let error = try #require(throws: WireError.self) {
      try AnyMessage(json: any(40, text, typeLast: true))
    }
    #expect(error.code == .tooLarge)
    let twice = #"{"@type":"t/google.protobuf.Empty","value":{},"@type":"t/google.protobuf.Empty"}"#
    #expect(throws: WireError.self) { try AnyMessage(json: twice) }
    let twiceInFields = #"{"@type":"t/google.protobuf.Any","value":{"@type":"t/x","@type":"t/x"}}"#
    #expect(throws: WireError.self) { try AnyMessage(json: twiceInFields) }
  }

  @Test func messagesInAnyAreUnpackedUpToALimit() throws {
    var message = try AnyMessage(packing: StringValue(String(repeating: "a", count: 1000)))
    for _ in 0..<3 { message = try AnyMessage(packing: message) }
    _ = try message.json(options: JSONEncodingOptions(packedBytesMax: 5000))
    let error = try #require(throws: WireError.self) {
      try message.json(options: JSONEncodingOptions(packedBytesMax: 4000))
    }
    #expect(error.code == .tooLarge)
  }
}
