internal import ArtifactStores
internal import Authentication
private import Crypto
internal import DocumentRenderer
internal import GRPCGateway
internal import KafkaAudit
package import Logging
internal import ManifestSigning
internal import RESTGateway
internal import RPCCore
internal import RPCServing
internal import Renderers
internal import ReportAPI
internal import ReportCore
internal import ReportService
internal import SQLiteStore
internal import SailPointGateway
internal import ServiceLifecycle
private import Synchronization
internal import TTRPC
internal import Texts
package import Tracing
package import UnixSignals

/// The whole server: the one place that chooses which adapter stands behind which port.
package final class ReportServer: Sendable {
  package let templates: TemplateSet
  private let configuration: ServerConfiguration
  private let logger: Logger
  private let folder: DataFolder
  let store: SQLiteStore
  private let artifacts: ArtifactStoreMap
  let engine: ReportEngine
  /// Write down who did what.
  let auditor: Auditor
  private let downloadAudit: DownloadAudit
  /// Hands the audit to Kafka; nil: there is none.
  private let forwarder: OutboxForwarder?
  private let signer: DownloadSigner
  private let manifestKeys: ManifestKeyHolder
  let ports: UseCasePorts
  let router: Router
  /// Counts the calls that come through it; nil: nobody does.
  let rateGate: RateGate?
  private let sailPoint: SailPointCalls
  /// Where HTTP listens, for the URLs; empty before it does.
  private let httpAddress: HTTPAddress
  private let health: StoreHealth
  private let metrics: ServerMetrics
  /// nil: callers are not asked who they are.
  private let tokenCheck: TokenCheck?
  /// nil: this server gives no tokens.
  private let oauth: OAuthService?
  /// nil: connections are not encrypted.
  private let tlsCheck: TLSCheck?
  private let ready = Latch<ServerAddresses>()
  private let group = Mutex<ServiceGroup?>(nil)

  /// Opens everything but the listeners.
  ///
  /// - Parameters:
  ///   - input: what a reload reads the configuration from; nil: it stays as it is.
  ///   - tracer: gets the spans of calls and runs; nil: the one that was bootstrapped, or else the log
  ///     where it has room for them.
  ///   - sourcePatience: how long a source may say nothing at the start and when it is looked at again.
  /// - Throws: `Problems` for what a person can mend, `StoreError` or `ReportFailure` for the rest.
  package init(
    _ configuration: ServerConfiguration, reread input: ConfigurationInput? = nil,
    tracer: (any Tracer)? = nil, sourcePatience: Duration = .seconds(1), logger: Logger
  ) async throws {
    self.configuration = configuration
    self.logger = logger
    let tracer = tracer ?? Self.standardTracer(logger)
    folder = try DataFolder(configuration.data)
    do {
      (tokenCheck, oauth) = try await Self.makeTokenCheck(configuration, folder, logger)
      tlsCheck = try configuration.tls.map { (files) throws(Problems) in
        try TLSCheck(
          files, clients: configuration.clients, clock: SystemClock(), logger: logger)
      }
      let texts: [any Renderer] = [CSVRenderer(), JSONRenderer(), JSONLinesRenderer()]
      let renderers =
        texts + [XLSXRenderer(), PDFRenderer()] + texts.flatMap(CompressedRenderer.all)
      templates = try await TemplateSet(
        configuration, reread: input, renderers: renderers, patience: sourcePatience,
        logger: logger)
      store = try SQLiteStore(
        path: folder.databasePath, limits: configuration.store,
        outbox: configuration.kafka?.outbox)
      health = StoreHealth { [store] in
        _ = try await store.storage(Storage.local.storageID, in: Storage.local.domainID)
      }
      metrics = ServerMetrics(
        store, clock: SystemClock(), forwards: configuration.kafka != nil, tracer: tracer)
      artifacts = ArtifactStoreMap(
        local: try LocalArtifactStore(directory: folder.artifactsPath))
      httpAddress = HTTPAddress()
      signer = try Self.makeSigner(configuration, folder, httpAddress)
      manifestKeys = ManifestKeyHolder(try folder.manifestKeys.keys())
      let cache = EncodedReportCache(bytesMax: configuration.limits[.cacheBytes])
      let catalog = templates.catalog
      let runs = metrics.runs
      let retention: @Sendable () -> Retention = { configuration.retention(catalog.templates) }
      let vault = PasswordVault(reportsMax: configuration.limits[.passwordReports])
      engine = ReportEngine(
        configuration: configuration.engine, store: metrics.store, artifacts: artifacts,
        catalog: tracer.map { TracedCatalog(base: catalog, tracer: $0) } ?? catalog,
        renderers: renderers, retention: retention,
        onRemoval: { cache.remove(domainID: $0.domainID.text, reportID: $0.reportID.text) },
        observer: tracer.map { RunTracing(tracer: $0, inner: runs) } ?? runs,
        manifests: ManifestMaker(
          signer: manifestKeys, engineVersion: ReportwireVersion.number),
        vault: vault, logger: logger)
      ports = Self.makePorts(
        configuration, store: metrics.store, engine: engine, templates: templates,
        artifacts: artifacts,
        signer: signer, renderers: renderers, retention: retention, vault: vault,
        limitReached: { [limits = metrics.limits] in limits.reached($0) })
      auditor = Auditor(sink: metrics.store, logger: logger)
      downloadAudit = DownloadAudit(auditor)
      forwarder = try Self.makeForwarder(configuration, metrics, logger)
      let interceptors: [any Interceptor] =
        [CallLog(logger: logger), metrics.calls]
        + (tracer.map { [CallTracing(tracer: $0)] } ?? [])
        + (tokenCheck.map { [$0.authenticator] } ?? [])
      let recorder = CallAudit(auditor)
      rateGate = configuration.gate(configuration.rates.calls)
      func around(_ gate: RateGate?) -> Router {
        Router(
          files: ReportServices.files,
          interceptors: interceptors + (gate.map { [$0] } ?? []), recorder: recorder,
          metadataBytesMax: configuration.limits[.metadataBytes])
      }
      var router = around(rateGate)
      ReportServices(
        ReportServiceEnvironment(ports: ports, cache: cache, version: ReportwireVersion.number)
      ).register(into: &router)
      self.router = router
      sailPoint = SailPointCalls(
        around(configuration.gate(configuration.rates.sailPoint)), ports: ports)
    } catch {
      folder.release()
      throw error
    }
  }

  /// Serves until a signal or `stop()`, then ends in order.
  ///
  /// - Parameter signals: those that stop it; SIGHUP, which reads the templates again, is looked at
  ///   only if there are any.
  package func run(stopOn signals: [UnixSignal]) async throws {
    var services: [any Service] = [
      Serving(
        doors: doors, engine: engine,
        audit: { [auditor, downloadAudit] in
          async let downloads: Void = downloadAudit.run()
          await auditor.run()
          await downloads
        },
        forward: { [forwarder] in await forwarder?.run() }, store: store),
      SourceWatch(catalog: templates.catalog),
    ]
    if let tokenCheck { services.append(tokenCheck) }
    if let oauth { services.append(oauth) }
    if let tlsCheck { services.append(tlsCheck) }
    if !signals.isEmpty {
      services.append(
        TemplateReloader { [self] in
          await templates.reload()
          changeKey()
          changeManifestKey()
        })
    }
    var configuration = ServiceGroupConfiguration(
      services: services, gracefulShutdownSignals: signals, logger: quiet)
    configuration.maximumCancellationDuration = .seconds(30)
    let group = ServiceGroup(configuration: configuration)
    self.group.withLock { $0 = group }
    defer {
      metrics.unwatch()
      if let path = self.configuration.readyFile { ReadyFile.remove(path) }
      folder.release()
    }
    do {
      try await group.run()
    } catch {
      ready.resolve(.failure(error))
      throw error
    }
    ready.resolve(.failure(CancellationError()))
    logger.notice("stopped")
  }

  /// Waits until every listener accepts.
  package func addresses() async throws -> ServerAddresses {
    try await ready.value()
  }

  /// Ends `run` as a signal would.
  package func stop() async {
    await group.withLock { $0 }?.triggerGracefulShutdown()
  }

  /// The group's own words are for those who look for its faults.
  private var quiet: Logger {
    var logger = logger
    logger.logLevel = max(logger.logLevel, .warning)
    return logger
  }
}

