import Foundation
import ProtobufWire
import RPCCore
import ReportAPI
import ReportwireClient
import Testing

@testable import ReportwireServer

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

@Suite(.timeLimit(.minutes(5))) struct ReportServerTests {
  private func create(
    _ server: TestServer, _ template: String, in domainID: String = "a", count: Int? = nil
  ) async throws -> String {
    var options = Struct()
    if let count { options["count"] = .number(Double(count)) }
    return try await server.client.report.create(
      CreateReportRequest(
        domainID: domainID, templateID: template, name: "n", templateOptions: options)
    ).reportID
  }

  private func wait(_ server: TestServer, _ id: String, in domainID: String = "a") async throws
    -> ReportInfo.State
  {
    try await server.client.reportControl.waitUntilEnded(
      WatchReportRequest(domainID: domainID, reportID: id)
    ).state
  }

  private func download(
    _ server: TestServer, _ id: String, format: String, in domainID: String = "a"
  ) async throws -> String {
    let url = try await server.client.report.getDownloadURL(
      GetDownloadURLRequest(domainID: domainID, reportID: id), format: format
    ).downloadURL
    var bytes: [UInt8] = []
    _ = try await ArtifactDownload(url: url).read(restart: {}) { bytes += $0 }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func aReportGoesFromCreateToDownload() async throws {
    let server = try await TestServer(TestServer.makeFolder())
    let id = try await create(server, "numbers")
    #expect(try await wait(server, id) == .finished)
    #expect(try await download(server, id, format: "csv") == "value\r\n1\r\n2\r\n")
    let json = try await download(server, id, format: "json")
    let rows = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Int]]
    #expect(rows == [["value": 1], ["value": 2]])
    try await server.stop()
  }

  @Test func aFileIsNamedAfterItsTemplateAndDay() async throws {
    let server = try await TestServer(TestServer.makeFolder())
    let id = try await create(server, "numbers")
    #expect(try await wait(server, id) == .finished)
    let info = try await server.client.report.get(GetReportRequest(domainID: "a", reportID: id))
    let url = try await server.client.report.getDownloadURL(
      GetDownloadURLRequest(domainID: "a", reportID: id)
    ).downloadURL
    let (_, response) = try await URLSession.shared.data(from: try #require(URL(string: url)))
    let disposition = (response as? HTTPURLResponse)?.value(
      forHTTPHeaderField: "Content-Disposition")
    let day = try #require(info.createdAt).seconds / 86_400 * 86_400
    let date = Date(timeIntervalSince1970: Double(day)).formatted(.iso8601.year().month().day())
    #expect(
      disposition
        == "attachment; filename=\"numbers_\(date.replacing("-", with: "")).csv\"")
    try await server.stop()
  }

  @Test func aTemplateSaysWhatItsFilesAreCalled() async throws {
    let folder = try TestServer.makeFolder()
    try folder.write(
      "templates/named.yaml",
      """
      name: named
      source: numbers
      tenant: shared
      sql: SELECT :word
      parameters: {word: {type: string, default: "Größe: 日本"}}
      formats: [csv, csv.zip]
      file_name: "{name} {option.word}"
      """)
    let server = try await TestServer(folder)
    let id = try await create(server, "named")
    #expect(try await wait(server, id) == .finished)
    let name = try await server.client.reportControl.inspect(
      InspectReportRequest(domainID: "a", reportID: id)
    ).name
    for format in ["csv", "csv.zip"] {
      let url = try await server.client.report.getDownloadURL(
        GetDownloadURLRequest(domainID: "a", reportID: id), format: format
      ).downloadURL
      let saved = try await ArtifactDownload(url: url).read(restart: {}) { _ in }.suggestedName
      #expect(saved == "\(name) Größe_ 日本.\(format)")
    }
    try await server.stop()
  }

  @Test func momentsAreWrittenInTheZoneThatIsAskedFor() async throws {
    let folder = try TestServer.makeFolder()
    try folder.write(
      "templates/moments.yaml",
      """
      name: moments
      source: numbers
      tenant: shared
      sql: SELECT '2024-03-31T01:00:00Z' AS at
      columns: [{name: at, type: datetime}]
      formats: [csv, json]
      csv: {time_zone: Asia/Tokyo}
      """)
    let server = try await TestServer(folder)
    func made(_ zones: [String: String]) async throws -> [String] {
      var formats = Struct()
      for (format, zone) in zones {
        formats[format] = .struct(["time_zone": .string(zone)])
      }
      let id = try await server.client.report.create(
        CreateReportRequest(
          domainID: "a", templateID: "moments", name: "n",
          templateOptions: ["format_options": .struct(formats)])
      ).reportID
      #expect(try await wait(server, id) == .finished)
      return [
        try await download(server, id, format: "csv"),
        try await download(server, id, format: "json"),
      ]
    }
    #expect(
      try await made([:]) == [
        "at\r\n2024-03-31T10:00:00+09:00\r\n", "[\n{\"at\":\"2024-03-31T01:00:00Z\"}\n]\n",
      ])
    #expect(
      try await made(["csv": "Europe/Berlin", "json": "America/New_York"]) == [
        "at\r\n2024-03-31T03:00:00+02:00\r\n",
        "[\n{\"at\":\"2024-03-30T21:00:00-04:00\"}\n]\n",
      ])
    let error = await #expect(throws: RPCError.self) { try await made(["csv": "Europe/Berln"]) }
    #expect(error?.message.contains("template_options.format_options.csv.time_zone") == true)
    #expect(error?.message.contains("did you mean Europe/Berlin?") == true)
    try await server.stop()
  }

  @Test func aDownloadURLIsGivenToWhoAsksAtOnce() async throws {
    let server = try await TestServer(TestServer.makeFolder())
    // As SpaceONE's console does.
    let id = try await create(server, "numbers")
    #expect(try await download(server, id, format: "csv") == "value\r\n1\r\n2\r\n")
    try await server.stop()
  }

  @Test func templatesWhoseIDsLookAlikeAreTwo() async throws {
    let folder = try TestServer.makeFolder()
    for (name, id) in [("one", "\u{E9}"), ("two", "e\u{301}"), ("three", "template_2")] {
      try folder.write(
        "templates/\(name).yaml",
        """
        name: \(name)
        template_id: \(id)
        source: numbers
        sql: SELECT value FROM numbers WHERE domain_id = :domain_id
        """)
    }
    let server = try await TestServer(folder)
    for (name, id) in [("one", "\u{E9}"), ("two", "e\u{301}"), ("three", "template_2")] {
      let template = try await server.client.template.get(GetTemplateRequest(templateID: id))
      #expect(template.name == name)
      let report = try await create(server, id)
      #expect(try await wait(server, report) == .finished)
    }
    try await server.stop()
  }

  @Test func domainsSeeTheirOwnRowsAndReports() async throws {
    let server = try await TestServer(TestServer.makeFolder())
    let id = try await create(server, "numbers", in: "b")
    #expect(try await wait(server, id, in: "b") == .finished)
    #expect(try await download(server, id, format: "csv", in: "b") == "value\r\n3\r\n")
    let error = await #expect(throws: RPCError.self) {
      try await server.client.report.get(GetReportRequest(domainID: "a", reportID: id))
    }
    #expect(error?.code == .notFound)
    try await server.stop()
  }

  @Test func whatIsFinishedIsThereAfterARestart() async throws {
    let folder = try TestServer.makeFolder()
    let first = try await TestServer(folder)
    let id = try await create(first, "numbers")
    #expect(try await wait(first, id) == .finished)
    let url = try await first.client.report.getDownloadURL(
      GetDownloadURLRequest(domainID: "a", reportID: id)
    ).downloadURL
    try await first.stop()

    let second = try await TestServer(folder)
    #expect(try await download(second, id, format: "csv") == "value\r\n1\r\n2\r\n")
    // The key is the same, so links that were given out stay good.
    let moved = url.replacing(first.addresses.http, with: second.addresses.http)
    let summary = try await ArtifactDownload(url: moved).read(restart: {}) { _ in }
    #expect(summary.bytes == 13)
    try await second.stop()
  }

  @Test func aReloadTakesNewTemplatesAndRefusesBrokenOnes() async throws {
    let server = try await TestServer(TestServer.makeFolder())
    try server.folder.write(
      "templates/fresh.yaml", "name: fresh\nsource: more\ntenant: shared\nsql: SELECT 1 AS one\n")
    await server.server.templates.reload()
    #expect(server.server.templates.catalog.template("fresh") == nil)

    try server.folder.write(
      "reportwire.yaml",
      "data: data\nsources: {numbers: {sqlite: numbers.db}, more: {sqlite: numbers.db}}\n")
    await server.server.templates.reload()
    let id = try await create(server, "fresh")
    #expect(try await wait(server, id) == .finished)
    #expect(try await download(server, id, format: "csv") == "one\r\n1\r\n")

    try server.folder.write("reportwire.yaml", "dat: x\n")
    await server.server.templates.reload()
    #expect(server.server.templates.catalog.templates.count == 3)
    try await server.stop()
  }

  @Test func aStopHandsBackWhatRunsTooLong() async throws {
    let folder = try TestServer.makeFolder()
    let server = try await TestServer(folder, flags: ["limits.drain_seconds": "0"])
    let id = try await create(server, "series", count: 1_000_000_000)
    let changes = try await server.client.reportControl.watch(
      WatchReportRequest(domainID: "a", reportID: id))
    for try await change in changes where change.state == .inProgress { break }
    try await server.stop()

    let left = FileManager.default.subpaths(atPath: folder.path + "/data/artifacts") ?? []
    #expect(!left.contains { $0.hasSuffix(".tmp") }, "\(left)")
    let second = try await TestServer(folder, flags: ["limits.drain_seconds": "0"])
    let inspection = try await second.client.reportControl.inspect(
      InspectReportRequest(domainID: "a", reportID: id))
    #expect(inspection.timeline.map(\.kind).prefix(3) == ["CREATED", "CLAIMED", "HANDED_BACK"])
    try await second.stop()
  }

  @Test func aStopLetsRunsEndWithinTheDrainTime() async throws {
    let server = try await TestServer(
      TestServer.makeFolder(), flags: ["limits.drain_seconds": "60"])
    let id = try await create(server, "series", count: 200_000)
    let changes = try await server.client.reportControl.watch(
      WatchReportRequest(domainID: "a", reportID: id))
    var wasStoppedInBetween = false
    var last: ReportInfo.State?
    for try await change in changes {
      if change.state == .inProgress, !wasStoppedInBetween {
        await server.server.stop()
        wasStoppedInBetween = true
      }
      last = change.state
    }
    // The watch is a call under way: it is answered to its end.
    #expect(last == .finished)
    #expect(wasStoppedInBetween)
    try await server.stop()
  }

  @Test func aSecondServerOnTheSameFolderIsRefused() async throws {
    let folder = try TestServer.makeFolder()
    let first = try await TestServer(folder)
    await #expect(throws: Problems.self) { try await TestServer(folder) }
    try await first.stop()
    try await TestServer(folder).stop()
  }

  @Test func aBrokenTemplateStopsTheStartAndFreesTheFolder() async throws {
    let folder = try TestServer.makeFolder()
    let broken = try folder.write("templates/x.yaml", "name: x\nsource: numbers\nsql: SELECT 1\n")
    let problems = await #expect(throws: Problems.self) { try await TestServer(folder) }
    #expect(problems?.all.map(\.line) == [3])
    try FileManager.default.removeItem(atPath: broken)
    try await TestServer(folder).stop()
  }

  @Test func anAddressInUseStopsTheStart() async throws {
    let first = try await TestServer(TestServer.makeFolder())
    for (setting, taken) in [
      ("listen.ttrpc", first.addresses.ttrpc), ("listen.http", first.addresses.http),
      ("listen.grpc", first.addresses["grpc"] ?? ""),
    ] {
      let folder = try TestServer.makeFolder()
      let problems = await #expect(throws: Problems.self) {
        try await TestServer(folder, flags: [setting: taken])
      }
      #expect(problems?.description.contains("Cannot listen on \(taken)") == true)
      try await TestServer(folder).stop()
    }
    try await first.stop()
  }

  @Test func messagesBeyondTheLimitAreRefused() async throws {
    let server = try await TestServer(
      TestServer.makeFolder(), flags: ["limits.message_bytes": "1024"])
    var request = GetReportRequest(domainID: "a")
    request.reportID = String(repeating: "x", count: 2000)
    let error = await #expect(throws: RPCError.self) {
      try await server.client.report.get(request)
    }
    #expect(error?.code == .resourceExhausted)
    try await server.stop()
  }

  @Test func aListBeyondTheLimitAsksForPages() async throws {
    let server = try await TestServer(
      TestServer.makeFolder(), flags: ["limits.list_rows": "1"])
    for _ in 0..<2 { _ = try await create(server, "numbers") }
    let error = await #expect(throws: RPCError.self) {
      try await server.client.report.list(ReportQuery(domainID: "a"))
    }
    #expect(error?.code == .resourceExhausted)
    let page = try await server.client.report.list(
      ReportQuery(domainID: "a", query: Query(page: Page(start: 2, limit: 1))))
    #expect(page.results.count == 1 && page.totalCount == 2)
    try await server.stop()
  }

  @Test func aDownloadURLExpires() async throws {
    let server = try await TestServer(
      TestServer.makeFolder(),
      flags: ["download.expiry_seconds": "60", "public_url": "https://reports.example.com/rw/"])
    let id = try await create(server, "numbers")
    #expect(try await wait(server, id) == .finished)
    let url = try await server.client.report.getDownloadURL(
      GetDownloadURLRequest(domainID: "a", reportID: id)
    ).downloadURL
    #expect(url.hasPrefix("https://reports.example.com/rw/artifacts/a/\(id)/csv?"))
    let expires = try #require(Int64(url.firstMatch(of: /expires=([0-9]+)/)?.output.1 ?? ""))
    let left = Double(expires) - Date().timeIntervalSince1970
    #expect(left > 0 && left <= 61)
    try await server.stop()
  }
}
