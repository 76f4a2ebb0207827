import Foundation
import Testing

/// Files that are set with the fonts of the machine.
@Suite(.timeLimit(.minutes(5))) struct DocumentTests {
  @Test func aReportIsAPDF() async throws {
    let place = try Workplace()
    let server = try await ServerProcess([], folder: place.path)
    var command = place.command
    command.environment["REPORTWIRE_ADDRESS"] = server.ttrpc
    let created = try await command(
      "create", "--template", "sales", "--format", "pdf", "--output", "sales.pdf")
    #expect(created.exit == 0, "\(created)")
    let bytes = try Data(contentsOf: URL(filePath: place.path + "/sales.pdf"))
    #expect(bytes.starts(with: Data("%PDF-1.".utf8)))
    #expect(await server.stop() == 0)
  }

  @Test func rowsThatAPDFLeavesOutAreAWarningOfTheManifest() async throws {
    let place = try Workplace()
    try place.write(
      "templates/part.yaml",
      """
      name: part
      source: sales
      tenant: shared
      formats: [csv, pdf]
      pdf: {max_rows: 2}
      sql: WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 7) SELECT i FROM n
      """)
    let server = try await ServerProcess([], folder: place.path)
    var command = place.command
    command.environment["REPORTWIRE_ADDRESS"] = server.ttrpc
    let created = try await command("create", "--template", "part", "--wait")
    let id = try #require(created.outputLines.first, "\(created)")
    let got = try await command("download", id, "--format", "manifest", "--output", "-")
    #expect(got.output.contains(#""warnings":[{"code":"ROWS_LEFT_OUT","count":5,"format":"pdf"}]"#))
    #expect(got.output.contains(/"format":"csv","media_type":"[^"]*","rows":7,/))
    #expect(got.output.contains(/"format":"pdf","media_type":"[^"]*","rows":2,/))
    #expect(await server.stop() == 0)
  }

  /// The three are made at three moments; what documents say of when is said by the caller here.
  @Test func neitherMomentNorLanguageNorTimeZoneOfTheMachineChangeAFile() async throws {
    let place = try Workplace()
    let texts = ["csv", "json", "jsonl"]
    let formats =
      ["xlsx", "pdf"] + texts + texts.flatMap { ["\($0).gz", "\($0).zst", "\($0).zip"] }
    try place.write(
      "templates/all.yaml",
      """
      name: all
      source: sales
      tenant: shared
      file_name: all
      formats: [\(formats.joined(separator: ", "))]
      columns:
        - {name: at, type: datetime}
        - {name: amount, format: "#,##0.00"}
      sql: |
        WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
        SELECT i, i * 1234.5 AS amount, i * 86400 * 3 AS at, 'Zürich 서울 مرحبا ' || i AS text FROM n
      """)
    let moment = #"{"created_at": "2026-11-23T08:30:00Z"}"#
    try place.write(
      "options.json", #"{"format_options": {"xlsx": \#(moment), "pdf": \#(moment)}}"#)
    var files: [[String: Data]] = []
    for environment in [
      ["TZ": "UTC", "LC_ALL": "C"], ["TZ": "UTC", "LC_ALL": "C"],
      [
        "TZ": "Asia/Kathmandu", "LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8", "LANGUAGE": "de",
      ],
    ] {
      let server = try await ServerProcess([], folder: place.path, environment: environment)
      var command = place.command
      command.environment["REPORTWIRE_ADDRESS"] = server.ttrpc
      let created = try await command(
        "create", "--template", "all", "--wait", "--options-json", "options.json")
      let id = try #require(created.outputLines.first, "\(created)")
      var made: [String: Data] = [:]
      for format in formats {
        let file = "\(files.count).\(format)"
        let got = try await command("download", id, "--format", format, "--output", file)
        #expect(got.exit == 0, "\(got)")
        made[format] = try Data(contentsOf: URL(filePath: "\(place.path)/\(file)"))
      }
      files.append(made)
      #expect(await server.stop() == 0)
    }
    for format in formats {
      #expect(files[1][format] == files[0][format], "\(format): the same run twice")
      #expect(files[2][format] == files[0][format], "\(format): another machine")
    }
  }

  @Test func withoutFontsAReportFailsAndTheServerLives() async throws {
    let place = try Workplace()
    try place.write("none.conf", "<?xml version=\"1.0\"?><fontconfig></fontconfig>\n")
    let server = try await ServerProcess(
      [], folder: place.path, environment: ["FONTCONFIG_FILE": place.path + "/none.conf"])
    var command = place.command
    command.environment["REPORTWIRE_ADDRESS"] = server.ttrpc
    let created = try await command("create", "--template", "sales", "--format", "pdf", "--wait")
    #expect(created.exit == 3, "\(created)")
    #expect(created.error.contains("INTERNAL"))
    let csv = try await command("create", "--template", "sales", "--format", "csv", "--wait")
    #expect(csv.exit == 0, "\(csv)")
    #expect(await server.stop() == 0)
    #expect(await server.logLine(containing: "has no fonts") != nil)
  }
}