// MARK: - Parts

extension ReportServer {
  /// The ways in. Another one is another line.
  var doors: Doors {
    let budget = ServerBudget(
      bytesMax: configuration.limits[.serverBytes], meter: metrics.calls)
    let serving = CallServing(
      router: router, limits: configuration.serving, budget: budget, meter: metrics.calls)
    let (host, port) = (configuration.listenTTRPC.host, configuration.listenTTRPC.port)
    var doors: [any Door] = [
      ttrpcDoor("ttrpc", .tcp(host: host, port: port), serving, security: tlsCheck?.calls)
    ]
    if let path = configuration.listenTTRPCUnix {
      doors.append(ttrpcDoor("ttrpc_unix", .unix(path: path), serving))
    }
    // Its answers may be longer, and its connections are counted by themselves.
    let grpcHealth = HealthService(services: router.services.map(\.name)) { [health] in
      await health.answers()
    }
    var grpcRouter = router
    grpcHealth.register(into: &grpcRouter)
    let calls = CallServing(
      router: grpcRouter, limits: configuration.grpcServing, budget: budget, meter: metrics.calls)
    let grpc = ListenTarget.tcp(
      host: configuration.listenGRPC.host, port: configuration.listenGRPC.port)
    doors.append(grpcDoor("grpc", grpc, calls, grpcHealth, security: tlsCheck?.grpc))
    if let path = configuration.listenGRPCUnix {
      doors.append(grpcDoor("grpc_unix", .unix(path: path), calls, grpcHealth))
    }
    doors.append(HTTPDoor(http(budget, serving), logger: logger))
    metrics.watch(doors, budget)
    return Doors(
      doors: doors, drain: .seconds(configuration.limits[.drainSeconds]),
      bound: { [httpAddress, configuration] addresses in
        guard let address = addresses["http"] else { return }
        httpAddress.set(
          address, isWildcard: configuration.listenHTTP.isWildcard,
          isSecure: configuration.tls != nil)
      },
      ready: { [self] addresses in try announce(addresses) })
  }

