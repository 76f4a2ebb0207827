import Foundation
import GRDB
import ProtobufWire
import RPCCore
import ReportAPI
import ReportCore
import ReportwireClient
import Testing

@testable import IdentitySearch
@testable import ReportwireServer

/// A template that searches, from its file to the rows.
@Suite(.timeLimit(.minutes(5))) struct SearchTests {
  private func makeFolder() throws -> TemporaryFolder {
    let folder = try TestServer.makeFolder()
    let database = try DatabaseQueue(path: folder.path + "/iam.db")
    try database.write { database in
      for table in IdentityTable.all {
        let columns = table.columns.map(\.name).joined(separator: ", ")
        try database.execute(sql: "CREATE TABLE \(table.name) (\(columns))")
      }
      try database.execute(
        sql: """
          INSERT INTO iam_identities (domain_id, id, name, is_manager, created) VALUES
            ('a', '1', 'ada', 1, strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-1 hour')),
            ('a', '2', 'bob', 0, '2020-01-01T00:00:00Z'), ('b', '3', 'ada', 1, NULL)
          """)
    }
    try database.close()
    try folder.write(
      "reportwire.yaml",
      "data: data\nsources: {numbers: {sqlite: numbers.db}, identities: {sqlite: iam.db}}\n")
    return folder
  }

  private func found(
    _ server: TestServer, _ options: Struct, template: String = "sailpoint-search-export",
    format: String = "json"
  ) async throws -> String {
    var options = options
    options["formats"] = .list([.string(format)])
    let report = try await server.client.report.create(
      CreateReportRequest(
        domainID: "a", templateID: template, name: "n", templateOptions: options))
    let url = try await server.client.report.getDownloadURL(
      GetDownloadURLRequest(domainID: "a", reportID: report.reportID), format: format
    ).downloadURL
    var bytes: [UInt8] = []
    _ = try await ArtifactDownload(url: url).read(restart: {}) { bytes += $0 }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func aSearchFindsTheDomainsOwnRows() async throws {
    let server = try await TestServer(makeFolder())
    let rows = try await found(
      server,
      [
        "query": .string("ada"), "indices": .list([.string("identities")]),
        "columns": .string("name,isManager"),
      ])
    #expect(rows == "[\n{\"index\":\"identities\",\"name\":\"ada\",\"isManager\":true}\n]\n")
    try await server.stop()
  }

  @Test func aSearchIsPreviewed() async throws {
    let server = try await TestServer(makeFolder())
    let preview = try await PreviewTemplate(server.server.ports).run(
      .init(
        templateID: "sailpoint-search-export",
        options: ["query": .string("ada"), "columns": .string("name,isManager")]),
      for: ReportCaller(domainID: "a", limits: server.server.ports.limits))
    #expect(preview.columns.map(\.name) == ["index", "name", "isManager"])
    #expect(preview.columns.map(\.type) == [nil, nil, .boolean])
    #expect(preview.rows == [[.text("identities"), .text("ada"), .boolean(true)]])
    try await server.stop()
  }

  @Test func aPreviewReadsTheFullTextTableAsTheRunDoes() async throws {
    let folder = try makeFolder()
    let database = try DatabaseQueue(path: folder.path + "/iam.db")
    // What only this table has shows that it was asked.
    try await database.write { database in
      try database.execute(
        sql: """
          CREATE VIRTUAL TABLE iam_identities_text USING fts5(
            domain_id UNINDEXED, id UNINDEXED, text, tokenize = "unicode61 remove_diacritics 0");
          INSERT INTO iam_identities_text VALUES ('a', '2', 'zebra'), ('b', '3', 'zebra')
          """)
    }
    try database.close()
    let server = try await TestServer(folder)
    let preview = try await PreviewTemplate(server.server.ports).run(
      .init(
        templateID: "sailpoint-search-export",
        options: [
          "query": .string("zebra"), "indices": .list([.string("identities")]),
          "columns": .string("id"),
        ]),
      for: ReportCaller(domainID: "a", limits: server.server.ports.limits))
    #expect(preview.rows == [[.text("identities"), .text("2")]])
    #expect(preview.plan.contains { $0.detail.contains("VIRTUAL TABLE") }, "\(preview.plan)")
    try await server.stop()
  }

  @Test func nowIsTheMomentOfTheCreate() async throws {
    let server = try await TestServer(makeFolder())
    let rows = try await found(
      server, ["query": .string("created:[now-1d TO now]"), "columns": .string("id")])
    #expect(rows == "[\n{\"index\":\"identities\",\"id\":\"1\"}\n]\n")
    try await server.stop()
  }

  @Test(arguments: [
    ("name:(ada", "template_options.query", "at character 10: expected \")\""),
    ("nam:ada", "template_options.query", "did you mean name?"),
  ])
  func aMistakeIsRefusedByTheCreate(query: String, key: String, said: String) async throws {
    let server = try await TestServer(makeFolder())
    let failure = await #expect(throws: RPCError.self) {
      try await found(server, ["query": .string(query)])
    }
    #expect(failure?.code == .invalidArgument)
    #expect(failure?.message.contains(key) == true, "\(String(describing: failure))")
    #expect(failure?.message.contains(said) == true, "\(String(describing: failure))")
    try await server.stop()
  }

  @Test func aTemplateOfTheOperatorMaySearch() async throws {
    let folder = try makeFolder()
    try folder.write(
      "templates/managers.yaml",
      """
      name: managers
      source: identities
      search: identities
      parameters:
        query: {type: string, default: "isManager:true"}
      """)
    let server = try await TestServer(folder)
    let rows = try await found(server, [:], template: "managers", format: "json")
    #expect(rows.contains("\"id\":\"1\""))
    #expect(!rows.contains("\"id\":\"3\""))
    try await server.stop()
  }

  @Test(arguments: [
    ("search: people\n", ":3: search: there is no search \"people\"; known are identities"),
    ("search: identities\nsql: SELECT 1\n", "the template has no key 'sql'"),
    ("search: identities\ntenant: shared\n", "tenant: a search keeps to the caller's domain"),
    ("search: identities\n", "parameters.query: the search needs it"),
    (
      "search: identities\nparameters: {query: {type: string}}\n",
      "parameters.query: the search needs it"
    ),
    (
      "search: identities\nparameters: {query: {type: integer, required: true}}\n",
      "parameters.query.type: the search takes a string"
    ),
    (
      "search: identities\nparameters: {query: {type: string, required: true}, x: {type: date}}\n",
      "parameters.x: the search has no such parameter"
    ),
    (
      "search: identities\nparameters: {query: {type: string, default: 'nam:x'}}\n",
      "parameters.query.default: at character 1: there is no field \"nam\""
    ),
  ])
  func whatIsWrongWithATemplateStopsTheStart(text: String, said: String) async throws {
    let folder = try makeFolder()
    try folder.write("templates/own.yaml", "name: own\nsource: identities\n" + text)
    await #expect {
      try await TestServer(folder)
    } throws: { error in
      guard let problems = error as? Problems else { return false }
      return problems.all.contains { "\($0)".contains(said) }
    }
  }

  @Test func aTemplateOverASourceWithoutTheTablesStopsTheStart() async throws {
    let folder = try makeFolder()
    try folder.write(
      "templates/own.yaml",
      "name: own\nsource: numbers\nsearch: identities\n"
        + "parameters: {query: {type: string, required: true}}\n")
    await #expect {
      try await TestServer(folder)
    } throws: { error in
      guard let problems = error as? Problems else { return false }
      return problems.all.contains { "\($0)".contains("iam_identities cannot be read") }
    }
  }

  /// The page names every table with every column, and the bounds.
  @Test func thePageKnowsTheTables() throws {
    let page = try String(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(
          path: "Sources/ReportwireServer/ReportwireServer.docc/IdentityReports.md"),
      encoding: .utf8)
    for table in IdentityTable.all {
      let line = try #require(
        page.split(separator: "\n").first { $0.hasPrefix("| `\(table.name)` |") }, "\(table.name)")
      let named = line.matches(of: /`([a-z_]+)`/).map { String($0.output.1) }
      let columns = table.columns.map(\.name)
      #expect(Set(columns).isSubset(of: named), "\(table.name)")
    }
    let limits = SearchLimits()
    for (what, bound) in [
      ("bytes", limits.queryBytesMax), ("parentheses in each other", limits.depthMax),
      ("conditions", limits.clausesMax), ("words with `*` or `?`", limits.wildcardsMax),
      ("characters of such a word", limits.wildcardCharactersMax),
      ("conditions on lists, `@list(...)`", limits.nestedMax),
      ("words of a phrase", limits.phraseWordsMax), ("fields in `columns`", limits.columnsMax),
      ("fields in `sort`", limits.sortMax),
    ] {
      #expect(page.contains("| \(what) | \(bound) |"), "\(what)")
    }
  }
}
