import Foundation
import RPCCore
import Testing
import Texts

/// What a server says is shown, not obeyed.
@Suite(.timeLimit(.minutes(5))) struct HostileTextTests {
  private static let commands: [([String], Int32)] = [
    (["list"], 0), (["list", "--json"], 0), (["get", "x"], 0), (["get", "x", "--json"], 0),
    (["get", "gone"], 1), (["inspect", "x"], 0), (["inspect", "x", "--json"], 0),
    (["templates"], 0), (["templates", "--json"], 0), (["templates", "x"], 0),
    (["templates", "x", "--json"], 0), (["domains"], 0), (["domains", "--json"], 0),
    (["domain", "enable", HostileServer.text], 0), (["watch", "x"], 3),
    (["watch", "x", "--json"], 3),
    (["cancel", "x"], 0), (["cancel", "x", "--json"], 0), (["create", "--template", "x"], 0),
    (["create", "--template", "x", "--json"], 0),
    (["create", "--template", "x", "--wait"], 3),
    (["audit"], 0), (["audit", "--json"], 0), (["audit", "--since", HostileServer.text], 2),
    (["call", "Report/get"], 0), (["call", "ReportControl/watch"], 0),
    (["download", "x", "--format", "csv"], 1), (["get", HostileServer.text, "--limit"], 2),
    (["list", "--state", HostileServer.text], 2),
    (["create", "--template", "x", "--options-json", HostileServer.text], 2),
  ]

  @Test(arguments: commands)
  func everyWriterShowsItOnly(arguments: [String], exit: Int32) async throws {
    let place = try Workplace()
    let server = try await HostileServer()
    var command = place.command
    command.environment["REPORTWIRE_ADDRESS"] = server.address
    let result = try await command.run(arguments)
    #expect(result.exit == exit, "\(result)")
    let text = result.output + result.error
    #expect(
      text.unicodeScalars.allSatisfy { !$0.isObeyed || $0 == "\n" }, "\(text.debugDescription)")
    #expect(text.contains(HostileServer.shownEnd) || exit == 2, "\(text)")
    #expect(result.errorLines.count <= 3, "\(result.error)")
    if arguments.contains("--json") || arguments[0] == "call" {
      // Programs still read what was sent.
      let documents =
        arguments.contains("watch") || arguments.contains("ReportControl/watch")
        ? result.outputLines : [result.output]
      let objects = try documents.map { try JSONSerialization.jsonObject(with: Data($0.utf8)) }
      #expect(objects.flatMap(strings).contains { $0.utf8.elementsEqual(HostileServer.text.utf8) })
    }
    await server.stop()
  }

  private func strings(_ json: Any) -> [String] {
    switch json {
    case let text as String: [text]
    case let list as [Any]: list.flatMap(strings)
    case let object as [String: Any]: object.values.flatMap(strings)
    default: []
    }
  }

  @Test func theProgressOnATerminalMovesOnlyAsItMeansTo() async throws {
    let place = try Workplace()
    let server = try await HostileServer()
    let terminal = try Terminal(columns: 60)
    let result = try await place.command.run(
      ["watch", HostileServer.text, "--address", server.address], terminal: terminal.line)
    #expect(result.exit == 3)
    let text = try await terminal.text().replacing("\r\n", with: "\n")
    let rest = text.replacing("\r[", with: "[").replacing("\u{1b}[K", with: "")
    #expect(
      rest.unicodeScalars.allSatisfy { !$0.isObeyed || $0 == "\n" }, "\(text.debugDescription)")
    #expect(rest.contains(HostileServer.shownEnd))
    await server.stop()
  }

  @Test func wideLettersTakeTwoColumnsOfATable() async throws {
    let place = try Workplace()
    let server = try await HostileServer()
    let result = try await place.command("list", "--address", server.address)
    let gaps = try ["界界", "abcd"].map { id in
      let line = try #require(result.outputLines.first { $0.hasPrefix(id) })
      return line.dropFirst(id.count).prefix { $0 == " " }.count
    }
    // Both take four columns.
    #expect(gaps[0] == gaps[1], "\(result.output)")
    await server.stop()
  }
}
