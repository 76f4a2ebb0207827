import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// Answers HTTP requests from a list of answers, one per connection, and keeps what was asked.
final class TestFileServer: Sendable {
  /// One answer.
  struct Answer: Sendable {
    enum End: Sendable {
      /// The body is whole; the connection is closed.
      case whole
      /// The connection is closed before the body is whole.
      case cut
      /// Nothing more comes, and the connection stays.
      case silence
    }

    var status = HTTPResponseStatus.ok
    var headers: HTTPHeaders
    var body: [UInt8]
    var end = End.whole
  }

  private let channel: any Channel
  private let state: Asked
  private let isSecure: Bool

  fileprivate final class Asked: Sendable {
    let state: Mutex<(answers: [Answer], requests: [HTTPRequestHead])>

    init(_ answers: [Answer]) {
      state = Mutex((answers, []))
    }

    func next(_ request: HTTPRequestHead) -> Answer? {
      state.withLock { state in
        state.requests.append(request)
        return state.answers.isEmpty ? nil : state.answers.removeFirst()
      }
    }
  }

  private init(_ channel: any Channel, _ state: Asked, _ isSecure: Bool) {
    self.channel = channel
    self.state = state
    self.isSecure = isSecure
  }

  /// - Parameter isSecure: whether it speaks https, with `TestCertificate`.
  static func start(
    _ answers: [Answer], isSecure: Bool = false
  ) async throws -> TestFileServer {
    let state = Asked(answers)
    let tls = isSecure ? try Self.tls() : nil
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
          try pipeline.configureHTTPServerPipeline(withErrorHandling: false)
          try pipeline.addHandler(FileHandler(state))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    return TestFileServer(channel, state, isSecure)
  }

  private static func tls() throws -> NIOSSLContext {
    let certificates = try NIOSSLCertificate.fromPEMBytes(Array(TestCertificate.certificate.utf8))
    let key = try NIOSSLPrivateKey(bytes: Array(TestCertificate.key.utf8), format: .pem)
    return try NIOSSLContext(
      configuration: .makeServerConfiguration(
        certificateChain: certificates.map { .certificate($0) }, privateKey: .privateKey(key)))
  }

  var port: Int { channel.localAddress?.port ?? 0 }

  var url: String { "http\(isSecure ? "s" : "")://127.0.0.1:\(port)/files/a.csv?sig=secret" }
  var requests: [HTTPRequestHead] { state.state.withLock { $0.requests } }

  func stop() async throws {
    try await channel.close().get()
  }
}

private final class FileHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let state: TestFileServer.Asked

  init(_ state: TestFileServer.Asked) {
    self.state = state
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(let request) = unwrapInboundIn(data) else { return }
    guard let answer = state.next(request) else { return context.close(promise: nil) }
    let head = HTTPResponseHead(
      version: .http1_1, status: answer.status, headers: answer.headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    let body = wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body))))
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    switch answer.end {
    case .whole:
      context.write(body, promise: nil)
      context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
        bound.value.close(promise: nil)
      }
    case .cut:
      context.writeAndFlush(body).whenComplete { _ in bound.value.close(promise: nil) }
    case .silence:
      context.writeAndFlush(body, promise: nil)
    }
  }
}
