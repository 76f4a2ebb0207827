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
