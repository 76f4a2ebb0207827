import Foundation
import GRDB
import Logging
import ReportwireClient
import Tracing

@testable import ReportwireServer

/// A server in this process, on free ports, over a folder of its own.
final class TestServer: Sendable {
  let folder: TemporaryFolder
  let server: ReportServer
  let addresses: ServerAddresses
  let client: ReportwireClient
  private let running: Task<Void, any Error>

  /// Starts a server and waits until it accepts.
  init(
    _ folder: TemporaryFolder, flags: [String: String] = [:], tracer: (any Tracer)? = nil,
    logger: Logger = .silent
  ) async throws {
    self.folder = folder
    let input = Self.input(folder, flags)
    let server = try await ReportServer(
      try ConfigurationReader.read(input), reread: input,
      tracer: tracer,
      // A busy machine is no silent source.
      sourcePatience: .seconds(60), logger: logger)
    self.server = server
    running = Task { try await server.run(stopOn: []) }
    addresses = try await server.addresses()
    client = try ReportwireClient(address: addresses.ttrpc)
  }

  static func input(
    _ folder: TemporaryFolder, _ flags: [String: String] = [:]
  ) -> ConfigurationInput {
    var all = [
      "listen.ttrpc": "127.0.0.1:0", "listen.grpc": "127.0.0.1:0", "listen.http": "127.0.0.1:0",
    ]
    all.merge(flags) { $1 }
    return ConfigurationInput(flags: all, environment: [:], workingDirectory: folder.path)
  }

  /// Stops it and waits for the end.
  func stop() async throws {
    await client.close()
    await server.stop()
    try await running.value
  }

  /// A folder with a database, two templates and a configuration.
  static func makeFolder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let database = try DatabaseQueue(path: folder.path + "/numbers.db")
    try database.write { db in
      try db.execute(
        sql: """
          CREATE TABLE numbers (domain_id TEXT, value INTEGER);
          INSERT INTO numbers VALUES ('a', 1), ('a', 2), ('b', 3);
          """)
    }
    try database.close()
    try folder.write("reportwire.yaml", "data: data\nsources: {numbers: {sqlite: numbers.db}}\n")
    try folder.write(
      "templates/numbers.yaml",
      """
      name: numbers
      source: numbers
      sql: SELECT value FROM numbers WHERE domain_id = :domain_id ORDER BY value
      formats: [csv, json]
      """)
    try folder.write(
      "templates/series.yaml",
      """
      name: series
      source: numbers
      tenant: shared
      sql: |
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
        SELECT i FROM n
      parameters:
        count: {type: integer, required: true}
      limits: {rows: 1000000000}
      """)
    return folder
  }
}

extension ServerAddresses {
  /// That of the ttrpc door, or empty.
  var ttrpc: String { self["ttrpc"] ?? "" }
  /// That of the HTTP door, or empty.
  var http: String { self["http"] ?? "" }
}

extension Logger {
  /// Says nothing.
  static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
