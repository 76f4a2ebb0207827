import ProtobufWire
import Testing

struct WrapperTests {
  static let wrappers: [(any Message, [UInt8], String)] = [
    (BoolValue(true), [0x08, 1], "true"),
    (BytesValue([1]), [0x0a, 1, 1], #""AQ==""#),
    (DoubleValue(.infinity), [0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x7f], #""Infinity""#),
    (FloatValue(1.5), [0x0d, 0, 0, 0xc0, 0x3f], "1.5"),
    (Int32Value(-1), [0x08] + [UInt8](repeating: 0xff, count: 9) + [1], "-1"),
    (Int64Value(1), [0x08, 1], #""1""#),
    (StringValue("x"), [0x0a, 1, 0x78], #""x""#),
    (UInt32Value(7), [0x08, 7], "7"),
    (UInt64Value(), [], #""0""#),
  ]

  @Test(arguments: wrappers.indices)
  func aWrapperIsItsScalarInJSON(_ index: Int) throws {
    let (message, bytes, text) = Self.wrappers[index]
    #expect(try message.protobuf() == bytes)
    #expect(try message.json() == text)
    #expect(try type(of: message).init(json: text).protobuf() == bytes)
    #expect(try type(of: message).init(protobuf: bytes).json() == text)
  }

  @Test func everyWrapperIsAWellKnownType() {
    for (message, _, _) in Self.wrappers {
      let name = type(of: message).descriptor.fullName
      #expect(TypeRegistry.wellKnown.type(of: "x/\(name)") == type(of: message))
    }
  }

  @Test(arguments: ["null", "{}", #"{"value": 1}"#, #""x""#])
  func whatIsNoScalarIsRefused(_ text: String) {
    #expect(throws: WireError.self) { try Int64Value(json: text) }
  }
}
