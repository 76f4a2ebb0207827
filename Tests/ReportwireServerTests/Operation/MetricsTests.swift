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

/// What `/metrics` says of a server that is at work.
@Suite(.timeLimit(.minutes(5))) struct MetricsTests {
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

  private func fails(
    with code: StatusCode, _ body: () async throws -> Void
  ) async {
    let error = await #expect(throws: RPCError.self) { try await body() }
    #expect(error?.code == code)
  }

  private func rest(_ server: TestServer, _ path: String) async throws -> Int {
    let url = try #require(URL(string: "http://\(server.addresses.http)\(path)"))
    let (_, response) = try await URLSession.shared.data(from: url)
    return (response as? HTTPURLResponse)?.statusCode ?? 0
  }

  // MARK: Calls

  private static func calls(_ method: String, _ door: String, _ code: String) -> String {
    #"reportwire_calls_total{method="\#(method)",door="\#(door)",code="\#(code)"}"#
  }

  @Test func everyCallIsCountedOnce() async throws {
    let server = try await TestServer(TestServer.makeFolder())
    let (get, list) = ("spaceone.api.report.v1.Report/get", "spaceone.api.report.v1.Report/list")
    for _ in 0..<3 { _ = try await server.client.report.list(ReportQuery(domainID: "a")) }
    for _ in 0..<2 {
      await fails(with: .notFound) {
        _ = try await server.client.report.get(GetReportRequest(domainID: "a", reportID: "r"))
      }
    }
    // What callers make up is no label.
    for name in ["x", "y", "z\"\n"] {
      await fails(with: .unimplemented) {
        let unknown = Method<Empty, Empty>(service: "none", name: name).descriptor
        _ = try await server.client.call(unknown, request: [], options: CallOptions())
      }
    }
    for _ in 0..<4 { #expect(try await rest(server, "/report/v1/reports?domain_id=a") == 200) }
    #expect(try await rest(server, "/report/v1/reports?domain_id=a&state=9999") == 400)
    #expect(try await rest(server, "/report/v1/reports?nonsense=1") == 400)
    #expect(try await rest(server, "/report/v1/report/r?domain_id=a") == 404)

    let scrape = try await Scrape(server)
    let expected: [String: Double] = [
      Self.calls(list, "ttrpc", "OK"): 3, Self.calls(get, "ttrpc", "NOT_FOUND"): 2,
      Self.calls("(unknown)", "ttrpc", "UNIMPLEMENTED"): 3, Self.calls(list, "http", "OK"): 4,
      Self.calls(list, "http", "INVALID_ARGUMENT"): 2, Self.calls(get, "http", "NOT_FOUND"): 1,
    ]
    #expect(scrape.series("reportwire_calls_total") == expected)
    let name = "reportwire_call_duration_seconds"
    #expect(scrape[#"\#(name)_count{method="\#(list)",door="ttrpc"}"#] == 3)
    #expect(scrape[#"\#(name)_bucket{method="\#(list)",door="ttrpc",le="+Inf"}"#] == 3)
    #expect(try #require(scrape[#"\#(name)_sum{method="\#(list)",door="ttrpc"}"#]) > 0)
    #expect(scrape.series("reportwire_calls_running").values.allSatisfy { $0 == 0 })
    #expect(scrape[#"reportwire_connections{door="ttrpc"}"#] == 1)
    #expect(scrape[#"reportwire_connections{door="grpc"}"#] == 0)
    #expect(try #require(scrape[#"reportwire_connections{door="http"}"#]) >= 1)
    try await server.stop()
  }

  @Test(arguments: ["ttrpc", "grpc", "http"])
  func everyDoorCountsItsCalls(_ name: String) async throws {
    let server = try await TestServer(TestServer.makeFolder())
    let door = server.door(name)
    for _ in 0..<3 {
      _ = try await door.call(ReportMethods.list.descriptor, #"{"domain_id":"a"}"#, [])
    }
    for _ in 0..<2 {
      await #expect(throws: DoorFailure.self) {
        try await door.call(
          ReportMethods.get.descriptor, #"{"domain_id":"a","report_id":"r"}"#, [])
      }
    }
    let scrape = try await Scrape(server)
    #expect(
      scrape.series("reportwire_calls_total") == [
        Self.calls("spaceone.api.report.v1.Report/list", name, "OK"): 3,
        Self.calls("spaceone.api.report.v1.Report/get", name, "NOT_FOUND"): 2,
      ])
    try await server.stop()
  }

  @Test func aCallThatRunsIsCountedAsRunning() async throws {
    let server = try await TestServer(
      TestServer.makeFolder(), flags: ["limits.drain_seconds": "0"])
    let id = try await create(server, "series", count: 1_000_000_000)
    let watch = Task {
      for try await _ in try await server.client.reportControl.watch(
        WatchReportRequest(domainID: "a", reportID: id))
      {}
    }
    let running = #"reportwire_calls_running{door="ttrpc"}"#
    let scrape = try await Scrape.until(server) {
      $0[running] == 1 && $0["reportwire_runs_running"] == 1
    }
    #expect(scrape["reportwire_runs_running"] == 1)
    _ = try await server.client.reportControl.cancel(
      CancelReportRequest(domainID: "a", reportID: id))
    try await watch.value
    let later = try await Scrape.until(server) {
      $0[#"reportwire_runs_total{outcome="CANCELED"}"#] == 1
    }
    #expect(later[running] == 0)
    #expect(later["reportwire_runs_running"] == 0)
    try await server.stop()
  }

  @Test func whileCallsGoOnNothingIsLost() async throws {
    let server = try await TestServer(TestServer.makeFolder())
    let calls = Self.calls("spaceone.api.report.v1.Report/list", "ttrpc", "OK")
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<50 {
            _ = try? await server.client.report.list(ReportQuery(domainID: "a"))
          }
        }
      }
      group.addTask {
        var last = 0.0
        for _ in 0..<20 {
          guard let scrape = try? await Scrape(server) else { continue }
          let count = scrape[calls] ?? 0
          #expect(count >= last)
          last = count
        }
      }
    }
    #expect(try await Scrape(server)[calls] == 400)
    try await server.stop()
  }

  // MARK: Reports

  @Test func whatAReportTookIsCounted() async throws {
    let server = try await TestServer(TestServer.makeFolder())
    let id = try await create(server, "numbers")
    let url = try await server.client.report.getDownloadURL(
      GetDownloadURLRequest(domainID: "a", reportID: id), format: "csv"
    ).downloadURL
    var fileBytes = 0
    _ = try await ArtifactDownload(url: url).read(restart: {}) { fileBytes += $0.count }
    let files = try await server.client.reportControl.inspect(
      InspectReportRequest(domainID: "a", reportID: id)
    ).artifacts
    let scrape = try await Scrape.until(server) {
      $0[#"reportwire_runs_total{outcome="FINISHED"}"#] == 1
        && $0[#"reportwire_downloads_total{status="200"}"#] == 1
    }
    #expect(scrape["reportwire_report_rows_total"] == 2)
    #expect(
      scrape["reportwire_report_bytes_total"] == Double(files.reduce(0) { $0 + $1.bytes }))
    #expect(scrape[#"reportwire_run_duration_seconds_count{outcome="FINISHED"}"#] == 1)
    #expect(scrape["reportwire_download_bytes_total"] == Double(fileBytes))
    #expect(scrape[#"reportwire_store_duration_seconds_count{operation="create"}"#] == 1)
    #expect(scrape[#"reportwire_store_duration_seconds_count{operation="finish"}"#] == 1)
    #expect(scrape[#"reportwire_store_errors_total{operation="create"}"#] == 0)
    #expect(scrape[#"reportwire_runs_total{outcome="FAILURE"}"#] == 0)
    try await server.stop()
  }

  @Test func theQueueIsToldOfNoMoreDomainsThanThereIsRoomFor() async throws {
    let server = try await TestServer(
      TestServer.makeFolder(),
      flags: ["limits.parallel_runs": "1", "limits.drain_seconds": "0"])
    _ = try await create(server, "series", count: 1_000_000_000)
    _ = try await Scrape.until(server) { $0["reportwire_runs_running"] == 1 }
    let domains = ServerMetrics.domainsMax + 20
    for number in 1...domains {
      _ = try await create(server, "series", in: "d-\(number)", count: 1)
    }
    _ = try await create(server, "series", in: "d-7", count: 1)
    let scrape = try await Scrape.until(server) {
      $0.series("reportwire_queue_reports").values.reduce(0, +) == Double(domains + 1)
    }
    let reports = scrape.series("reportwire_queue_reports")
    #expect(reports.count == ServerMetrics.domainsMax + 1)
    #expect(reports[#"reportwire_queue_reports{domain="d-7"}"#] == 2)
    #expect(reports[#"reportwire_queue_reports{domain="(other)"}"#] == 20)
    let ages = scrape.series("reportwire_queue_age_seconds")
    #expect(ages.count == reports.count)
    #expect(ages.values.allSatisfy { $0 > 0 && $0 < 600 })
    try await server.stop()
  }

  // MARK: Limits

  @Test func aLimitThatIsReachedIsCounted() async throws {
    let server = try await TestServer(
      TestServer.makeFolder(),
      flags: [
        "limits.parallel_runs": "1", "limits.drain_seconds": "0", "limits.waiting_per_domain": "1",
        "limits.connections_per_peer": "2", "limits.message_bytes": "2048",
        "limits.preview_bytes": "1024",
      ])
    _ = try await create(server, "series", in: "b", count: 1_000_000_000)
    _ = try await Scrape.until(server) { $0["reportwire_runs_running"] == 1 }
    _ = try await create(server, "series", count: 1)
    await fails(with: .resourceExhausted) {
      _ = try await create(server, "series", count: 1)
    }
    await fails(with: .resourceExhausted) {
      _ = try await server.client.report.get(
        GetReportRequest(domainID: "a", reportID: String(repeating: "x", count: 3000)))
    }
    let preview = try await server.client.reportControl.preview(
      PreviewTemplateRequest(
        domainID: "a", templateID: "series", templateOptions: ["count": .number(1000)]))
    #expect(preview.cutBy == "bytes" && preview.rows.count == 25)
    let second = try ReportwireClient(address: server.addresses.ttrpc)
    _ = try await second.report.list(ReportQuery(domainID: "a"))
    let third = try ReportwireClient(address: server.addresses.ttrpc)
    _ = try? await third.report.list(ReportQuery(domainID: "a"))
    let scrape = try await Scrape(server)
    func reached(_ limit: String) -> Double {
      scrape[#"reportwire_limits_reached_total{limit="\#(limit)"}"#] ?? -1
    }
    #expect(reached("waiting_per_domain") == 1)
    #expect(reached("message_bytes") == 1)
    #expect(reached("connections_per_peer") >= 1)
    #expect(reached("preview_bytes") == 1)
    #expect(reached("server_bytes") == 0)
    #expect(reached("(other)") == 0)
    #expect(
      scrape[Self.calls("spaceone.api.report.v1.Report/create", "ttrpc", "RESOURCE_EXHAUSTED")]
        == 1)
    #expect(scrape[Self.calls("(unknown)", "ttrpc", "RESOURCE_EXHAUSTED")] == 1)
    await second.close()
    await third.close()
    try await server.stop()
  }

  // MARK: Form

  @Test(arguments: [
    ("*/*", "text/plain; version=0.0.4; charset=utf-8"),
    ("text/html", "text/plain; version=0.0.4; charset=utf-8"),
    ("text/plain", "text/plain; version=0.0.4; charset=utf-8"),
    (
      "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
      "application/openmetrics-text; version=1.0.0; charset=utf-8"
    ),
    (
      "application/openmetrics-text;q=0.2, text/plain;q=0.5",
      "text/plain; version=0.0.4; charset=utf-8"
    ),
  ])
  func theFormIsTheOneThatIsLikedBest(_ accept: String, _ contentType: String) async throws {
    let server = try await TestServer(TestServer.makeFolder())
    let scrape = try await Scrape(server, headers: ["Accept": accept])
    #expect(scrape.status == 200)
    #expect(scrape.contentType == contentType)
    #expect(scrape.text.hasSuffix("# EOF\n") == contentType.hasPrefix("application/"))
    #expect(scrape[#"reportwire_build_info{version="\#(ReportwireVersion.number)"}"#] == 1)
    #expect(try #require(scrape["process_resident_memory_bytes"]) > 1_000_000)
    #expect(try #require(scrape["process_cpu_seconds_total"]) > 0)
    #expect(try #require(scrape["process_open_fds"]) > 3)
    try await server.stop()
  }
}
