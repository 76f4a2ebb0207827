package import NIOCore
private import NIOSSL
private import NIOTLS
package import RPCCore
private import RPCServing
private import SwiftASN1
private import Synchronization
private import X509

/// The files that TLS is made from, read.
package struct TLSMaterial: Sendable {
  fileprivate let context: NIOSSLContext
  /// Whether clients must show a certificate.
  fileprivate let asksClients: Bool

  /// - Parameters:
  ///   - certificate: the server's certificate and those that vouch for it, in PEM, its own first.
  ///   - key: its private key, in PEM.
  ///   - clientAuthorities: certificates in PEM of those who vouch for clients; nil: clients need none.
  ///   - protocols: what ALPN offers, the preferred one first.
  /// - Throws: what is wrong with them.
  package init(
    certificate: String, key: String, clientAuthorities: String?, protocols: [String]
  ) throws {
    let chain = try Self.reading("the certificate") {
      try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8))
    }
    let privateKey = try Self.reading("the key") {
      try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = protocols
    if let clientAuthorities {
      let authorities = try Self.reading("the clients' authorities") {
        try NIOSSLCertificate.fromPEMBytes(Array(clientAuthorities.utf8))
      }
      guard !authorities.isEmpty else {
        throw TLSProblem("there is no certificate among the clients' authorities")
      }
      configuration.trustRoots = .certificates(authorities)
      // A client has no name that it is reached by.
      configuration.certificateVerification = .noHostnameVerification
    }
    context = try Self.reading("certificate and key together") {
      try NIOSSLContext(configuration: configuration)
    }
    asksClients = clientAuthorities != nil
  }

  private static func reading<Result>(_ what: String, _ body: () throws -> Result) throws -> Result
  {
    do {
      return try body()
    } catch {
      throw TLSProblem("\(what) cannot be used: \(error)")
    }
  }
}

/// Why TLS cannot be had from some files.
package struct TLSProblem: Error, Sendable, CustomStringConvertible {
  package let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// TLS on the connections of a door. Certificates can be changed while it serves: connections that are
/// there keep theirs.
package final class ServerTLS: ConnectionSecurity {
  /// Says who a client is that shows a certificate, by its names: the subject's common name, and the
  /// alternative ones that are DNS names or URIs. What vouches for them is an authority of the server's. No
  /// names: it shows none.
  package typealias Recognise = @Sendable (_ names: [String]) -> Caller?

  private let material: Mutex<TLSMaterial>
  private let handshakeTimeout: TimeAmount
  private let recognise: Recognise

  /// - Parameters:
  ///   - handshakeTimeout: a connection whose handshake takes longer is closed.
  ///   - recognise: says who a client with a certificate is; nil: its certificate lets it in and says no
  ///     more.
  package init(
    _ material: TLSMaterial, handshakeTimeout: Duration, recognise: @escaping Recognise
  ) {
    self.material = Mutex(material)
    self.handshakeTimeout = TimeAmount(handshakeTimeout)
    self.recognise = recognise
  }

  /// Connections that come from now on get other certificates.
  package func change(to material: TLSMaterial) {
    self.material.withLock { $0 = material }
  }

  package func secure(_ channel: any Channel) throws {
    let context = material.withLock { $0.context }
    try channel.pipeline.syncOperations.addHandlers([
      NIOSSLServerHandler(context: context), HandshakeGuard(timeout: handshakeTimeout),
    ])
  }

  package func caller(on channel: any Channel) -> Caller? {
    let handler = try? channel.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self)
    return recognise(handler?.peerCertificate?.names ?? [])
  }
}

extension NIOSSLCertificate {
  /// The common name, then the alternative names that are DNS names or URIs.
  fileprivate var names: [String] {
    guard let certificate = try? Certificate(derEncoded: toDERBytes()) else { return [] }
    var names = certificate.subject.flatMap { $0 }
      .filter { $0.type == .RDNAttributeType.commonName }.map { "\($0.value)" }
    for name in (try? certificate.extensions.subjectAlternativeNames) ?? SubjectAlternativeNames() {
      switch name {
      case .dnsName(let text), .uniformResourceIdentifier(let text): names.append(text)
      default: break
      }
    }
    return names
  }
}

/// Closes a connection whose handshake does not end, and goes away once it has.
private final class HandshakeGuard: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer

  private let timeout: TimeAmount
  private var timer: Scheduled<Void>?

  init(timeout: TimeAmount) {
    self.timeout = timeout
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleTask(in: timeout) {
      bound.value.close(promise: nil)
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    timer?.cancel()
    timer = nil
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted? = event as? TLSUserEvent {
      context.fireUserInboundEventTriggered(event)
      context.pipeline.syncOperations.removeHandler(self, promise: nil)
      return
    }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    timer = nil
    context.fireChannelInactive()
  }
}
