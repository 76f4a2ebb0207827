import Foundation
import ReportwireTestKit
import Testing

/// `verify`, `create --again`, `keys show` and the manifests that they are about.
@Suite(.timeLimit(.minutes(10))) struct VerifyTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
  }

  /// A server with a report in CSV and JSON, its files and manifest downloaded.
  private func start() async throws -> (server: ServerProcess, command: Command, id: String) {
    let server = try await ServerProcess([], folder: place.path)
    var command = place.command
    command.environment["REPORTWIRE_ADDRESS"] = server.ttrpc
    let created = try await command("create", "--template", "sales", "--wait")
    let id = try #require(created.outputLines.first, "\(created)")
    for (format, file) in [("csv", "s.csv"), ("json", "s.json"), ("manifest", "s.manifest.json")] {
      let got = try await command("download", id, "--format", format, "--output", file)
      #expect(got.exit == 0, "\(got)")
    }
    let keys = try await command("keys", "show")
    #expect(keys.exit == 0, "\(keys)")
    try place.write("keys.json", keys.output)
    return (server, command, id)
  }

  private func flip(_ name: String, at index: Int) throws -> Data {
    let old = try Data(contentsOf: URL(filePath: "\(place.path)/\(name)"))
    var new = old
    new[index] ^= 1
    try new.write(to: URL(filePath: "\(place.path)/\(name)"))
    return old
  }

  private func restore(_ name: String, _ data: Data) throws {
    try data.write(to: URL(filePath: "\(place.path)/\(name)"))
  }

  @Test func filesAreRightWithTheServerAndWithout() async throws {
    let (server, command, id) = try await start()
    let asked: [[String]] = [
      ["verify", "s.csv", "s.json"], ["verify", "s.json", "--report", id],
      ["verify", "s.csv", "--manifest", "s.manifest.json"],
    ]
    for arguments in asked {
      let result = try await command.run(arguments)
      #expect(result.exit == 0, "\(arguments): \(result)")
      #expect(result.output.contains("right: "))
      #expect(result.output.contains(id))
    }
    // By its bytes alone.
    try FileManager.default.moveItem(
      atPath: place.path + "/s.manifest.json", toPath: place.path + "/away.json")
    let found = try await command("verify", "s.csv")
    #expect(found.exit == 0, "\(found)")
    let foreign = try await command("verify", "s.csv", "--domain", "other")
    #expect(foreign.exit == 4)
    #expect(foreign.output.contains("WRONG: no report of the domain other has a file"))
    #expect(foreign.output.contains("--domain names another domain"))
    try FileManager.default.moveItem(
      atPath: place.path + "/away.json", toPath: place.path + "/s.manifest.json")
    #expect(await server.stop() == 0)
    // Nobody to ask any more.
    for arguments in [
      ["verify", "s.csv", "s.json", "--public-key", "keys.json"],
      [
        "verify", "s.csv", "--public-key", "keys.json", "--manifest", "s.manifest.json", "--report",
        id,
      ],
    ] {
      let result = try await command.run(arguments)
      #expect(result.exit == 0, "\(arguments): \(result)")
    }
    #expect(try await command("verify", "s.csv").exit == 1)
  }

  @Test func aByteThatIsAnotherIsFoundInFileManifestAndKey() async throws {
    let (server, command, id) = try await start()
    let size = try Data(contentsOf: URL(filePath: place.path + "/s.csv")).count
    for index in [0, size / 2, size - 1] {
      let old = try flip("s.csv", at: index)
      for arguments in [
        ["verify", "s.csv"], ["verify", "s.csv", "--report", id],
        ["verify", "s.csv", "--public-key", "keys.json"],
      ] {
        let result = try await command.run(arguments)
        #expect(result.exit == 4, "\(index) \(arguments): \(result)")
        #expect(
          result.output.contains("WRONG: it is not the csv file of report \(id): its SHA-256"))
        #expect(result.error.contains("1 of 1 file not as it should be"))
      }
      try restore("s.csv", old)
    }
    let manifest = try Data(contentsOf: URL(filePath: place.path + "/s.manifest.json")).count
    for index in stride(from: 0, to: manifest, by: manifest / 8) {
      let old = try flip("s.manifest.json", at: index)
      for arguments in [["verify", "s.csv"], ["verify", "s.csv", "--public-key", "keys.json"]] {
        let result = try await command.run(arguments)
        #expect(result.exit == 4, "\(index) \(arguments): \(result)")
      }
      try restore("s.manifest.json", old)
    }
    #expect(await server.stop() == 0)
    try place.write(
      "other.pem",
      """
      -----BEGIN PUBLIC KEY-----
      MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
      -----END PUBLIC KEY-----

      """)
    let unknown = try await command("verify", "s.csv", "--public-key", "other.pem")
    #expect(unknown.exit == 4)
    #expect(unknown.output.contains("is none of those that are known"))
    let none = try await command("verify", "s.csv", "--public-key", "s.csv")
    #expect(none.exit == 2)
    #expect(none.error.contains("holds no Ed25519 public key"))
    let another = try await command(
      "verify", "s.csv", "--public-key", "keys.json", "--report", "report-000000000000")
    #expect(another.exit == 4)
    #expect(another.output.contains("its manifest is of \(id), not of report-000000000000"))
    let bare = try await command("verify", "reportwire.yaml", "--public-key", "keys.json")
    #expect(bare.exit == 2)
    #expect(bare.error.contains("there is no manifest beside 'reportwire.yaml'"))
  }

  @Test func anEarlierKeyStillChecksWhatItSigned() async throws {
    let (server, command, _) = try await start()
    let rotated = try await command("keys", "rotate", "--manifests")
    #expect(rotated.exit == 0, "\(rotated)")
    #expect(rotated.output.contains("manifests signed before stay good"))
    #expect(try await command("verify", "s.csv").exit == 0)
    let created = try await command("create", "--template", "sales", "--wait")
    let second = try #require(created.outputLines.first)
    _ = try await command("download", second, "--format", "csv", "--output", "t.csv")
    _ = try await command("download", second, "--format", "manifest", "--output", "t.manifest.json")
    #expect(try await command("verify", "s.csv", "t.csv").exit == 0)
    // Of before the change.
    #expect(try await command("verify", "s.csv", "--public-key", "keys.json").exit == 0)
    #expect(try await command("verify", "t.csv", "--public-key", "keys.json").exit == 4)
    try place.write("keys.json", try await command("keys", "show").output)
    #expect(try await command("verify", "s.csv", "t.csv", "--public-key", "keys.json").exit == 0)
    #expect(await server.stop() == 0)
    #expect(try await command("keys", "rotate", "--manifests", "--revoke").exit == 2)
  }

  @Test func aReportIsMadeAgainAndCompared() async throws {
    let (server, command, id) = try await start()
    let same = try await command("create", "--again", id)
    #expect(same.exit == 0, "\(same)")
    #expect(same.outputLines.count == 3)
    #expect(same.outputLines.first != id)
    #expect(same.output.contains("csv: the same"))
    #expect(same.output.contains("json: the same"))

    try place.execute("INSERT INTO sales VALUES ('default', 'west', 9, 'new')")
    let other = try await command("create", "--again", id)
    #expect(other.exit == 4, "\(other)")
    #expect(other.output.contains("csv: not the same"))
    #expect(other.output.contains("rows: 4, not 3"))
    #expect(other.output.contains("source.state.change_counter: "))
    #expect(!other.output.contains("template."))
    #expect(other.error.contains("is not the same as \(id)"))

    for arguments in [
      ["create"], ["create", "--again", id, "--template", "sales"],
      ["create", "--again", id, "--option", "least=1"], ["create", "--again", id, "--json"],
    ] {
      #expect(try await command.run(arguments).exit == 2, "\(arguments)")
    }
    #expect(await server.stop() == 0)
  }

  /// The second one is made in another second, by a clock that does not stand.
  @Test func documentsMadeAgainAreTheSameBytes() async throws {
    try place.write(
      "templates/documents.yaml",
      "name: documents\nsource: sales\ntenant: shared\nsql: SELECT 1 AS a\nformats: [xlsx, pdf]\n")
    let server = try await ServerProcess([], folder: place.path)
    var command = place.command
    command.environment["REPORTWIRE_ADDRESS"] = server.ttrpc
    try place.write("options.json", #"{"format_options": {"pdf": {"paper": "letter"}}}"#)
    let first = try await command(
      "create", "--template", "documents", "--wait", "--options-json", "options.json")
    let id = try #require(first.outputLines.first, "\(first)")
    let again = try await command("create", "--again", id)
    #expect(again.exit == 0, "\(again)")
    #expect(again.output.contains("pdf: the same") && again.output.contains("xlsx: the same"))
    let second = try #require(again.outputLines.first)
    let shown = try await command("download", second, "--format", "manifest", "--output", "-")
    #expect(shown.output.contains(/"pdf":{"created_at":"[^"]+","paper":"letter"}/), "\(shown)")
    // The moment is that of the first one, however often it is made again.
    let third = try await command("create", "--again", second)
    #expect(third.exit == 0, "\(third)")
    #expect(await server.stop() == 0)
  }

  /// The machine's language and time zone have no part in it.
  @Test func aManifestIsTheSameWhateverTheMachineSpeaks() async throws {
    var texts: [String] = []
    for environment in [["TZ": "UTC"], ["TZ": "Asia/Kathmandu", "LC_ALL": "de_DE.UTF-8"]] {
      let server = try await ServerProcess(
        [], folder: place.path, environment: environment)
      var command = place.command
      command.environment["REPORTWIRE_ADDRESS"] = server.ttrpc
      let created = try await command("create", "--template", "sales", "--wait")
      let id = try #require(created.outputLines.first)
      let got = try await command("download", id, "--format", "manifest", "--output", "-")
      let payload = try #require(got.outputLines.dropFirst().first)
      texts.append(
        payload.replacing(id, with: "ID")
          .replacing(/"(created|started|ended)_at":"[-0-9T:.]+Z"/) { "\($0.output.1)" })
      #expect(await server.stop() == 0)
    }
    #expect(texts[0] == texts[1])
  }
}
