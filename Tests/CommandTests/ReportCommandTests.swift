import Foundation
import ReportwireTestKit
import Testing

/// The commands against one running server.
@Suite(.timeLimit(.minutes(5))) struct ReportCommandTests {
  private let place: Workplace
  private let server: ServerProcess
  private let command: Command

  init() async throws {
    place = try Workplace()
    server = try await ServerProcess([], folder: place.path)
    var command = place.command
    command.environment["REPORTWIRE_ADDRESS"] = server.ttrpc
    self.command = command
  }

  private func finishedReport(_ arguments: String...) async throws -> String {
    let result = try await command.run(["create", "--template", "sales", "--wait"] + arguments)
    #expect(result.exit == 0, "\(result)")
    return try #require(result.outputLines.first)
  }

  @Test func createPrintsTheIDAndGetShowsTheReport() async throws {
    let created = try await command("create", "--template", "sales", "--user", "ann")
    #expect(created.exit == 0, "\(created)")
    #expect(created.output.wholeMatch(of: /report-[0-9a-f]{12}\n/) != nil)
    let id = try #require(created.outputLines.first)
    let watched = try await command("watch", id)
    #expect(watched.exit == 0)
    #expect(watched.output.isEmpty)
    #expect(watched.errorLines.last?.hasPrefix("\(id) FINISHED  3 rows  ") == true, "\(watched)")

    let shown = try await command("get", id)
    #expect(shown.output.contains("report_id    \(id)\n"))
    #expect(shown.output.contains("state        FINISHED\n"))
    #expect(shown.output.contains("created_by   ann\n"))
    let json = try await object(command("get", id, "--json"))
    #expect(json["report_id"] as? String == id)
    #expect(json["state"] as? String == "FINISHED")
  }

  @Test func previewShowsRowsAndPlanAndMakesNoReport() async throws {
    let preview = try await command("preview", "sales", "--option", "least=5")
    #expect(preview.exit == 0, "\(preview)")
    #expect(
      preview.outputLines.prefix(5) == [
        "region  amount     note", "(text)  (integer)  (text)", "south   5          =1+1",
        "south   7          a,\"b\"", "2 rows, all there are",
      ])
    #expect(preview.output.contains("2 rows, all there are\n\nPLAN\nSCAN sales\n"), "\(preview)")
    #expect(preview.output.contains("  warning: every row of sales is read"), "\(preview)")
    let long = try await command("preview", "series", "--option", "count=1000")
    #expect(long.output.contains("\nthe first 50 rows\n"), "\(long)")
    let json = try await object(command("preview", "sales", "--json"))
    #expect((json["rows"] as? [[Any]])?.count == 3)
    #expect(try await command("list").outputLines.count == 1)
    let refused = try await command("preview", "series")
    #expect(refused.exit == 1)
    #expect(refused.error.contains("template_options.count"), "\(refused)")
  }

  private func object(_ result: Command.Result) throws -> [String: Any] {
    #expect(result.exit == 0, "\(result)")
    return try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
  }

  @Test func deletedReportsAndTheirFilesAreGone() async throws {
    let gone = try await finishedReport()
    let kept = try await finishedReport()
    #expect(place.files("data").count { $0.contains(gone) } == 2)
    let pinned = try await command("pin", kept)
    #expect(pinned.exit == 0 && pinned.output == "\(kept) pinned\n", "\(pinned)")
    #expect(try await command("inspect", kept).output.contains("for ever: it is pinned"))
    let deleted = try await command("delete", gone, gone)
    #expect(deleted.exit == 1, "\(deleted)")
    #expect(deleted.output == "\(gone) deleted\n")
    #expect(deleted.error.contains(gone) && deleted.errorLines.count == 1, "\(deleted)")
    #expect(try await command("get", gone).exit == 1)
    #expect(place.files("data").count { $0.contains(gone) } == 0)
    #expect(place.files("data").count { $0.contains(kept) } == 2)
    let unpinned = try await command("pin", "--off", kept)
    #expect(unpinned.output == "\(kept) not pinned\n", "\(unpinned)")
    #expect(try await command("inspect", kept).output.contains("for ever") == false)
  }

  @Test func outputWaitsAndWritesTheFile() async throws {
    let result = try await command(
      "create", "--template", "sales", "--option", "least=4", "--output", "sales.csv")
    #expect(result.exit == 0, "\(result)")
    #expect(
      try place.read("sales.csv")
        == "region,amount,note\r\nsouth,5,'=1+1\r\nsouth,7,\"a,\"\"b\"\"\"\r\n")
    #expect(result.error.contains("sales.csv: 2 rows, "))
    #expect(result.error.contains("SHA-256 "))
    let left = try FileManager.default.contentsOfDirectory(atPath: place.path)
    #expect(!left.contains { $0.hasSuffix(".part") })
  }

  @Test func optionsAreTypedByTheTemplate() async throws {
    let result = try await command(
      "create", "--template", "sales", "--option", "least=5", "--option", "exact=true",
      "--option", "regions=south", "--option", "regions=west,east", "--format", "json",
      "--output", "-")
    #expect(result.exit == 0, "\(result)")
    let rows = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]]
    #expect(rows?.count == 1)
    #expect(rows?.first?["amount"] as? Int == 5)
  }

  @Test(arguments: [
    ("least=many", "option 'least' must be a whole number, but is 'many'"),
    (
      "least=9007199254740993",
      "option 'least' must be from -9007199254740991 to 9007199254740991 (options travel as doubles"
    ),
    ("least=-9007199254740992", "cannot tell a whole number from its neighbour), but is"),
    ("exact=perhaps", "option 'exact' must be true or false, but is 'perhaps'"),
  ])
  func illTypedOptionsAreUsage(option: String, wanted: String) async throws {
    let result = try await command("create", "--template", "sales", "--option", option)
    #expect(result.exit == 2)
    #expect(result.error.contains(wanted))
  }

  @Test(arguments: [
    (["--option", "color=red"], "ERROR_INVALID_PARAMETER"),
    (["--option", "least=-1"], "ERROR_INVALID_PARAMETER"),
    (["--format", "odt"], "ERROR_INVALID_PARAMETER"),
  ])
  func whatTheServerRefusesIsOneLine(arguments: [String], wanted: String) async throws {
    let result = try await command.run(["create", "--template", "sales"] + arguments)
    #expect(result.exit == 1)
    #expect(result.output.isEmpty)
    #expect(result.errorLines.count == 1)
    #expect(result.error.hasPrefix("reportwire create: INVALID_ARGUMENT: \(wanted)"))
    #expect(result.error.contains("(server \(server.ttrpc))"))
  }

  @Test func optionsComeFromStandardInputToo() async throws {
    let result = try await command(
      "create", "--template", "sales", "--options-json", "-", "--option", "least=6", "--output",
      "-", input: "\u{FEFF}{\"least\": 1, \"regions\": [\"south\"]}")
    #expect(result.output == "region,amount,note\r\nsouth,7,\"a,\"\"b\"\"\"\r\n", "\(result)")
  }

  @Test func callersSayHowAFormatIsWritten() async throws {
    let options = """
      {"least": 6, "regions": ["south"],
       "format_options": {"csv": {"delimiter": "semicolon", "byte_order_mark": true}}}
      """
    let result = try await command(
      "create", "--template", "sales", "--options-json", "-", "--format", "csv", "--output", "-",
      input: options)
    #expect(
      result.output == "\u{FEFF}region;amount;note\r\nsouth;7;\"a,\"\"b\"\"\"\r\n", "\(result)")
    let refused = try await command(
      "create", "--template", "sales", "--options-json", "-",
      input: #"{"format_options": {"csv": {"delimiter": "dot"}}}"#)
    #expect(refused.exit == 1)
    #expect(
      refused.error.contains("template_options.format_options.csv.delimiter")
        && refused.error.contains("comma, semicolon, tab or pipe"), "\(refused)")
  }

  @Test func aFailedReportIsExitThree() async throws {
    let created = try await command("create", "--template", "limited", "--wait")
    #expect(created.exit == 3)
    #expect(created.error.contains("ended in FAILURE: ROW_LIMIT: "), "\(created)")
    let id = try #require(created.outputLines.first)
    for arguments in [["watch", id], ["download", id], ["watch", id, "--json"]] {
      let result = try await command.run(arguments)
      #expect(result.exit == 3, "\(arguments)")
      #expect(result.errorLines.last?.contains("report \(id) ended in FAILURE") == true)
    }
  }

  @Test func cancelEndsARunningReport() async throws {
    let created = try await command(
      "create", "--template", "series", "--option", "count=100000000")
    let id = try #require(created.outputLines.first)
    async let watched = command("watch", id)
    let canceled = try await command("cancel", id)
    #expect(canceled.exit == 0)
    #expect(canceled.output.hasPrefix(id))
    let end = try await watched
    #expect(end.exit == 3)
    #expect(end.error.contains("ended in CANCELED"), "\(end)")
    let again = try await command("cancel", id)
    #expect(again.output == "\(id) CANCELED\n")
  }

  @Test func downloadChoosesFormatAndName() async throws {
    let id = try await finishedReport(
      "--name", "North/South: ünï", "--format", "csv", "--format", "json")
    let plain = try await command("download", id)
    #expect(plain.exit == 0, "\(plain)")
    // The server chooses the name, so that it tells people something, and says it.
    let name = try #require(plain.errorLines.last?.firstMatch(of: /^(.+)\.csv: 3 rows/)?.1)
    #expect(place.exists("\(name).csv"))
    #expect(!name.contains(id) && !name.contains("/") && !name.contains(":"))
    let json = try await command("download", id, "--format", "json", "--output", "x.json")
    #expect(json.exit == 0)
    #expect(try place.read("x.json").hasPrefix("["))
    let poured = try await command("download", id, "--output", "-")
    #expect(try poured.output == place.read("\(name).csv"))
    try place.write("all/.keep", "")
    let all = try await command("download", id, "--output", "all")
    #expect(all.exit == 0)
    #expect(place.exists("all/\(name).csv") && place.exists("all/\(name).json"))
    let missing = try await command("download", id, "--format", "pdf")
    #expect(missing.exit == 1)
    #expect(missing.error.contains("the report has no pdf file; it has csv, json"))
    let unwritable = try await command("download", id, "--output", "no/such/folder.csv")
    #expect(unwritable.exit == 1)
    #expect(unwritable.errorLines.count == 1)
  }

  @Test func anUnfinishedReportCannotBeDownloaded() async throws {
    let created = try await command(
      "create", "--template", "series", "--option", "count=100000000")
    let id = try #require(created.outputLines.first)
    let result = try await command("download", id)
    #expect(result.exit == 1)
    #expect(result.error.contains("'reportwire watch \(id)' waits for its end"))
    _ = try await command("cancel", id)
  }

  @Test func listFiltersAndCounts() async throws {
    let small = try await finishedReport()
    let failed = try await command("create", "--template", "limited", "--wait", "--user", "bob")
    let limited = try #require(failed.outputLines.first)
    let table = try await command("list")
    #expect(table.outputLines.first?.hasPrefix("REPORT_ID ") == true)
    #expect(table.outputLines.count == 3)
    for (arguments, ids) in [
      (["--state", "FAILURE"], [limited]),
      (["--state", "failure", "--state", "FINISHED"], [limited, small]),
      (["--template", "sales"], [small]), (["--created-by", "bob"], [limited]),
      (["--keyword", String(small.suffix(12))], [small]),
      (["--filter", "error.code eq ROW_LIMIT"], [limited]),
      (["--filter", "state in FINISHED,CANCELED"], [small]),
      (["--created-after", "2000-01-01T00:00:00Z", "--sort", "created_at"], [small, limited]),
      (["--created-before", "2000-01-01T00:00:00Z"], []),
      (["--limit", "1"], [limited]), (["--limit", "1", "--start", "2"], [small]),
      (["--domain", "other"], []),
    ] as [([String], [String])] {
      let result = try await command.run(["list"] + arguments)
      #expect(result.exit == 0, "\(result)")
      let shown = result.outputLines.dropFirst().map { String($0.prefix { $0 != " " }) }
      #expect(shown == ids, "\(arguments)")
    }
    #expect(try await command("list", "--count").output == "2\n")
    let json = try await object(command("list", "--json", "--limit", "1"))
    #expect((json["results"] as? [Any])?.count == 1)
    #expect(json["total_count"] as? Int == 2)
    let wrong = try await command("list", "--filter", "nothing eq 1")
    #expect(wrong.exit == 1)
  }

  @Test func inspectTellsParametersTimelineAndFiles() async throws {
    let id = try await finishedReport("--option", "least=4")
    let text = try await command("inspect", id)
    #expect(text.exit == 0)
    for word in ["parameters", "least=4", "CREATED", "CLAIMED", "ENDED", "SHA-256", "csv", "json"] {
      #expect(text.output.contains(word), "\(word) in:\n\(text.output)")
    }
    let json = try await object(command("inspect", id, "--json"))
    let artifacts = try #require(json["artifacts"] as? [[String: Any]])
    #expect(artifacts.map { $0["format"] as? String } == ["csv", "json"])
    #expect(artifacts.allSatisfy { ($0["sha256"] as? String)?.count == 64 })
  }

  @Test func templatesTellWhatTheyTake() async throws {
    let table = try await command("templates")
    #expect(table.outputLines.count == 4)
    #expect(table.output.contains("least,regions,exact"))
    #expect(table.output.contains("count*"))
    let one = try await command("templates", "sales")
    #expect(one.output.contains("Sales by region"))
    #expect(one.output.contains("string_list"))
    #expect(one.output.contains("csv.delimiter"))
    #expect(one.output.contains("comma, semicolon, tab or pipe"))
    let json = try await object(command("templates", "series", "--json"))
    #expect(json["name"] as? String == "series")
    let missing = try await command("templates", "nothing")
    #expect(missing.exit == 1)
    #expect(missing.error.contains("NOT_FOUND"))
    #expect(missing.error.contains("'reportwire templates' lists those that there are"))
    let asked = try await command("create", "--template", "nothing")
    #expect(asked.exit == 1)
    #expect(asked.error.contains("'reportwire templates' lists those that there are"))
  }

  @Test func callReachesEveryMethodOfTheTable() async throws {
    let list = try await command("call", "--list")
    #expect(list.exit == 0)
    #expect(list.outputLines.contains("spaceone.api.report.v1.Report/create"))
    for method in list.outputLines {
      let result = try await command("call", method)
      // Whatever it answers, it is the server that answers.
      #expect(result.exit == 0 || result.exit == 1, "\(method)")
      if result.exit == 1 { #expect(result.error.contains("(server "), "\(method): \(result)") }
    }
    let version = try await object(command("call", "ServerInfo/get_version"))
    #expect(version["version"] is String)
  }

  @Test func callFillsTheDomainInAndStreams() async throws {
    let id = try await finishedReport()
    let got = try await object(
      command("call", "Report/get", "--json", "{\"report_id\": \"\(id)\"}"))
    #expect(got["domain_id"] as? String == "default")
    let other = try await command(
      "call", "Report/get", "--json", "{\"report_id\": \"\(id)\", \"domain_id\": \"other\"}")
    #expect(other.exit == 1)
    let file = try place.write("request.json", "{\"reportId\": \"\(id)\"}")
    let streamed = try await command("call", "ReportControl/watch", "--json", "@\(file)")
    #expect(streamed.exit == 0)
    #expect(streamed.outputLines.count == 1)
    #expect(streamed.output.contains("\"FINISHED\""))
    let url = try await object(
      command(
        "call", "Report/get_download_url", "--metadata", "format=json", "--json", "-",
        input: "{\"report_id\": \"\(id)\"}"))
    #expect((url["download_url"] as? String)?.hasPrefix("http://\(server.http)/") == true)
  }

  @Test func tenantsAreApart() async throws {
    let id = try await finishedReport()
    for name in ["get", "watch", "inspect", "download", "cancel"] {
      let result = try await command(name, id, "--domain", "other")
      #expect(result.exit == 1, "\(name)")
      #expect(result.error.contains("ERROR_NOT_FOUND"), "\(name): \(result.error)")
      #expect(result.error.contains("domain other"), "\(name): \(result.error)")
    }
  }

  @Test func anIdempotencyKeyMakesOneReport() async throws {
    let first = try await command("create", "--template", "sales", "--idempotency-key", "k")
    let second = try await command("create", "--template", "sales", "--idempotency-key", "k")
    #expect(first.exit == 0 && first.output == second.output)
    let other = try await command(
      "create", "--template", "sales", "--idempotency-key", "k", "--option", "least=1")
    #expect(other.exit == 1)
    #expect(other.error.contains("ALREADY_EXISTS"))
  }

  @Test func onATerminalTheProgressIsOneLineThatRenewsItself() async throws {
    let terminal = try Terminal(columns: 60)
    let result = try await command.run(
      ["create", "--template", "series", "--option", "count=400000", "--output", "series.csv"],
      terminal: terminal.line)
    #expect(result.exit == 0)
    let id = try #require(result.outputLines.first)
    let text = try await terminal.text()
    let frames = text.split(separator: "\r").filter { $0.contains(id) }
    #expect(frames.count >= 2, "\(text)")
    #expect(frames.allSatisfy { $0.hasPrefix("[") && $0.contains("\u{1b}[K") }, "\(text)")
    #expect(frames.allSatisfy { $0.split(separator: "\u{1b}")[0].count < 60 }, "\(text)")
    #expect(frames.last?.contains("FINISHED  400,000 rows") == true, "\(text)")
    #expect(text.contains("series.csv: 400,000 rows, "))
  }

  @Test func aReaderThatLeavesEndsTheCommandInSilence() async throws {
    let id = try await finishedReport()
    let shell = Program(
      "/bin/sh", ["-c", "\"$0\" download \(id) --output - | true", Binary.path],
      environment: command.environment)
    let result = try await shell.run()
    #expect(result.exit == 0)
    #expect(result.error.isEmpty, "\(String(decoding: result.error, as: UTF8.self))")
  }

  @Test func aServerThatIsAwayIsNamedWithWhatToDo() async throws {
    // Bound, but nobody listens: a port that is merely free may be another test's in a moment.
    let port = try ReservedPort()
    var command = command
    command.environment["REPORTWIRE_ADDRESS"] = port.address
    for arguments in [["get", "a"], ["list"], ["templates"], ["create", "--template", "sales"]] {
      let result = try await command.run(arguments)
      #expect(result.exit == 1)
      #expect(result.errorLines.count == 1)
      #expect(result.error.contains("UNAVAILABLE"))
      #expect(result.error.contains("'reportwire serve' starts one, --address names another"))
    }
    withExtendedLifetime(port) {}
  }
}
