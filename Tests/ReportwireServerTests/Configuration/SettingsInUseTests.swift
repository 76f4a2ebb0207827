import GRPCGateway
import KafkaAudit
import RESTGateway
import RPCCore
import RPCServing
import ReportService
import SQLiteStore
import Testing

@testable import ReportCore
@testable import ReportwireServer
@testable import TTRPC

/// Settings that are read and printed, but that nobody listens to, look as if they worked.
@Suite(.timeLimit(.minutes(5))) struct SettingsInUseTests {
  /// Every limit, with a number of its own.
  private static let limits = [
    "limits.message_bytes": 1101, "limits.grpc_answer_bytes": 1133, "limits.connections": 1102,
    "limits.calls_per_connection": 1103, "limits.idle_seconds": 1104, "limits.list_rows": 1105,
    "limits.cache_bytes": 1106, "limits.parallel_runs": 107, "limits.runs_per_domain": 108,
    "limits.lease_seconds": 1109, "limits.attempts": 10, "limits.sweep_seconds": 1111,
    "limits.drain_seconds": 1112, "limits.download_url_wait_seconds": 1113,
    "limits.id_bytes": 114, "limits.metadata_bytes": 1115, "limits.options_bytes": 1116,
    "limits.option_items": 1117,
    "limits.connections_per_peer": 1001, "limits.connection_bytes": 111_400,
    "limits.server_bytes": 111_500_000, "limits.half_frame_seconds": 1118,
    "limits.keepalive_seconds": 1134, "limits.connection_age_seconds": 1135,
    "limits.query_seconds": 1124, "limits.query_steps": 1125, "limits.queries": 26,
    "limits.waiting_per_domain": 1127, "limits.kept_reports_per_domain": 1128,
    "limits.kept_bytes_per_domain": 1129, "limits.retention_days": 1130,
    "limits.unwritten_per_domain": 1131, "limits.unwritten_bytes_per_domain": 1_132_000,
    "limits.preview_rows": 136, "limits.preview_bytes": 1137, "limits.preview_seconds": 1138,
    "limits.previews": 39, "limits.password_reports": 1140,
    "limits.cell_bytes": 1114, "limits.run_bytes": 8_388_611,
  ]

  @Test func everyLimitArrivesWhereItWorks() async throws {
    #expect(Set(Self.limits.keys) == Set(Limit.allCases.map(\.setting.path)))
    #expect(Set(Self.limits.values).count == Self.limits.count)
    let folder = try TestServer.makeFolder()
    let input = TestServer.input(folder, Self.limits.mapValues(String.init))
    let configuration = try ConfigurationReader.read(input)
    let server = try await ReportServer(configuration, logger: .silent)

    let engine = server.engine.configuration
    #expect(engine.parallelRuns == 107)
    #expect(engine.runningPerDomainMax == 108)
    #expect(engine.leaseSeconds == 1109)
    #expect(engine.heartbeatSeconds == 184)
    #expect(engine.attemptsMax == 10)
    #expect(engine.sweepSeconds == 1111)
    #expect(engine.drainSeconds == 1112)
    #expect(engine.cellBytesMax == 1114)
    #expect(engine.runBytesMax == 8_388_611)

    let doors = server.doors
    #expect(doors.drain == .seconds(1112))
    let ttrpc = try #require(doors.doors.first as? TTRPCDoor).server
    #expect(ttrpc.limits.frameBytesMax == 1101)
    #expect(ttrpc.serving.limits.answerBytesMax == 1101)
    #expect(ttrpc.serving.limits.connectionsMax == 1102)
    #expect(ttrpc.serving.limits.connectionsPerPeerMax == 1001)
    #expect(ttrpc.serving.limits.callsInFlightMax == 1103)
    #expect(ttrpc.serving.limits.idleMilliseconds == 1_104_000)
    #expect(ttrpc.serving.limits.connectionBytesMax == 111_400)
    #expect(ttrpc.serving.limits.serverBytesMax == 111_500_000)
    #expect(ttrpc.serving.limits.halfFrameMilliseconds == 1_118_000)
    #expect(ttrpc.serving.limits.keepaliveMilliseconds == 1_134_000)
    #expect(ttrpc.serving.limits.connectionAgeMilliseconds == 1_135_000)
    #expect(configuration.http.requestTimeout == .seconds(1118))
    #expect(configuration.http.connectionsPerPeerMax == 1001)

    let grpc = try #require(doors.doors.first { $0.name == "grpc" } as? GRPCDoor).server
    #expect(grpc.limits.messageBytesMax == 1101)
    #expect(grpc.serving.limits.answerBytesMax == 1133)
    #expect(grpc.serving.limits.connectionsMax == 1102)
    let store = server.store.limits
    #expect(store.querySeconds == 1124)
    #expect(store.queryStepsMax == 1125)
    #expect(store.queriesMax == 26)
    #expect(store.waitingPerDomainMax == 1127)
    #expect(store.keptReportsPerDomainMax == 1128)
    #expect(store.keptBytesPerDomainMax == 1129)
    #expect(store.pendingCreatesPerDomainMax == 1131)
    #expect(store.pendingBytesPerDomainMax == 1_132_000)
    #expect(server.engine.retention() == Retention(days: 1130))

    #expect(server.ports.limits.listRowsMax == 1105)
    #expect(configuration.limits[.cacheBytes] == 1106)
    #expect(server.ports.limits.downloadURLWait == .seconds(1113))
    #expect(server.ports.limits.idBytesMax == 114)
    #expect(
      server.ports.limits.preview
        == PreviewLimits(
          rowsMax: 136, timeMax: .seconds(1138), bytesMax: 1137, parallelMax: 39,
          cellBytesMax: 1114, runBytesMax: 8_388_611))
    #expect(server.ports.vault.reportsMax == 1140)
    #expect(server.router.metadataBytesMax == 1115)
    #expect(server.ports.limits.optionsBytesMax == 1116)
    #expect(server.ports.limits.listItemsMax == 1117)
  }

  @Test func whatKafkaGetsIsDecidedByTheStoreAndHowByTheSettings() async throws {
    let folder = try TestServer.makeFolder()
    let input = TestServer.input(
      folder,
      [
        "audit.kafka.brokers": "127.0.0.1:9", "audit.kafka.topic": "t",
        "audit.kafka.events": "auditable", "audit.kafka.backlog": "1139",
        "audit.kafka.delivery_seconds": "140", "audit.kafka.client_id": "c",
      ])
    let configuration = try ConfigurationReader.read(input)
    let server = try await ReportServer(configuration, logger: .silent)
    #expect(server.store.outbox == OutboxRules(selection: .auditable, messagesMax: 1139))
    #expect(
      configuration.kafka?.settings
        == KafkaSettings(
          brokers: "127.0.0.1:9", topic: "t", clientID: "c", deliverySeconds: 140))
    // Files that are not there stop the start, and not the first event.
    let broken = TestServer.input(
      try TestServer.makeFolder(),
      [
        "audit.kafka.brokers": "127.0.0.1:9", "audit.kafka.security_protocol": "ssl",
        "audit.kafka.ca": "/nowhere/ca.pem",
      ])
    let problems = await #expect(throws: Problems.self) {
      _ = try await ReportServer(try ConfigurationReader.read(broken), logger: .silent)
    }
    #expect(problems?.all.first?.reason.contains("ssl.ca.location") == true)
  }

  @Test func aDomainRunsHalfOfTheReportsUnlessSomebodySaysOtherwise() throws {
    let folder = try TemporaryFolder()
    for (runs, ofDomain, result) in [
      ("4", "0", 2), ("5", "0", 2), ("1", "0", 1), ("4", "4", 4), ("4", "1", 1),
    ] {
      let input = TestServer.input(
        folder, ["limits.parallel_runs": runs, "limits.runs_per_domain": ofDomain])
      #expect(try ConfigurationReader.read(input).engine.runningPerDomainMax == result)
    }
  }

  @Test func twoHeartbeatsMayGetLostWithEveryLease() throws {
    let folder = try TemporaryFolder()
    for lease in [3, 4, 5, 6, 7, 11, 12, 30, 100, 3600] {
      let input = TestServer.input(folder, ["limits.lease_seconds": "\(lease)"])
      let engine = try ConfigurationReader.read(input).engine
      #expect(engine.leaseSeconds == lease)
      #expect(engine.heartbeatSeconds >= 1 && engine.heartbeatSeconds * 3 <= lease, "\(lease)")
    }
  }

  @Test func theHTTPServerListensWhereItIsTold() throws {
    let folder = try TemporaryFolder()
    let input = TestServer.input(folder, ["listen.http": "127.0.0.2:1234"])
    let http = try ConfigurationReader.read(input).http
    #expect(http.host == "127.0.0.2")
    #expect(http.port == 1234)
  }
}
