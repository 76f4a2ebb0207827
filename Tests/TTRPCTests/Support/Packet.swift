import ProtobufWire
import RPCCore
import Testing

/// The message of these tests: a label and bytes.
typealias Packet = AnyMessage

/// The methods of the test service.
enum TestMethod {
  static let service = "reportwire.test.Parcel"

  static let echo = Method<Packet, Packet>(service: service, name: "echo")
  static let echoLater = Method<Packet, Packet>(service: service, name: "echo_later")
  static let fail = Method<Packet, Packet>(service: service, name: "fail")
  static let inflate = Method<Packet, Packet>(service: service, name: "inflate")
  static let hold = Method<Packet, Packet>(service: service, name: "hold")
  static let release = Method<Packet, Packet>(service: service, name: "release")
  static let hang = Method<Packet, Packet>(service: service, name: "hang")
  static let describe = Method<Packet, Packet>(service: service, name: "describe")
  static let count = Method<Packet, Packet>(
    service: service, name: "count", isServerStreaming: true)
  static let flood = Method<Packet, Packet>(
    service: service, name: "flood", isServerStreaming: true)
  static let grow = Method<Packet, Packet>(
    service: service, name: "grow", isServerStreaming: true)
  static let holdThenCount = Method<Packet, Packet>(
    service: service, name: "hold_then_count", isServerStreaming: true)
  static let yield = Method<Packet, Packet>(service: service, name: "yield")
  static let countThenFail = Method<Packet, Packet>(
    service: service, name: "count_then_fail", isServerStreaming: true)
}

extension Packet {
  init(_ label: String, _ value: [UInt8] = []) {
    self.init()
    typeURL = label
    self.value = value
  }
}

/// Compares, outside of the macro, which cannot hold a call with typed errors.
func expect(
  _ packet: Packet, _ expected: Packet, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(packet == expected, sourceLocation: sourceLocation)
}
