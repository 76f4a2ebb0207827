import NIOCore
import NIOPosix
import ProtobufWire
import RPCCore
import ReportwireTestKit
import TTRPC

/// The other side of a connection, which sends any bytes and sees every frame.
final class RawPeer: Sendable {
  struct Frame: Sendable {
    let header: FrameHeader
    let data: [UInt8]

    /// The error of a response frame, or of reading it; nil if it is a good one.
    var error: RPCError? {
      data.withUnsafeBytes { bytes in
        do throws(RPCError) { return try ResponseView(bytes).error } catch { return error }
      }
    }

    /// The message of a response frame; nil if it has none.
    var packet: Packet? {
      data.withUnsafeBytes { bytes in
        guard let payload = try? ResponseView(bytes).payload else { return nil }
        return try? Packet(protobuf: payload)
      }
    }
  }

  let address: TTRPCAddress
  private let channel: any Channel
  private let frames: AsyncStream<Frame>

  private init(_ address: TTRPCAddress, _ channel: any Channel, _ frames: AsyncStream<Frame>) {
    self.address = address
    self.channel = channel
    self.frames = frames
  }

  static func connect(to address: TTRPCAddress) async throws -> RawPeer {
    let (frames, continuation) = AsyncStream.makeStream(of: Frame.self)
    let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(FrameCollector(continuation))
        }
      }
    let channel =
      switch address {
      case .tcp(let host, let port): try await bootstrap.connect(host: host, port: port).get()
      case .unix(let path): try await bootstrap.connect(unixDomainSocketPath: path).get()
      }
    return RawPeer(address, channel, frames)
  }

  func send(_ bytes: [UInt8]) async throws {
    try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
  }

  /// Sends a request of the test service.
  func send(
    _ method: Method<Packet, Packet>, _ request: Packet, streamID: UInt32,
    flags: FrameFlags = [], timeoutNanoseconds: Int64 = 0
  ) async throws {
    try await send(
      RequestEnvelope(
        service: method.descriptor.service, method: method.descriptor.name,
        payload: request.protobuf(), timeoutNanoseconds: timeoutNanoseconds
      ).frame(streamID: streamID, flags: flags))
  }

  /// Sends a request as soon as the socket takes it, and tells when that was.
  func sendLater(
    _ method: Method<Packet, Packet>, _ request: Packet, streamID: UInt32, _ written: Signal
  ) throws {
    let frame = try RequestEnvelope(
      service: method.descriptor.service, method: method.descriptor.name,
      payload: request.protobuf()
    ).frame(streamID: streamID)
    channel.writeAndFlush(ByteBuffer(bytes: frame)).whenSuccess { written.fire() }
  }

  /// The next frame; nil once the connection is closed.
  func next() async -> Frame? {
    for await frame in frames { return frame }
    return nil
  }

  func stopReading() async throws {
    try await channel.setOption(.autoRead, value: false).get()
  }

  func readOn() async throws {
    try await channel.setOption(.autoRead, value: true).get()
  }

  func close() async throws {
    try await channel.close().get()
  }
}

private final class FrameCollector: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let continuation: AsyncStream<RawPeer.Frame>.Continuation
  private var held = ByteBuffer()

  init(_ continuation: AsyncStream<RawPeer.Frame>.Continuation) {
    self.continuation = continuation
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var incoming = unwrapInboundIn(data)
    held.writeBuffer(&incoming)
    while held.readableBytes >= FrameHeader.byteCount {
      let header = held.withUnsafeReadableBytes { FrameHeader($0) }
      let length = Int(header.dataLength)
      guard held.readableBytes >= FrameHeader.byteCount + length else { return }
      held.moveReaderIndex(forwardBy: FrameHeader.byteCount)
      let data = held.readBytes(length: length) ?? []
      continuation.yield(RawPeer.Frame(header: header, data: data))
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    continuation.finish()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}

extension FrameHeader {
  /// The header that any bytes are.
  init(_ bytes: [UInt8]) {
    self = bytes.withUnsafeBytes { FrameHeader($0) }
  }
}
