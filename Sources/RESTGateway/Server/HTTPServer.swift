import HummingbirdCore
package import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import RPCCore
package import RPCServing
package import ReportCore
package import ServiceLifecycle

/// The HTTP door: all methods by REST, `GET /check`, `GET /metrics` and the downloads.
///
/// ```swift
/// let server = HTTPServer(
///   configuration: configuration, signer: signer, artifacts: artifacts, logger: logger
/// ) { domainID, reportID, format in ... }
/// let service = server.makeService { port in ready(port) }
/// ```
package struct HTTPServer: Sendable {
  private let configuration: HTTPServerConfiguration
  private let security: (any ConnectionSecurity)?
  private let responder: GatewayResponder
  private let connections: HTTPConnections
  private let serving: CallServing?
  private let logger: Logger

  /// - Parameters:
  ///   - security: stands before HTTP; nil: it comes as it is.
  ///   - signer: the same that signs the URLs.
  ///   - artifacts: where the files are; read on threads of their own.
  ///   - logger: gets a line for each request, at level info.
  ///   - budget: what all doors of the server keep together.
  ///   - audit: is told of downloads; nil: nobody is.
  ///   - calls: the methods that are called by REST, and what calls may cost; nil: there are none.
  ///   - documents: what describes them.
  ///   - mounts: further paths; they come after those of the methods, and need `calls`.
  ///   - metrics: what `/metrics` says; nil: there is no such path.
  ///   - downloaded: is told of each answer to a download how many bytes of a file it took.
  ///   - isServing: what `/check` says.
  ///   - unavailableSources: what it names besides.
  ///   - manifestKeys: what `/keys` says: a JSON Web Key Set.
  ///   - resolver: finds what a URL stands for.
  package init(
    configuration: HTTPServerConfiguration, security: (any ConnectionSecurity)? = nil,
    signer: DownloadSigner, artifacts: ArtifactStoreMap,
    logger: Logger, budget: ServerBudget = ServerBudget(bytesMax: .max),
    audit: DownloadAudit? = nil,
    calls: CallServing? = nil, documents: APIDocuments? = nil,
    mounts: [any HTTPMount] = [], metrics: MetricsSource? = nil,
    downloaded: @escaping @Sendable (_ status: Int, _ bytes: Int64) -> Void = { _, _ in },
    isServing: @escaping @Sendable () async -> Bool = { true },
    unavailableSources: @escaping @Sendable () -> [String] = { [] },
    manifestKeys: @escaping @Sendable () -> String = { #"{"keys":[]}"# },
    resolver: @escaping DownloadResolver
  ) {
    self.configuration = configuration
    self.security = security
    serving = calls
    self.logger = logger
    connections = HTTPConnections(
      connectionsMax: configuration.connectionsMax,
      connectionsPerPeerMax: configuration.connectionsPerPeerMax, budget: budget,
      meter: calls?.meter)
    responder = GatewayResponder(
      calls: calls.map { [connections] calls in
        RESTEndpoint(
          calls, connections: connections, bodyBytesMax: configuration.requestBodyBytesMax,
          heartbeat: TimeAmount(configuration.heartbeat))
      },
      documents: documents,
      metrics: metrics.map { [connections] metrics in
        MetricsEndpoint(source: metrics, connections: connections, budget: budget)
      },
      downloaded: downloaded, isServing: isServing, unavailableSources: unavailableSources,
      manifestKeys: manifestKeys,
      downloads: DownloadEndpoint(
        signer: signer, files: FileEndpoint(artifacts: artifacts, audit: audit),
        resolver: resolver),
      mounts: mounts,
      chunkBytes: configuration.chunkBytes,
      requestBodyBytesMax: configuration.requestBodyBytesMax, logger: logger)
  }

  /// Where it listens, with the port that it was told.
  var address: String { address(port: configuration.port) }

  /// Where it listens.
  func address(port: Int) -> String {
    HostPort(host: configuration.host, port: port).description
  }

  /// How many are open.
  var connectionCount: Int { connections.count }

  /// Closes every connection at once, whatever is not written yet.
  func abort() {
    connections.abort()
  }

  /// The server as a `ServiceLifecycle.Service`, to be run once. A graceful shutdown stops
  /// accepting and ends when the responses under way are written.
  ///
  /// - Parameter onRunning: called with the port once connections are accepted.
  package func makeService(
    onRunning: @escaping @Sendable (_ port: Int) async -> Void
  ) -> some Service {
    let stallTimeout = TimeAmount(configuration.stallTimeout)
    let idleMilliseconds = configuration.idleTimeout.milliseconds
    let requestMilliseconds = configuration.requestTimeout.milliseconds
    let channel = HTTP1Channel.Configuration(
      additionalChannelHandlers: [
        ConnectionEndHandler.Installer(
          ConnectionGuard(
            connections: connections, security: security, idleMilliseconds: idleMilliseconds,
            requestMilliseconds: requestMilliseconds)),
        DrainHandler(stallTimeout: stallTimeout, serving: serving),
      ],
      idleTimeout: TimeAmount(configuration.idleTimeout),
      httpDecoderConfiguration: .init(
        maxHeaderFieldSize: configuration.headerFieldBytesMax,
        maxHeaderListSize: configuration.headerListBytesMax,
        maxHeaderFieldCount: configuration.headerFieldsMax))
    return Server(
      childChannelSetup: ConnectionChannel(
        responder: responder, configuration: channel, security: security, serving: serving),
      configuration: ServerConfiguration(
        address: .hostname(configuration.host, port: configuration.port)),
      onServerRunning: { channel in
        await onRunning(channel.localAddress?.port ?? configuration.port)
      },
      eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger)
  }
}

extension Duration {
  fileprivate var milliseconds: Int {
    Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
  }
}

/// HTTP behind what secures the connection, on the connection's loop.
///
/// Away from it, each request would be one more wake-up of another thread, and its response one of the loop:
/// half of what a short answer costs. What may take long leaves the loop by `elsewhere`.
private struct ConnectionChannel: ServerChildChannel {
  let responder: GatewayResponder
  let configuration: HTTP1Channel.Configuration
  let security: (any ConnectionSecurity)?
  /// Has the executors of the loops; nil: there are no calls, and nothing is worth the trouble.
  let serving: CallServing?
  /// Where there are no loops with their own.
  private let date = HTTPDate()

  init(
    responder: GatewayResponder, configuration: HTTP1Channel.Configuration,
    security: (any ConnectionSecurity)?, serving: CallServing?
  ) {
    self.responder = responder
    self.configuration = configuration
    self.security = security
    self.serving = serving
  }

  /// A connection, and what its requests are answered with.
  struct Value: ServerChildChannelValue {
    let http: HTTP1Channel
    let base: HTTP1Channel.Value
    let lane: LoopLane?
    let handover: GatewayResponder.Handover

    var channel: any Channel { base.channel }
  }

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    let loop = channel.eventLoop
    return loop.makeCompletedFuture { () throws -> GatewayConnection in
      // The others have their turn after each read, as with the other doors.
      try channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
      try security?.secure(channel)
      // Here, since to come to the loop again takes as long as all of its connections have their turn.
      let executor = serving?.executor(on: loop)
      return GatewayConnection(
        channel, lane: executor?.makeLane(),
        date: executor?.work.shared(HTTPDate.init) ?? date)
    }
    .flatMap { connection in
      let handover = GatewayResponder.Handover()
      let http = HTTP1Channel(
        responder: { [responder] request, writer, _ in
          let response = await responder.respond(to: request, connection, handover.take())
          do {
            try await writer.write(response: response.head, body: response.body)
          } catch is HTTPParserError {
            // By itself it would be answered a second time.
            throw CutRequest()
          }
        }, configuration: configuration)
      return http.setup(channel: channel, logger: logger).flatMapThrowing { base in
        if serving != nil { try answerAtOnce(channel, connection, handover) }
        return Value(http: http, base: base, lane: connection.lane, handover: handover)
      }
    }
  }

  /// Right before what brings requests to their tasks.
  private func answerAtOnce(
    _ channel: any Channel, _ connection: GatewayConnection,
    _ handover: GatewayResponder.Handover
  ) throws {
    let pipeline = channel.pipeline.syncOperations
    let handler = PromptHandler { [responder] request in
      responder.promptResponse(to: request, connection, handover)
    }
    let last = try pipeline.handler(type: HTTPConnectionStateHandler.self)
    try pipeline.addHandler(handler, position: .after(last))
  }

  func handle(value: Value, logger: Logger) async {
    await withTaskExecutorPreference(value.lane) {
      await value.http.handle(value: value.base, logger: logger)
      // Its request did not come as far as to be answered. The connection is known by its address, which is
      // another's when it is gone.
      await value.handover.take()?.abandon()
    }
  }

  /// What came of a request's body was no HTTP, and its response is cut.
  private struct CutRequest: Error {}
}

/// Leaves the connection's loop for as long as a body takes.
func elsewhere<Result, Failure: Error>(
  _ body: () async throws(Failure) -> Result
) async throws(Failure) -> Result {
  try await withTaskExecutorPreference(globalConcurrentExecutor, operation: body)
}

/// Leaves the connection's loop for as long as a body takes that writes to the connection.
///
/// What is written elsewhere comes to the loop by the loop's own queue, which may be behind the lane's: the
/// end of a response, or the close of its connection, would overtake it. So this comes back by that queue.
func writingElsewhere<Result>(
  than loop: any EventLoop, _ body: () async throws -> Result
) async throws -> Result {
  try await elsewhere { () async throws -> Result in
    do {
      let result = try await body()
      try await loop.submit {}.get()
      return result
    } catch {
      try? await loop.submit {}.get()
      throw error
    }
  }
}
