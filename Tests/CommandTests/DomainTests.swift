import Foundation
import Testing

/// `reportwire domains` and `reportwire domain`.
@Suite(.timeLimit(.minutes(5))) struct DomainTests {
  @Test func domainsAreListedDisabledAndEnabled() async throws {
    let place = try Workplace()
    try place.write(
      "templates/own.yaml",
      "name: own\ntemplate_id: own\nsource: sales\ntenant: shared\nsql: SELECT 1\ndomains: [acme]\n"
    )
    let server = try await ServerProcess([], folder: place.path)
    func run(_ arguments: String...) async throws -> Command.Result {
      try await place.command.run(arguments + ["--address", server.ttrpc])
    }
    #expect(try await run("domains").outputLines == ["DOMAIN_ID  TEMPLATES"])
    let disabled = try await run("domain", "disable", "acme")
    #expect(disabled.output == "acme disabled\n", "\(disabled)")
    #expect(
      try await run("domains").outputLines.dropFirst().map { $0.split(separator: " ") }
        == [["acme", "-"]])
    let refused = try await run("create", "--template", "own", "--domain", "acme")
    #expect(refused.exit == 1)
    #expect(refused.error.contains("ERROR_NOT_FOUND"), "\(refused)")
    #expect(try await run("templates", "--domain", "acme").outputLines.count == 1)

    let enabled = try await run("domain", "enable", "acme")
    #expect(enabled.output == "acme enabled: it may run 4 templates\n", "\(enabled)")
    #expect(try await run("templates", "own", "--domain", "acme").exit == 0)
    #expect(try await run("templates", "own").exit == 1)
    _ = try await run("domain", "enable", "other")
    _ = try await run("domain", "disable", "third")
    let page = try await run("domains", "--start", "2", "--limit", "1", "--keyword", "acme oth")
    #expect(page.outputLines.count == 2 && page.outputLines[1].hasPrefix("other "), "\(page)")
    #expect(page.errorLines == ["1 of 2 domains"])
    #expect(try await run("domains", "--disabled").outputLines.dropFirst().count == 1)
    let one = try await run("domains", "--domain", "acme", "--json")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(one.output.utf8)) as? [String: Any])
    #expect(object["total_count"] as? Int == 1)
    let wrong = try await run("domain", "disable", "a b")
    #expect(wrong.exit == 1)
    #expect(wrong.error.contains("is no domain id"), "\(wrong)")
    #expect(await server.stop() == 0)
  }

  @Test func aHangupChangesWhoseATemplateIs() async throws {
    let place = try Workplace()
    func offer(to domains: String) throws {
      try place.write(
        "templates/own.yaml",
        "name: own\nsource: sales\ntenant: shared\nsql: SELECT 1\ndomains: \(domains)\n")
    }
    try offer(to: "[acme]")
    let server = try await ServerProcess([], folder: place.path)
    func owners() async throws -> [String] {
      var owners: [String] = []
      for domain in ["acme", "other"] {
        let shown = try await place.command(
          "templates", "own", "--domain", domain, "--address", server.ttrpc)
        if shown.exit == 0 { owners.append(domain) }
      }
      return owners
    }
    #expect(try await owners() == ["acme"])
    try offer(to: "[other]")
    server.signal(SIGHUP)
    #expect(await server.logLine(containing: "templates read again") != nil)
    #expect(try await owners() == ["other"])
    #expect(await server.stop() == 0)
  }

  @Test func whatWasSaidOfADomainSurvivesACrash() async throws {
    let place = try Workplace()
    let first = try await ServerProcess([], folder: place.path)
    let disabled = try await place.command("domain", "disable", "acme", "--address", first.ttrpc)
    first.signal(SIGKILL)
    #expect(disabled.exit == 0)
    #expect(await first.exit() == -SIGKILL)
    let second = try await ServerProcess([], folder: place.path)
    let created = try await place.command(
      "create", "--template", "sales", "--domain", "acme", "--address", second.ttrpc)
    #expect(created.exit == 1)
    #expect(created.error.contains("ERROR_NOT_FOUND"), "\(created)")
    #expect(await second.stop() == 0)
  }
}
