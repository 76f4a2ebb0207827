import Foundation
import GRDB
import ProtobufWire
import RPCCore
import ReportAPI
import ReportCore
import ReportwireClient
import Testing

@testable import ReportwireServer

/// A server of whose sources one is away.
@Suite(.timeLimit(.minutes(5))) struct SourceOutageTests {
  /// The folder of other tests, and a second source that is not there, with a template.
  private func makeFolder(sql: String = "SELECT x FROM t") throws -> TemporaryFolder {
    let folder = try TestServer.makeFolder()
    try folder.write(
      "reportwire.yaml",
      "data: data\nsources: {numbers: {sqlite: numbers.db}, late: {sqlite: late.db}}\n")
    try folder.write("templates/late.yaml", "name: late\nsource: late\ntenant: shared\nsql: \(sql)")
    return folder
  }

  private func makeLateSource(_ folder: TemporaryFolder) throws {
    let queue = try DatabaseQueue(path: folder.path + "/late.db")
    try queue.write { try $0.execute(sql: "CREATE TABLE t (x); INSERT INTO t VALUES (1)") }
    try queue.close()
  }

  private func end(_ server: TestServer, _ template: String) async throws -> ReportInfo.State {
    let id = try await server.client.report.create(
      CreateReportRequest(domainID: "a", templateID: template, name: "n")
    ).reportID
    return try await server.client.reportControl.waitUntilEnded(
      WatchReportRequest(domainID: "a", reportID: id)
    ).state
  }

  private func info(_ server: TestServer) async throws -> TemplateInfo {
    try await server.client.template.get(GetTemplateRequest(domainID: "a", templateID: "late"))
  }

  @Test func theOthersServeAndItsOwnTemplateSaysWhy() async throws {
    let folder = try makeFolder()
    let server = try await TestServer(folder)
    #expect(try await end(server, "numbers") == .finished)

    let options = try #require(try await info(server).options)
    #expect(options["available"] == .bool(false))
    guard case .string(let reason)? = options["unavailable_reason"]?.kind else {
      Issue.record("\(options)")
      return
    }
    #expect(reason.hasPrefix("The data source late cannot be read: "))
    #expect(!reason.contains(folder.path))
    let error = await #expect(throws: RPCError.self) { try await end(server, "late") }
    #expect(error?.code == .unavailable)
    #expect(error?.reason == "ERROR_SOURCE_UNAVAILABLE")
    #expect(error?.message.hasPrefix("Template is unavailable. \(reason)") == true)
    #expect(server.server.templates.catalog.unavailableSources == ["late"])
    try await server.stop()
  }

  @Test func itIsTakenBackWhenSomebodyWantsIt() async throws {
    let folder = try makeFolder()
    let server = try await TestServer(folder)
    try makeLateSource(folder)
    #expect(try await end(server, "late") == .finished)
    #expect(try await info(server).options?["available"] == nil)
    #expect(server.server.templates.catalog.unavailableSources.isEmpty)
    try await server.stop()
  }

  @Test func aTemplateThatProvesToBeBrokenIsRefused() async throws {
    let folder = try makeFolder(sql: "SELECT y FROM t")
    let server = try await TestServer(folder)
    try makeLateSource(folder)
    let error = await #expect(throws: RPCError.self) { try await end(server, "late") }
    #expect(error?.code == .failedPrecondition)
    #expect(error?.reason == "ERROR_TEMPLATE_BROKEN")
    #expect(error?.message.contains("no such column: y") == true)
    try await server.stop()
  }

  @Test func aLockedSourceStopsNeitherTheStartNorAReload() async throws {
    let folder = try makeFolder()
    try makeLateSource(folder)
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let writer = try DatabaseQueue(path: folder.path + "/late.db", configuration: configuration)
    try await writer.writeWithoutTransaction { try $0.execute(sql: "BEGIN EXCLUSIVE") }
    let server = try await TestServer(folder)
    let catalog = server.server.templates.catalog
    #expect(catalog.template("late")?.fault?.reason.contains("locked by another program") == true)
    try folder.write(
      "templates/fresh.yaml", "name: fresh\nsource: numbers\ntenant: shared\nsql: SELECT 1 AS x\n")
    await server.server.templates.reload()
    #expect(catalog.template("fresh")?.fault == nil)
    #expect(catalog.template("late")?.fault != nil)
    #expect(try await end(server, "fresh") == .finished)
    try await writer.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
    try writer.close()
    #expect(try await end(server, "late") == .finished)
    try await server.stop()
  }
}
