import Testing

/// What is wrong with the command line itself: exit code 2, one line, nothing on standard output.
@Suite(.timeLimit(.minutes(5))) struct UsageTests {
  @Test(arguments: [
    (["frobnicate"], "there is no command 'frobnicate'; 'reportwire --help' lists them"),
    (["gets", "report-1"], "there is no command 'gets'; did you mean 'get'?"),
    (["keys", "rotat"], "Unexpected argument 'rotat'; see 'reportwire keys --help'"),
    (
      ["create"],
      "Missing expected argument '--template <template>'; see 'reportwire create --help'"
    ),
    (
      ["create", "--template", "t", "--option", "x"], "'x' is no option; write --option NAME=VALUE"
    ),
    (
      ["create", "--template", "t", "--options-json", "missing.json"],
      "'missing.json' cannot be opened"
    ),
    (["create", "--template", "t", "--options-json", "-"], "--options-json is no JSON object"),
    (["create", "--template", "t", "--json", "--output", "-"], "cannot go together"),
    (
      ["create", "--template", "t", "--format", "csv", "--format", "json", "--output", "x.csv"],
      "--output must name a folder"
    ),
    (["get"], "Missing expected argument '<report_id>'"),
    (["get", "a", "b"], "Unexpected argument 'b'"),
    (["get", "a", "--timeout", "0"], "the timeout must be more than 0"),
    (["get", "a", "--timeout", "soon"], "The value 'soon' is invalid for '--timeout"),
    (["get", "a", "--domain", ""], "the domain must not be empty"),
    (
      ["get", "a", "--address", "nowhere"],
      "The address nowhere cannot be used: the port is missing"
    ),
    (["list", "--state", "DONE"], "'DONE' is no state; it may be CREATED, IN_PROGRESS"),
    (["list", "--desc"], "--desc needs --sort FIELD"),
    (["list", "--filter", "state"], "'state' is no filter; write 'KEY OPERATOR VALUE'"),
    (["list", "--limit", "many"], "The value 'many' is invalid for '--limit"),
    (["download"], "Missing expected argument '<report_id>'"),
    (["cancel"], "Missing expected argument '<report_id>'"),
    (["watch"], "Missing expected argument '<report_id>'"),
    (["inspect"], "Missing expected argument '<report_id>'"),
    (["templates", "a", "b"], "Unexpected argument 'b'"),
    (["domain", "disable"], "Missing expected argument '<domain_id>'"),
    (["domains", "acme"], "Unexpected argument 'acme'"),
    (["call"], "name a method as SERVICE/METHOD, or --list"),
    (["call", "Nothing/get"], "there is no method 'Nothing/get'; 'reportwire call --list'"),
    (
      ["call", "Report/get", "--json", "{"],
      "the request is no spaceone.api.report.v1.GetReportRequest"
    ),
    (["call", "Report/get", "--json", "{\"id\": 1}"], "the request is no"),
    (["call", "Report/get", "--json", "@missing"], "the file 'missing' cannot be opened"),
    (["call", "Report/get", "--metadata", "x"], "'x' is no metadata; write --metadata KEY=VALUE"),
    (
      ["serve", "--limits-attempts", "0"], "--limits-attempts: '0' is no whole number from 1 to 100"
    ),
    (["serve", "--limits-attempts=0"], "--limits-attempts: '0' is no whole number"),
    (["serve", "--limits-attempts"], "--limits-attempts: '' is no whole number"),
    (["serve", "--limit", "attempts=0"], "--limits-attempts: '0' is no whole number"),
    (["serve", "--limit", "attempts"], "--limit: 'attempts' is no bound; write NAME=NUMBER"),
    (["serve", "--limit", "atempts=1"], "no bound 'atempts'; did you mean 'attempts'?"),
    (["serve", "--listen-http", "0.0.0.0:0"], "does not authenticate callers"),
    (["serve", "--config", "missing.yaml"], "missing.yaml: the file cannot be opened"),
    (["serve", "--source", "x"], "'x' is no source; write NAME=PATH"),
  ])
  func mistakesAreOneLine(arguments: [String], wanted: String) async throws {
    let place = try Workplace()
    let result = try await Command(folder: place.path + "/templates").run(arguments)
    #expect(result.exit == 2, "\(result)")
    #expect(result.output.isEmpty)
    #expect(result.errorLines.count == 1, "\(result.error)")
    #expect(result.error.contains(wanted), "\(result.error)")
    #expect(result.error.hasPrefix("reportwire"))
  }

  @Test func aVariableIsCheckedLikeItsFlag() async throws {
    let command = Command(environment: ["REPORTWIRE_TIMEOUT": "soon"], folder: "/")
    let result = try await command("get", "a")
    #expect(result.exit == 2)
    #expect(result.error.contains("REPORTWIRE_TIMEOUT is 'soon', which is no number"))
  }
}
