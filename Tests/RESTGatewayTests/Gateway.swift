import Logging
import RESTGateway
import RPCServing
import ReportCore
import ReportwireTestKit
import ServiceLifecycle

/// A server on a free port of the loopback, and what it serves.
struct Gateway: Sendable {
  static let domain = "domain-000000000001"
  static let report = "report-000000000001"
  static let sha256 = String(repeating: "0123456789abcdef", count: 4)

  var port = 0
  var clock = FakeClock()
  var configuration = HTTPServerConfiguration(port: 0)
  var name = "costs_20261125"
  var isServing = true
  var artifact = Artifact(
    format: .csv, path: "d/r/csv-1.csv", bytes: 1000, rows: 1, sha256: Gateway.sha256,
    mediaType: "text/csv; charset=utf-8")
  var reader: any ArtifactReader
  var artifacts: MemoryArtifacts
  var key = Gateway.key(1)
  var formerKeys: [DownloadSigner.FormerKey] = []
  let log = LogRecorder()
  let group = SharedGroup()
  var unavailableSources: [String] = []
  /// The file, where it is in no storage.
  var content: [UInt8]?
  /// The methods that are called by REST.
  var calls: CallServing?
  var documents: APIDocuments?
  var audit: DownloadAudit?

  init(bytes: Int64 = 1000, reader: (any ArtifactReader)? = nil) {
    artifact.bytes = bytes
    self.reader = reader ?? TestReader(byteCount: bytes)
    artifacts = MemoryArtifacts([artifact.path: self.reader])
  }

  static func key(_ number: UInt8) -> SigningKey {
    guard let key = SigningKey(secret: .init(repeating: number, count: SigningKey.bytesMin)) else {
      preconditionFailure("The secret is long enough.")
    }
    return key
  }

  func signer(_ key: SigningKey? = nil, lifetime: Duration = .seconds(900)) -> DownloadSigner {
    DownloadSigner(
      key: key ?? self.key, formerKeys: formerKeys, lifetime: lifetime, clock: clock
    ) { "" }
  }

  /// The path and query of a good URL.
  var target: String { target(domain: Gateway.domain) }

  func target(domain: String, report: String = Gateway.report, format: String = "csv") -> String {
    signer().url(domainID: domain, reportID: report, format: ReportFormat(rawValue: format))
  }

  /// A server that does not listen yet.
  func makeServer(budget: ServerBudget = ServerBudget(bytesMax: .max)) -> HTTPServer {
    let (artifact, name, content, isServing) = (artifact, name, content, isServing)
    let sources = unavailableSources
    return HTTPServer(
      configuration: configuration, signer: signer(),
      artifacts: ArtifactStoreMap(local: artifacts), logger: log.logger,
      budget: budget, audit: audit, calls: calls, documents: documents, isServing: { isServing },
      unavailableSources: { sources }, manifestKeys: { #"{"keys":[{"kty":"OKP"}]}"# }
    ) { domainID, reportID, format in
      guard domainID == Gateway.domain, reportID == Gateway.report, format == artifact.format
      else { return nil }
      return DownloadableArtifact(
        artifact: artifact, storageID: Storage.local.storageID, name: name, content: content)
    }
  }

  /// Starts the server, runs the body and stops the server in order.
  func run(_ body: @Sendable (Gateway) async throws -> Void) async throws {
    let server = makeServer()
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let service = server.makeService { port in continuation.yield(port) }
    let serviceGroup = ServiceGroup(
      configuration: .init(services: [.init(service: service)], logger: log.logger))
    group.set(serviceGroup)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask {
        defer { continuation.finish() }
        try await serviceGroup.run()
      }
      if let port = await ports.first(where: { _ in true }) {
        var running = self
        running.port = port
        let result = await Result { try await body(running) }
        await serviceGroup.triggerGracefulShutdown()
        try await tasks.waitForAll()
        try result.get()
      }
      try await tasks.waitForAll()
    }
  }

  /// One exchange on a connection of its own.
  func exchange(_ request: RawRequest) async throws -> Answer {
    let port = port
    return try await blocking { try RawConnection(port: port).exchange(request) }
  }

  func get(_ target: String? = nil, _ headers: String...) async throws -> Answer {
    try await exchange(RawRequest(target: target ?? self.target, headers: headers))
  }
}

extension Result where Failure == any Error {
  /// What an asynchronous body gives or throws.
  init(_ body: () async throws -> Success) async {
    do {
      self = .success(try await body())
    } catch {
      self = .failure(error)
    }
  }
}
