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
