import Foundation
import RPCCore
import ReportwireClient
import Testing

@Suite(.timeLimit(.minutes(5))) struct ServeTests {
  @Test func theConfigurationCanBePrinted() async throws {
    let place = try Workplace()
    var command = place.command
    command.environment["REPORTWIRE_LIMITS_ATTEMPTS"] = "7"
    let secret = String(repeating: "k", count: 40)
    let result = try await command("serve", "--print-config", "--download-key", secret)
    #expect(result.exit == 0)
    #expect(result.error.isEmpty)
    #expect(result.output.contains("lease_seconds: 3  # file, line 4"))
    #expect(result.output.contains("attempts: 7  # REPORTWIRE_LIMITS_ATTEMPTS"))
    #expect(result.output.contains("sales: {sqlite: \(place.path)/sales.db}"))
    #expect(!result.output.contains(secret))
    #expect(!place.exists("data"))
  }

  @Test func aStopRemovesTheReadyFileAndExitsWithZero() async throws {
    let place = try Workplace()
    for signal in [SIGTERM, SIGINT] {
      let server = try await ServerProcess([], folder: place.path)
      #expect(Set(server.addresses.keys) == ["ttrpc", "grpc", "http"])
      server.signal(signal)
      #expect(await server.exit() == 0)
      let left = try FileManager.default.contentsOfDirectory(atPath: place.path)
      #expect(!left.contains { $0.hasPrefix("ready-") }, "\(left)")
    }
  }

  @Test func aSecondServerOnTheSameDataIsRefused() async throws {
    let place = try Workplace()
    let server = try await ServerProcess([], folder: place.path)
    let result = try await place.command(
      "serve", "--listen-ttrpc", "127.0.0.1:0", "--listen-grpc", "127.0.0.1:0",
      "--listen-http", "127.0.0.1:0")
    #expect(result.exit == 1)
    #expect(
      result.error.contains(
        "another server (process \(server.process.processIdentifier)) works in this data folder"))
    #expect(await server.stop() == 0)
  }

  @Test(arguments: ["ttrpc", "http"])
  func anAddressInUseIsNamed(door: String) async throws {
    let place = try Workplace()
    let server = try await ServerProcess([], folder: place.path)
    let taken = server.addresses[door] ?? ""
    let result = try await place.command.run(
      ["serve", "--data", "./other"]
        + ["ttrpc", "grpc", "http"].flatMap {
          ["--listen-\($0)", $0 == door ? taken : "127.0.0.1:0"]
        })
    #expect(result.exit == 1)
    #expect(result.error.contains("Cannot listen on \(taken)"), "\(result.error)")
    #expect(await server.stop() == 0)
  }

  @Test func brokenTemplatesStopTheStartWithEveryProblem() async throws {
    let place = try Workplace()
    try place.write("templates/a.yaml", "name: a\nsource: sales\nsql: SELEC 1\ntenant: shared\n")
    try place.write("templates/b.yaml", "name: b\nsource: nowhere\nsql: SELECT 1\n")
    try place.write("templates/c.yaml", "name: c\nsorce: sales\nsql: SELECT 1\n")
    try place.write("templates/d.yaml", "name: d\nsource: sales\nsql: SELECT :x\ntenant: shared\n")
    try place.write(
      "templates/e.yaml", "name: e\nsource: sales\nsql: DELETE FROM sales\ntenant: shared\n")
    let result = try await place.command(
      "serve", "--listen-ttrpc", "127.0.0.1:0", "--listen-grpc", "127.0.0.1:0",
      "--listen-http", "127.0.0.1:0")
    #expect(result.exit == 1)
    for wanted in [
      "templates/a.yaml:3: sql: ", "templates/b.yaml:2: source: the configuration has no source",
      "templates/c.yaml:2: the template has no key 'sorce' (did you mean 'source'?)",
      "templates/d.yaml:3: sql: :x is not declared", "templates/e.yaml:3: sql: ",
    ] {
      #expect(result.error.contains(wanted), "\(wanted) in:\n\(result.error)")
    }
  }

  @Test func aHangupReadsTheTemplatesAgain() async throws {
    let place = try Workplace()
    let server = try await ServerProcess([], folder: place.path)
    let names = { () async throws -> String in
      try await place.command("templates", "--address", server.ttrpc).output
    }
    #expect(try await !names().contains("fresh"))

    try place.write(
      "templates/fresh.yaml", "name: fresh\nsource: sales\ntenant: shared\nsql: SELECT 1\n")
    server.signal(SIGHUP)
    #expect(await server.logLine(containing: "templates read again") != nil)
    #expect(try await names().contains("fresh"))

    try place.write("templates/fresh.yaml", "name: fresh\nsource: sales\nsql: SELECT 1\n")
    server.signal(SIGHUP)
    let line = await server.logLine(containing: "templates not read again")
    #expect(
      line?.contains("fresh.yaml:3: sql: it does not bind :domain_id") == true, "\(line ?? "")")
    #expect(try await names().contains("fresh"))

    try FileManager.default.removeItem(atPath: place.path + "/templates/fresh.yaml")
    server.signal(SIGHUP)
    #expect(await server.logLine(containing: "templates read again") != nil)
    #expect(try await !names().contains("fresh"))
    #expect(await server.stop() == 0)
  }

  @Test func aSourceThatIsAwayIsSaidByTheListOfTemplates() async throws {
    let place = try Workplace()
    try place.write(
      "templates/late.yaml", "name: late\nsource: late\ntenant: shared\nsql: SELECT 1\n")
    let server = try await ServerProcess(["--source", "late=late.db"], folder: place.path)
    let address = ["--address", server.ttrpc]
    let table = try await place.command.run(["templates"] + address)
    let rows = table.outputLines.filter { $0.contains("UNAVAILABLE") }
    #expect(rows.count == 1 && rows.first?.contains(" late ") == true, "\(table)")
    let one = try await place.command.run(["templates", "late"] + address)
    #expect(one.output.contains("The data source late cannot be read"), "\(one)")
    let created = try await place.command.run(["create", "--template", "late"] + address)
    #expect(created.exit == 1)
    #expect(created.error.contains("ERROR_SOURCE_UNAVAILABLE"), "\(created)")
    #expect(await server.stop() == 0)
  }

  @Test func everyCallIsOneLogLineWithoutSecrets() async throws {
    let place = try Workplace()
    let server = try await ServerProcess(["--log-format", "json"], folder: place.path)
    _ = try await place.command("get", "report-000000000000", "--address", server.ttrpc)
    let line = try #require(await server.logLine(containing: "\"message\":\"call\""))
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    #expect(object["method"] as? String == "spaceone.api.report.v1.Report/get")
    #expect(object["code"] as? String == "NOT_FOUND")
    #expect((object["peer"] as? String)?.hasPrefix("127.0.0.1:") == true)
    #expect(object["duration_us"] is Int)
    #expect(await server.stop() == 0)
  }

  @Test func aLogThatNobodyReadsStopsNoCallAndNoStop() async throws {
    let place = try Workplace()
    let server = try await ServerProcess([], folder: place.path, isLogStuck: true)
    let client = try ReportwireClient(address: server.ttrpc)
    // A line of each call is about 1.2 KB: more than the pipe holds and what may wait.
    let options = CallOptions(
      timeout: .seconds(60),
      metadata: ["transaction_id": String(repeating: "t", count: 1000)])
    for _ in 0..<2500 { _ = try await client.serverInfo.getVersion(options: options) }
    server.readLog()
    let loss = await server.logLine(containing: "log lines were lost")
    #expect(loss?.contains(" level=warning ") == true, "\(loss ?? "")")
    await client.close()
    #expect(await server.stop() == 0)

    let other = try await ServerProcess([], folder: place.path, isLogStuck: true)
    let another = try ReportwireClient(address: other.ttrpc)
    for _ in 0..<200 { _ = try await another.serverInfo.getVersion(options: options) }
    await another.close()
    #expect(await other.stop() == 0)
  }

  @Test func aKeyIsChangedUnderARunningServer() async throws {
    let place = try Workplace()
    let early = try await place.command("keys", "rotate")
    #expect(early.exit == 1)
    #expect(early.error.contains("there is no data folder"), "\(early)")

    let server = try await ServerProcess([], folder: place.path)
    var command = place.command
    command.environment["REPORTWIRE_ADDRESS"] = server.ttrpc
    let created = try await command("create", "--template", "sales", "--wait")
    let id = try #require(created.outputLines.first)
    func url() async throws -> String {
      let answer = try await command(
        "call", "Report/get_download_url", "--json", "{\"report_id\": \"\(id)\"}")
      let object = try JSONSerialization.jsonObject(with: Data(answer.output.utf8))
      return try #require((object as? [String: Any])?["download_url"] as? String)
    }
    func isGood(_ url: String) async throws -> Bool {
      do {
        _ = try await ArtifactDownload(url: url).read(restart: {}) { _ in }
        return true
      } catch {
        guard error.code == .permissionDenied else { throw error }
        return false
      }
    }
    let first = try await url()
    let rotated = try await place.command("keys", "rotate")
    #expect(rotated.exit == 0, "\(rotated)")
    #expect(rotated.output.contains("stay good"))
    let second = try await url()
    #expect(first.split(separator: "&")[1] != second.split(separator: "&")[1])
    #expect(try await isGood(first))
    #expect(try await isGood(second))

    let revoked = try await place.command("keys", "rotate", "--revoke")
    #expect(revoked.exit == 0, "\(revoked)")
    #expect(try await !isGood(first))
    #expect(try await !isGood(second))
    #expect(try await isGood(url()))
    #expect(await server.stop() == 0)

    let late = try await place.command("keys", "rotate")
    #expect(late.output.contains("no server works in \(place.path)/data"), "\(late)")
    let configured = try await place.command.run(
      [
        "keys", "rotate", "--config",
        try place.write(
          "key.yaml", "data: ./data\ndownload: {key: \(String(repeating: "k", count: 32))}\n"),
      ])
    #expect(configured.exit == 1)
    #expect(configured.error.contains("download.former_keys"), "\(configured)")
  }

  @Test(arguments: ["000", "777"])
  func whatItMakesIsForItsUserOnlyWhateverTheUmask(umask: String) async throws {
    let place = try Workplace()
    let server = try await ServerProcess(
      ["--listen-ttrpc-unix", place.path + "/socket"], folder: place.path, umask: umask)
    _ = try await place.command(
      "create", "--template", "sales", "--wait", "--address", server.ttrpc)
    let ready = try FileManager.default.contentsOfDirectory(atPath: place.path)
      .filter { $0.hasPrefix("ready-") }
    #expect(ready.count == 1)
    let paths = try FileManager.default.subpathsOfDirectory(atPath: place.path + "/data")
    for name in ["lock", "signing-key", "reportwire.db", "reportwire.db-wal", "reportwire.db-shm"] {
      #expect(paths.contains(name), "\(name)")
    }
    #expect(paths.contains { $0.hasSuffix(".csv") }, "\(paths)")
    for path in ["data", "socket"] + ready + paths.map({ "data/" + $0 }) {
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(place.path)/\(path)")
      let mode = try #require(attributes[.posixPermissions] as? Int)
      #expect(mode & 0o077 == 0, "\(path) has mode \(String(mode, radix: 8))")
      #expect(mode & 0o600 == 0o600, "\(path) has mode \(String(mode, radix: 8))")
    }
    #expect(await server.stop() == 0)
  }

  @Test func aUnixSocketSpeaksToo() async throws {
    let place = try Workplace()
    let socket = place.path + "/s"
    let server = try await ServerProcess(["--listen-ttrpc-unix", socket], folder: place.path)
    #expect(server.addresses["ttrpc_unix"] == "unix://\(socket)")
    let result = try await place.command("templates", "--address", "unix://\(socket)")
    #expect(result.exit == 0)
    #expect(await server.stop() == 0)
    #expect(!place.exists("s"))
  }
}
