internal import NIOCore
private import NIOPosix
private import NIOSSL
private import NIOTLS
internal import RPCCore
internal import TTRPC

/// How the connection to a server is encrypted. Its certificate must be one that an authority vouches
/// for, and be for the host that is called.
public struct ClientTLS: Sendable, Hashable {
  /// The certificates, in PEM, of the authorities that count; nil: those of the system.
  public var authoritiesFile: String?
  /// The client's own certificate, in PEM; nil: it shows none.
  public var certificateFile: String?
  /// The private key of that, in PEM.
  public var keyFile: String?
  /// The name that the server's certificate has, if not the one that is called. A certificate for the
  /// address that is called is good, too.
  public var serverName: String?

  /// The system's authorities and no certificate.
  public init() {}
}

extension ClientTLS {
  /// Connects by TLS.
  ///
  /// - Throws: `FAILED_PRECONDITION` for files that cannot be used, `PERMISSION_DENIED` if one side does
  ///   not trust the other, `UNAVAILABLE` if the server cannot be reached.
  func connect(
    to address: TTRPCAddress, timeout: Duration, limits: TTRPCLimits, group: any EventLoopGroup
  ) async throws(RPCError) -> TTRPCConnection {
    let context = try context()
    let name = serverHostname(address)
    do {
      return try await TTRPCConnection.connect(
        to: address, timeout: timeout, limits: limits, group: group
      ) { channel in
        let completed = channel.eventLoop.makePromise(of: Void.self)
        try channel.pipeline.syncOperations.addHandlers([
          NIOSSLClientHandler(context: context, serverHostname: name),
          HandshakeWait(completed, timeout: TimeAmount(timeout)),
        ])
        return completed.futureResult
      }
    } catch let error as NIOSSLError {
      throw Self.untrusted(address, error)
    } catch let error as NIOSSLExtraError {
      throw Self.untrusted(address, error)
    } catch let error as BoringSSLError {
      throw Self.untrusted(address, error)
    } catch {
      throw .cannotConnect(address, because: ConnectFailure.reason(error), cause: error)
    }
  }

  private func context() throws(RPCError) -> NIOSSLContext {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    do {
      if let authoritiesFile { configuration.trustRoots = .file(authoritiesFile) }
      if let certificateFile {
        configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(certificateFile)
          .map { .certificate($0) }
      }
      if let keyFile {
        configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: keyFile, format: .pem))
      }
      return try NIOSSLContext(configuration: configuration)
    } catch {
      throw RPCError(
        .failedPrecondition, reason: "ERROR_TLS",
        message:
          "The files for TLS cannot be used: \(error). They must be there, readable and in PEM.",
        cause: error)
    }
  }

  /// Of an address in numbers the certificate must have the address.
  private func serverHostname(_ address: TTRPCAddress) -> String? {
    if let serverName { return serverName }
    guard case .tcp(let host, _) = address,
      (try? SocketAddress(ipAddress: host, port: 0)) == nil
    else { return nil }
    return host
  }

  private static func untrusted(_ address: TTRPCAddress, _ error: any Error) -> RPCError {
    // The library's own words name the line of its source.
    let text = "\(error)"
    let reason =
      if text.contains("CERTIFICATE_VERIFY_FAILED") {
        "nobody who counts vouches for its certificate; --ca names the file of its authority"
      } else if text.contains("UnableToValidate") || text.lowercased().contains("hostname") {
        "its certificate is for another host"
      } else if text.contains("WRONG_VERSION_NUMBER") {
        "it speaks no TLS"
      } else {
        "the handshake failed; it may speak no TLS, or want a certificate of this side (--cert, --key)"
      }
    return RPCError(
      .permissionDenied, reason: "ERROR_SERVER_UNTRUSTED",
      message: "No secure connection to \(address): \(reason).", cause: error)
  }
}

/// Says when the handshake is over, either way, and goes away.
private final class HandshakeWait: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer

  private let completed: EventLoopPromise<Void>
  private let timeout: TimeAmount
  private var timer: Scheduled<Void>?

  init(_ completed: EventLoopPromise<Void>, timeout: TimeAmount) {
    self.completed = completed
    self.timeout = timeout
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleTask(in: timeout) { [completed, timeout] in
      completed.fail(ChannelError.connectTimeout(timeout))
      bound.value.close(promise: nil)
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    timer?.cancel()
    timer = nil
    completed.fail(ChannelError.ioOnClosedChannel)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted? = event as? TLSUserEvent {
      completed.succeed()
      context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    completed.fail(error)
    context.fireErrorCaught(error)
  }

  func channelInactive(context: ChannelHandlerContext) {
    completed.fail(ChannelError.eof)
    context.fireChannelInactive()
  }
}
