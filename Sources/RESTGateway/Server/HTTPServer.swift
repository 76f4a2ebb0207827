package import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
package import ReportCore

/// The HTTP door: `GET /check` and the downloads.
///
/// ```swift
/// let server = HTTPServer(
///   configuration: configuration, signer: signer, artifacts: artifacts, logger: logger
/// ) { domainID, reportID, format in ... }
/// let service = server.makeService { port in ready(port) }
/// ```
package struct HTTPServer: Sendable {
  private let configuration: HTTPServerConfiguration
  private let responder: GatewayResponder
  private let logger: Logger

  /// - Parameters:
  ///   - signer: the same that signs the URLs.
  ///   - artifacts: where the files are; read on threads of their own.
  ///   - logger: gets a line for each request, at level info.
  ///   - isServing: what `/check` says.
  ///   - unavailableSources: what it names besides.
  ///   - resolver: finds what a URL stands for.
  package init(
    configuration: HTTPServerConfiguration, signer: DownloadSigner, artifacts: any ArtifactStore,
    logger: Logger, isServing: @escaping @Sendable () async -> Bool = { true },
    unavailableSources: @escaping @Sendable () -> [String] = { [] },
    resolver: @escaping DownloadResolver
  ) {
    self.configuration = configuration
    self.logger = logger
    responder = GatewayResponder(
      endpoints: [
        CheckEndpoint(isServing: isServing, unavailableSources: unavailableSources),
        DownloadEndpoint(signer: signer, artifacts: artifacts, resolver: resolver),
      ],
      chunkBytes: configuration.chunkBytes,
      requestBodyBytesMax: configuration.requestBodyBytesMax, logger: logger)
  }

  /// The server as a `ServiceLifecycle.Service`, to be run once. A graceful shutdown stops
  /// accepting and ends when the responses under way are written.
  ///
  /// - Parameter onRunning: called with the port once connections are accepted.
  package func makeService(
    onRunning: @escaping @Sendable (_ port: Int) async -> Void
  ) -> Application<GatewayResponder> {
    let stallTimeout = TimeAmount(configuration.stallTimeout)
    let channel = HTTP1Channel.Configuration(
      additionalChannelHandlers: [
        ConnectionEndHandler.Installer(), DrainHandler(stallTimeout: stallTimeout),
      ],
      idleTimeout: TimeAmount(configuration.idleTimeout),
      httpDecoderConfiguration: .init(
        maxHeaderFieldSize: configuration.headerFieldBytesMax,
        maxHeaderListSize: configuration.headerListBytesMax,
        maxHeaderFieldCount: configuration.headerFieldsMax))
    return Application(
      responder: responder,
      server: .http1(configuration: channel),
      configuration: ApplicationConfiguration(
        address: .hostname(configuration.host, port: configuration.port),
        availableConnectionsDelegate: .maximum(configuration.connectionsMax, logger: logger)),
      onServerRunning: { channel in
        await onRunning(channel.localAddress?.port ?? configuration.port)
      },
      logger: logger)
  }
}