  private func ttrpcDoor(
    _ name: String, _ address: TTRPCAddress, _ serving: CallServing,
    security: (any ConnectionSecurity)? = nil
  ) -> TTRPCDoor {
    TTRPCDoor(
      name, address,
      server: TTRPCServer(
        serving: serving, limits: configuration.ttrpc, security: security, logger: logger))
  }

  private func grpcDoor(
    _ name: String, _ target: ListenTarget, _ serving: CallServing, _ health: HealthService,
    security: (any ConnectionSecurity)? = nil
  ) -> GRPCDoor {
    GRPCDoor(
      name, target,
      server: GRPCServer(
        serving: serving, limits: configuration.grpc, security: security, logger: logger),
      health: health)
  }

  private func http(_ budget: ServerBudget, _ serving: CallServing) -> HTTPServer {
    HTTPServer(
      configuration: configuration.http, security: tlsCheck?.http, signer: signer,
      artifacts: artifacts, logger: logger, budget: budget, audit: downloadAudit, calls: serving,
      documents: APIDocuments(
        router, comments: ProtoComments.all, version: ReportwireVersion.number),
      mounts: [SailPointRoutes(sailPoint, resolver: resolver)] + (oauth.map { [$0.route] } ?? []),
      metrics: metrics.source(
        admit: MetricsAccess(
          isOpen: configuration.isMetricsOpen, secret: configuration.metricsToken,
          authenticator: tokenCheck?.authenticator, logger: logger
        ).admit),
      downloaded: { [metrics] in metrics.downloaded(status: $0, bytes: $1) },
      isServing: { [health] in
        // A connection that stays may ask after the stop has begun.
        if Task.isShuttingDownGracefully { return false }
        return await health.answers()
      },
      unavailableSources: { [templates] in templates.catalog.unavailableSources },
      manifestKeys: { [manifestKeys] in manifestKeys.keySet },
      resolver: resolver)
  }

  private func announce(_ addresses: ServerAddresses) throws {
    for warning in configuration.warnings + folder.warnings { logger.warning("\(warning)") }
    if configuration.listenHTTP.isWildcard, configuration.publicURL == nil {
      logger.warning("download URLs begin with this machine's name; set public_url to change that")
    }
    if let path = configuration.readyFile {
      try ReadyFile.write(addresses.members.map { ($0.name, $0.address) }, to: path)
    }
    var metadata: Logger.Metadata = [
      "version": .string(ReportwireVersion.number), "data": .string(folder.path),
      "templates": .stringConvertible(templates.catalog.templates.count),
    ]
    for member in addresses.members { metadata[member.name] = .string(member.address) }
    logger.notice("ready", metadata: metadata)
    ready.resolve(.success(addresses))
  }

  /// Whoever has a signed URL calls for the domain that it names.
  private var resolver: DownloadResolver {
    { [ports] domainID, reportID, format in
      let caller = try ReportCaller(domainID: domainID, limits: ports.limits)
      let file = try await DownloadReport(ports).file(of: reportID, format: format, for: caller)
      return file.map {
        DownloadableArtifact(
          artifact: $0.artifact, storageID: $0.storageID, name: $0.name, content: $0.content)
      }
    }
  }

