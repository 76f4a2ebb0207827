internal import Logging
private import RPCCore
internal import ReportCore
internal import ServiceLifecycle
internal import TransportSecurity

/// TLS of the doors: read at the start, and again when one of its files changes.
struct TLSCheck: Service {
  private static let fileBytesMax = 1_048_576
  private static let handshakeTimeout = Duration.seconds(10)

  /// For doors of protobuf calls: asks clients for certificates, if somebody vouches for them.
  let calls: ServerTLS
  /// The same for gRPC, whose clients want to hear of HTTP/2.
  let grpc: ServerTLS
  /// For HTTP: a URL that is signed is enough, and browsers have no certificates.
  let http: ServerTLS
  private let files: ServerConfiguration.TLS
  private let watch: FileWatch
  private let logger: Logger

  /// - Parameter clients: those that are recognised by their certificates; if there are any, others with
  ///   a certificate are nobody until they show a token.
  /// - Throws: what is wrong with the files.
  init(
    _ files: ServerConfiguration.TLS, clients: [ServerConfiguration.Client],
    clock: any EngineClock, logger: Logger
  ) throws(Problems) {
    self.files = files
    self.logger = logger
    watch = FileWatch(
      [files.certificate, files.key] + (files.clientCA.map { [$0] } ?? []), clock: clock)
    let material = try Self.read(files)
    let recognise: ServerTLS.Recognise = { names in
      guard !clients.isEmpty else { return nil }
      for name in names {
        guard let client = clients.first(where: { $0.name.isExactly(name) }) else { continue }
        return Caller(
          subject: client.name, domains: client.domainID.map { .only($0) } ?? .every,
          roles: Roles(client.role), authentication: .certificate)
      }
      return .nobody
    }
    let timeout = Self.handshakeTimeout
    calls = ServerTLS(material.calls, handshakeTimeout: timeout, recognise: recognise)
    grpc = ServerTLS(material.grpc, handshakeTimeout: timeout, recognise: recognise)
    // Where others are known by their certificates, who comes without one is nobody.
    let isAsking = files.clientCA != nil
    http = ServerTLS(material.http, handshakeTimeout: timeout) { _ in isAsking ? .nobody : nil }
  }

  func run() async {
    await watch.run { reload() }
  }

  /// If anything is wrong with the new files, it is logged and the old ones stay in use.
  private func reload() {
    do throws(Problems) {
      let material = try Self.read(files)
      calls.change(to: material.calls)
      grpc.change(to: material.grpc)
      http.change(to: material.http)
      logger.notice("new connections get the new certificate")
    } catch {
      logger.error("certificate not changed", error)
    }
  }

  private static func read(
    _ files: ServerConfiguration.TLS
  ) throws(Problems) -> (calls: TLSMaterial, grpc: TLSMaterial, http: TLSMaterial) {
    let certificate = try TextFile.read(files.certificate, bytesMax: fileBytesMax)
    let what = "the private key"
    guard let key = try PrivateFile.read(files.key, bytesMax: fileBytesMax, what) else {
      throw Problems(files.key, "there is no such file")
    }
    var authorities: String?
    if let path = files.clientCA {
      authorities = try TextFile.read(path, bytesMax: fileBytesMax)
    }
    do {
      func material(_ authorities: String?, _ protocols: [String]) throws -> TLSMaterial {
        try TLSMaterial(
          certificate: certificate, key: key, clientAuthorities: authorities, protocols: protocols)
      }
      return (
        try material(authorities, []), try material(authorities, ["h2"]),
        try material(nil, ["http/1.1"])
      )
    } catch {
      throw Problems(Setting.tlsCertificate.path, "\(error)")
    }
  }
}
