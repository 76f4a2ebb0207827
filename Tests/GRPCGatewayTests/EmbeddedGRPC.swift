import Logging
import NIOCore
import NIOEmbedded
import ProtobufWire
import RPCCore
import RPCServing
import ReportwireTestKit

@testable import GRPCGateway

/// One connection of a gRPC server without a socket and without threads, and the peer at its other end, who
/// writes frames by hand. To be used from one thread.
final class EmbeddedGRPC {
  let service = TestService()
  let serving: CallServing
  let channel: EmbeddedChannel
  let handler: GRPCHandler
  private let peer = HTTP2Peer()

  init(
    limits: GRPCLimits = GRPCLimits(), serving servingLimits: ServingLimits = ServingLimits()
  ) throws {
    channel = EmbeddedChannel()
    serving = CallServing(router: service.router(), limits: servingLimits, turnPause: .zero)
    handler = GRPCHandler(
      serving: serving, limits: limits,
      reflection: Reflection(services: ["reportwire.test.Parcel"]), security: nil,
      executor: serving.executor(on: channel.embeddedEventLoop),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    try channel.pipeline.syncOperations.addHandler(handler)
    channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
    try receive(HTTP2Peer.preface)
  }

  var loop: EmbeddedEventLoop { channel.embeddedEventLoop }

  // MARK: What the peer sends

  /// One read of the socket.
  func receive(_ bytes: [UInt8]) throws {
    try channel.writeInbound(ByteBuffer(bytes: bytes))
    try look()
  }

  /// A whole call.
  func call(
    _ method: Method<Packet, Packet>, _ request: Packet, _ id: UInt32,
    _ more: [(String, String)] = []
  ) throws {
    try receive(
      HTTP2Peer.headers(method.descriptor.name, id, more)
        + HTTP2Peer.body(try request.protobuf(), id))
  }

  // MARK: What the server sends

  func run() throws {
    loop.run()
    try look()
  }

  func answer(_ id: UInt32) -> HTTP2Peer.Answer { peer.answers[id] ?? HTTP2Peer.Answer() }
  var answers: [UInt32: HTTP2Peer.Answer] { peer.answers }
  var goneAway: [(last: UInt32, code: UInt32)] { peer.goneAway }
  var pings: [[UInt8]] { peer.pings }

  func packet(_ id: UInt32) throws -> Packet? {
    try answer(id).messages.first.map { try Packet(protobuf: $0) }
  }

  private func look() throws {
    while let buffer = try channel.readOutbound(as: ByteBuffer.self) {
      peer.take(buffer.readableBytesView)
    }
  }

  /// The peer's header decoder remembers no more than so many bytes.
  func limitTable(toBytes bytes: UInt32) throws {
    try receive(peer.limitTable(toBytes: bytes))
  }

  /// The peer takes bytes: of a stream, or of the connection (0).
  func openWindow(_ id: UInt32, _ bytes: UInt32) throws {
    try receive(HTTP2Peer.frame(8, 0, id, HTTP2Peer.big(bytes)))
  }
}
