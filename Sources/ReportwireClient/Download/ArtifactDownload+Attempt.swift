import NIOCore
import NIOHTTP1
import NIOPosix
import RPCCore

extension ArtifactDownload {
  private typealias HTTPChannel = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

  /// So much of an error's body is shown, in bytes.
  private static let errorBodyBytesMax = 300

  /// One connection: asks for what is missing and reads as much as comes.
  func attempt(
    _ state: inout DownloadState, restart: () throws(RPCError) -> Void,
    progress: (Progress) -> Void, _ body: (UnsafeRawBufferPointer) throws(RPCError) -> Void
  ) async throws(RPCError) {
    let channel = try await connect()
    do {
      // The closure's changes to `state` must last if it throws.
      try await channel.executeThenClose { inbound, outbound in
        var headers = state.headers
        headers.add(name: "host", value: url.authority)
        headers.add(name: "connection", value: "close")
        let head = HTTPRequestHead(
          version: .http1_1, method: .GET, uri: url.target, headers: headers)
        try await outbound.write(contentsOf: [.head(head), .end(nil)])
        var parts = inbound.makeAsyncIterator()
        guard case .head(let response) = try await parts.next() else {
          throw RPCError.downloadBroken(url, "the server closed the connection")
        }
        guard response.status == .ok || response.status == .partialContent else {
          throw RPCError.downloadRefused(
            url, status: response.status, body: try await Self.text(&parts))
        }
        if try state.begin(response) { try restart() }
        while let part = try await parts.next() {
          switch part {
          case .body(let buffer):
            try buffer.withUnsafeReadableBytes { piece in
              try state.add(piece)
              try body(piece)
            }
            progress(state.progress)
          case .end: return
          case .head: break
          }
        }
        throw RPCError.downloadBroken(url, "the server closed the connection")
      }
    } catch let error as RPCError {
      throw error
    } catch is CancellationError {
      throw .callerGone
    } catch {
      throw Task.isCancelled ? .callerGone : .downloadBroken(url, "\(error)")
    }
  }

  private func connect() async throws(RPCError) -> HTTPChannel {
    let silence = TimeAmount(silenceMax)
    do {
      return try await ClientBootstrap(group: group)
        .connectTimeout(silence)
        .connect(host: url.address.host, port: url.address.port) { channel in
          channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(IdleStateHandler(readTimeout: silence))
            try pipeline.addHandler(SilenceHandler())
            try pipeline.addHTTPClientHandlers()
            return try HTTPChannel(wrappingChannelSynchronously: channel)
          }
        }
    } catch {
      throw .downloadBroken(url, "\(error)")
    }
  }

  private static func text(
    _ parts: inout NIOAsyncChannelInboundStream<HTTPClientResponsePart>.AsyncIterator
  ) async throws -> String {
    var text = ByteBuffer()
    while let part = try await parts.next() {
      guard case .body(var piece) = part else { continue }
      text.writeBuffer(&piece)
      if text.readableBytes >= errorBodyBytesMax { break }
    }
    let bytes = text.readableBytesView.prefix(errorBodyBytesMax)
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Closes a connection on which nothing comes any more.
private final class SilenceHandler: ChannelInboundHandler {
  typealias InboundIn = Any

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is IdleStateHandler.IdleStateEvent {
      context.close(promise: nil)
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }
}