  /// nil: spans would come to nobody, so none are made.
  private static func standardTracer(_ logger: Logger) -> (any Tracer)? {
    if !(InstrumentationSystem.tracer is NoOpTracer) { return InstrumentationSystem.tracer }
    return logger.logLevel <= .debug ? LogTracer(logger: logger) : nil
  }

  private static func makeTokenCheck(
    _ configuration: ServerConfiguration, _ folder: DataFolder, _ logger: Logger
  ) async throws -> (TokenCheck?, OAuthService?) {
    guard let tokens = configuration.tokens else { return (nil, nil) }
    guard let oauth = configuration.oauth else {
      return (try await TokenCheck(tokens, clock: SystemClock(), logger: logger), nil)
    }
    let key = try await OAuthService.key(in: folder)
    let service = try OAuthService(
      oauth, rules: tokens.rules, key: key, clock: SystemClock(), logger: logger)
    let check = try await TokenCheck(
      tokens, own: [key.tokenKey], clients: service.clients, clock: SystemClock(), logger: logger)
    return (check, service)
  }

  /// nil: the audit stays in the store.
  private static func makeForwarder(
    _ configuration: ServerConfiguration, _ metrics: ServerMetrics, _ logger: Logger
  ) throws(Problems) -> OutboxForwarder? {
    guard let kafka = configuration.kafka, let meter = metrics.forwarding else { return nil }
    let settings = try kafka.completed()
    do {
      return try OutboxForwarder(
        metrics.store, to: settings,
        isOnlyOwner: configuration.engine.isOnlyWorker, meter: meter, logger: logger)
    } catch {
      throw Problems("audit.kafka", "\(error)")
    }
  }

  private static func makeSigner(
    _ configuration: ServerConfiguration, _ folder: DataFolder, _ httpAddress: HTTPAddress
  ) throws -> DownloadSigner {
    let (key, formerKeys) = try configuration.signingKeys(in: folder)
    return DownloadSigner(
      key: key, formerKeys: formerKeys,
      lifetime: .seconds(configuration.downloadExpirySeconds), clock: SystemClock(),
      publicURL: { configuration.publicURL ?? httpAddress.url })
  }

  /// Takes up the signing key that somebody laid into the data folder. If anything is wrong, it is
  /// logged and the keys stay.
  private func changeKey() {
    guard configuration.downloadKey == nil, folder.signingKeys.hasNext else { return }
    do throws(Problems) {
      let (key, former) = try configuration.signingKeys(in: folder)
      signer.change(to: key, formerKeys: former)
      logger.notice("download URLs are signed with a new key")
    } catch {
      logger.error("signing key not changed", error)
    }
  }

  /// The same of the key that signs manifests.
  private func changeManifestKey() {
    guard folder.manifestKeys.hasNext else { return }
    do throws(Problems) {
      manifestKeys.change(to: try folder.manifestKeys.keys())
      logger.notice("manifests are signed with a new key")
    } catch {
      logger.error("manifest key not changed", error)
    }
  }

  private static func makePorts(
    _ configuration: ServerConfiguration, store: any ReportStore, engine: ReportEngine,
    templates: TemplateSet, artifacts: ArtifactStoreMap, signer: DownloadSigner,
    renderers: [any Renderer], retention: @escaping @Sendable () -> Retention,
    vault: PasswordVault, limitReached: @escaping @Sendable (String) -> Void
  ) -> UseCasePorts {
    let lifetime = Duration.seconds(configuration.downloadExpirySeconds)
    return UseCasePorts(
      store: store, catalog: templates.catalog, engine: engine, renderers: renderers,
      downloadURL: { report, artifact, name throws(ReportFailure) in
        // A manifest is in no storage.
        if artifact.format != .manifest {
          let store = try artifacts.store(of: report.storageID)
          let url = try await store.downloadURL(of: artifact, fileName: name, goodFor: lifetime)
          if let url { return url }
        }
        return signer.url(
          domainID: report.domainID, reportID: report.reportID, format: artifact.format)
      },
      digest: { Hex.text(of: SHA256.hash(data: $0)) },
      clock: SystemClock(), limits: configuration.useCases,
      remove: { try await engine.remove($0, audit: $1) }, retention: retention,
      vault: vault, limitReached: limitReached)
  }
}
