internal import GRPCGateway
internal import KafkaAudit
internal import RESTGateway
internal import RPCCore
internal import RPCServing
internal import ReportCore
internal import TTRPC

/// What the settings mean to each part of the server.
extension ServerConfiguration {
  var engine: EngineConfiguration {
    EngineConfiguration(
      parallelRuns: limits[.parallelRuns], runningPerDomainMax: runsPerDomain,
      leaseSeconds: Int64(limits[.leaseSeconds]),
      heartbeatSeconds: Int64(max(limits[.leaseSeconds] / 6, 1)), attemptsMax: limits[.attempts],
      // The lock of the data folder keeps every other server out.
      isOnlyWorker: true, auditKeepDays: auditKeepDays,
      sweepSeconds: Int64(limits[.sweepSeconds]), drainSeconds: Int64(limits[.drainSeconds]),
      cellBytesMax: limits[.cellBytes], runBytesMax: limits[.runBytes])
  }

  /// So that one domain's slow reports never hold up the others' all.
  private var runsPerDomain: Int {
    limits[.runsPerDomain] == 0 ? max(1, limits[.parallelRuns] / 2) : limits[.runsPerDomain]
  }

  var store: StoreLimits {
    StoreLimits(
      waitingPerDomainMax: limits[.waitingPerDomain],
      keptReportsPerDomainMax: limits[.keptReportsPerDomain],
      keptBytesPerDomainMax: Int64(limits[.keptBytesPerDomain]),
      querySeconds: limits[.querySeconds], queryStepsMax: limits[.querySteps],
      queriesMax: limits[.queries], pendingCreatesPerDomainMax: limits[.unwrittenPerDomain],
      pendingBytesPerDomainMax: limits[.unwrittenBytesPerDomain], domainState: domainState)
  }

  /// - Parameter templates: those in force.
  func retention(_ templates: [Template]) -> Retention {
    var retention = Retention(
      domainDays: domainRetentionDays,
      days: limits[.retentionDays] == 0 ? nil : limits[.retentionDays])
    for template in templates {
      guard let days = template.retentionDays else { continue }
      retention.templateDays[template.templateID.exact] = days
    }
    return retention
  }

  var ttrpc: TTRPCLimits {
    var limits = TTRPCLimits()
    limits.frameBytesMax = self.limits[.messageBytes]
    return limits
  }

  /// What calls and connections may cost, whatever door they come through.
  var serving: ServingLimits {
    var serving = ServingLimits()
    serving.connectionsMax = limits[.connections]
    serving.connectionsPerPeerMax = connectionsPerPeer(of: limits[.connections])
    serving.callsInFlightMax = limits[.callsPerConnection]
    serving.connectionBytesMax = limits[.connectionBytes]
    serving.serverBytesMax = limits[.serverBytes]
    serving.answerBytesMax = limits[.messageBytes]
    serving.halfFrameMilliseconds = limits[.halfFrameSeconds] * 1000
    serving.idleMilliseconds = limits[.idleSeconds] * 1000
    serving.keepaliveMilliseconds = limits[.keepaliveSeconds] * 1000
    serving.connectionAgeMilliseconds = limits[.connectionAgeSeconds] * 1000
    return serving
  }

  /// A quarter, unless the setting says a number.
  private func connectionsPerPeer(of connections: Int) -> Int {
    let number = limits[.connectionsPerPeer]
    return number > 0 ? min(number, connections) : max(connections / 4, 1)
  }

  var grpc: GRPCLimits {
    var limits = GRPCLimits()
    limits.messageBytesMax = self.limits[.messageBytes]
    // The metadata itself is bounded by the router.
    limits.headerBytesMax = max(2 * self.limits[.metadataBytes], 16_384)
    return limits
  }

  /// The same as for ttrpc, but for the length of answers: gRPC's clients list without paging.
  var grpcServing: ServingLimits {
    var limits = serving
    limits.answerBytesMax = self.limits[.grpcAnswerBytes]
    return limits
  }

  var http: HTTPServerConfiguration {
    var http = HTTPServerConfiguration(host: listenHTTP.host, port: listenHTTP.port)
    http.connectionsPerPeerMax = connectionsPerPeer(of: http.connectionsMax)
    http.requestBodyBytesMax = limits[.messageBytes]
    http.requestTimeout = .seconds(limits[.halfFrameSeconds])
    return http
  }

  var useCases: UseCaseLimits {
    UseCaseLimits(
      idBytesMax: limits[.idBytes], optionsBytesMax: limits[.optionsBytes],
      listItemsMax: limits[.optionItems], listRowsMax: limits[.listRows],
      downloadURLWait: .seconds(limits[.downloadURLWaitSeconds]),
      preview: PreviewLimits(
        rowsMax: limits[.previewRows], timeMax: .seconds(limits[.previewSeconds]),
        bytesMax: limits[.previewBytes], parallelMax: limits[.previews],
        cellBytesMax: limits[.cellBytes], runBytesMax: limits[.runBytes]))
  }

  /// What refuses the calls of which somebody makes too many; nil where any number may be made, so that
  /// nothing is counted then.
  ///
  /// - Parameter limit: of the methods that have none of their own.
  func gate(_ limit: RateLimit?) -> RateGate? {
    guard limit != nil || !rates.methods.isEmpty else { return nil }
    let clock = SystemClock()
    return RateGate(
      RateLimiter(now: { clock.monotonic.nanoseconds }), standard: limit,
      methods: rates.methods.map { ($0.name, $0.limit) })
  }

  /// The key that signs download URLs, and those that did: of the configuration, or of the data folder.
  func signingKeys(
    in folder: DataFolder
  ) throws(Problems) -> (key: SigningKey, former: [DownloadSigner.FormerKey]) {
    func key(_ secret: [UInt8], _ setting: Setting) throws(Problems) -> SigningKey {
      guard let key = SigningKey(secret: secret) else {
        throw Problems(setting.path, "the key is too short")
      }
      return key
    }
    var former = try downloadFormerKeys.map { (text) throws(Problems) in
      DownloadSigner.FormerKey(try key(Array(text.utf8), .downloadFormerKeys))
    }
    if let text = downloadKey {
      return (try key(Array(text.utf8), .downloadKey), former)
    }
    let keys = try folder.signingKeys.keys(at: SystemClock().now)
    former += try keys.former.map { (old) throws(Problems) in
      DownloadSigner.FormerKey(try key(old.secret, .downloadFormerKeys), until: old.until)
    }
    return (try key(keys.current, .downloadKey), former)
  }
}

extension ServerConfiguration.Kafka {
  private static let passwordBytesMax = 4096

  /// The settings with the password of the file, if there is one.
  func completed() throws(Problems) -> KafkaSettings {
    guard let passwordFile else { return settings }
    let text = try TextFile.read(passwordFile, bytesMax: Self.passwordBytesMax)
    if TextFile.isReadableByOthers(passwordFile) {
      throw Problems(
        passwordFile,
        "it holds a password, and others may read it; take their access away: chmod 600 "
          + passwordFile)
    }
    let password = text.prefix { !$0.isNewline }
    guard !password.isEmpty else {
      throw Problems(passwordFile, "its first line is empty; the password stands there")
    }
    var settings = settings
    settings.credentials?.password = String(password)
    return settings
  }
}
