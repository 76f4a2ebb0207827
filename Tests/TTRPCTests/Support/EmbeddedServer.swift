import Logging
import NIOCore
import NIOEmbedded
import ProtobufWire
import RPCCore
import RPCServing
import ReportwireTestKit

@testable import TTRPC

/// One connection of a server without a socket and without threads: what the socket takes, and what
/// time it is, is for the test to say. To be used from one thread.
final class EmbeddedServer {
  let service = TestService()
  let serving: CallServing
  let channel: EmbeddedChannel
  let handler: ServerHandler

  init(
    limits: TTRPCLimits = TTRPCLimits(), serving servingLimits: ServingLimits = ServingLimits(),
    sharing other: CallServing? = nil, loop: EmbeddedEventLoop = EmbeddedEventLoop()
  ) throws {
    channel = EmbeddedChannel(loop: loop)
    serving =
      other ?? CallServing(router: service.router(), limits: servingLimits, turnPause: .zero)
    handler = ServerHandler(
      serving: serving, limits: limits, executor: serving.executor(on: loop),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    try channel.pipeline.syncOperations.addHandler(handler)
    channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
    loop.run()
  }

  var loop: EmbeddedEventLoop { channel.embeddedEventLoop }

  /// One read of the socket.
  func receive(_ bytes: [UInt8]) throws {
    try channel.writeInbound(ByteBuffer(bytes: bytes))
  }

  /// A request of the test service.
  func receive(
    _ method: Method<Packet, Packet>, _ request: Packet, streamID: UInt32,
    timeoutNanoseconds: Int64 = 0
  ) throws {
    try receive(
      RequestEnvelope(
        service: method.descriptor.service, method: method.descriptor.name,
        payload: request.protobuf(), timeoutNanoseconds: timeoutNanoseconds
      ).frame(streamID: streamID))
  }

  /// Whether the socket takes more bytes.
  func setWritable(_ isWritable: Bool) {
    channel.isWritable = isWritable
    channel.pipeline.fireChannelWritabilityChanged()
    loop.run()
  }

  /// Bytes that the server made and did not give to the socket.
  var unsentBytes: Int { handler.unsentBytes }

  /// Whether the server wants more of what the peer sends.
  var isReading: Bool {
    let autoRead = channel.options.last { $0.option is ChannelOptions.Types.AutoReadOption }
    return autoRead?.value as? Bool ?? true
  }

  /// The frames that the socket was given since the last look.
  func sent() throws -> [RawPeer.Frame] {
    loop.run()
    return try sentAtOnce()
  }

  /// Those that it was given without another turn of the loop.
  func sentAtOnce() throws -> [RawPeer.Frame] {
    var bytes: [UInt8] = []
    while let buffer = try channel.readOutbound(as: ByteBuffer.self) {
      bytes += buffer.readableBytesView
    }
    var frames: [RawPeer.Frame] = []
    while bytes.count >= FrameHeader.byteCount {
      let header = FrameHeader(bytes)
      let end = FrameHeader.byteCount + Int(header.dataLength)
      frames.append(RawPeer.Frame(header: header, data: Array(bytes[FrameHeader.byteCount..<end])))
      bytes.removeFirst(end)
    }
    return frames
  }

  func close() {
    channel.close(promise: nil)
    loop.run()
  }
}
