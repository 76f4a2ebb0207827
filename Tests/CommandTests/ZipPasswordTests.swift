import Foundation
import ReportwireTestKit
import Testing

/// `create` of ZIP files with a password.
@Suite(.timeLimit(.minutes(10))) struct ZipPasswordTests {
  private static let secret = "grün-apfel-7731"
  private let place: Workplace

  init() throws {
    place = try Workplace()
  }

  private func start() async throws -> (server: ServerProcess, command: Command) {
    let server = try await ServerProcess(["--log-level", "debug"], folder: place.path)
    var command = place.command
    command.environment["REPORTWIRE_ADDRESS"] = server.ttrpc
    return (server, command)
  }

  /// What 7-Zip finds in a file.
  private func opened(_ name: String, _ password: String) async throws -> Program.Result {
    try await Program("7z", ["x", "-so", "-p\(password)", "-bd", "\(place.path)/\(name)"]).run()
  }

  @Test func aPasswordComesByFileVariableOrInput() async throws {
    let (server, command) = try await start()
    let plain = try await command(
      "create", "--template", "sales", "--format", "csv", "--output", "plain.csv")
    #expect(plain.exit == 0, "\(plain)")
    let content = try place.read("plain.csv")
    // An editor's end of the line is no part of it.
    for (name, end) in [("unix.txt", "\n"), ("windows.txt", "\r\n"), ("bare.txt", "")] {
      try place.write(name, Self.secret + end)
      let made = try await command(
        "create", "--template", "sales", "--format", "csv.zip", "--zip-password-file", name,
        "--output", "\(name).zip")
      #expect(made.exit == 0, "\(made)")
      let right = try await opened("\(name).zip", Self.secret)
      #expect(String(decoding: right.output, as: UTF8.self) == content)
      #expect(try await opened("\(name).zip", "other").exit != 0)
      let verified = try await command("verify", "\(name).zip")
      #expect(verified.exit == 0, "\(verified)")
    }
    let piped = try await command(
      "create", "--template", "sales", "--format", "csv.zip", "--zip-password-file", "-",
      "--output", "piped.zip", input: Self.secret + "\n")
    #expect(piped.exit == 0, "\(piped)")
    #expect(try await opened("piped.zip", Self.secret).exit == 0)
    var told = command
    told.environment["REPORTWIRE_ZIP_PASSWORD"] = Self.secret
    let both = try await told(
      "create", "--template", "sales", "--format", "jsonl.zip", "--output", "told.zip")
    #expect(both.exit == 0, "\(both)")
    #expect(try await opened("told.zip", Self.secret).exit == 0)
    // What is no ZIP file takes none.
    #expect(
      try await told("create", "--template", "sales", "--format", "csv", "--output", "again.csv")
        .exit == 0)
    #expect(try place.read("again.csv") == content)
    #expect(await server.stop() == 0)
  }

  @Test func whatIsWrongWithAPasswordIsSaid() async throws {
    let (server, command) = try await start()
    try place.write("p.txt", Self.secret)
    try place.write("empty.txt", "\n")
    try place.write("long.txt", String(repeating: "ü", count: 50))
    let cases: [(arguments: [String], exit: Int32, message: String)] = [
      (["--format", "csv", "--zip-password-file", "p.txt"], 2, "ask for --format csv.zip"),
      (["--zip-password-file", "p.txt"], 2, "ask for --format csv.zip"),
      (["--format", "csv.zip", "--zip-password-file", "none.txt"], 2, "cannot be opened"),
      (["--format", "csv.zip", "--zip-password-file", "empty.txt"], 2, "there is no password in"),
      (["--format", "csv.zip", "--zip-password-file", "long.txt"], 1, "1 to 99 bytes"),
      (
        ["--format", "csv.zip", "--zip-password-file", "p.txt", "--ask-zip-password"], 2,
        "cannot go together"
      ),
      (
        ["--format", "csv.zip", "--zip-password-file", "-", "--options-json", "-"], 2,
        "cannot both be standard input"
      ),
    ]
    for (arguments, exit, message) in cases {
      let result = try await command.run(["create", "--template", "sales"] + arguments)
      #expect(result.exit == exit, "\(arguments): \(result)")
      #expect(result.error.contains(message), "\(arguments): \(result)")
      #expect(!result.error.contains(Self.secret))
    }
    #expect(await server.stop() == 0)
  }

  @Test func aReportWithAPasswordIsMadeAgainWithItGivenAgain() async throws {
    let (server, command) = try await start()
    try place.write("p.txt", Self.secret)
    let created = try await command(
      "create", "--template", "sales", "--format", "csv.zip", "--format", "json",
      "--zip-password-file", "p.txt", "--wait")
    let id = try #require(created.outputLines.first, "\(created)")
    let without = try await command("create", "--again", id)
    #expect(without.exit == 2)
    #expect(without.error.contains("the report had a password for csv.zip"))
    let again = try await command("create", "--again", id, "--zip-password-file", "p.txt")
    #expect(again.exit == 0, "\(again)")
    #expect(
      again.output.contains(
        "csv.zip: encrypted, so its bytes are others every time; 3 rows, were 3"))
    #expect(again.output.contains("json: the same"))
    try place.execute("INSERT INTO sales VALUES ('default', 'west', 9, 'new')")
    let other = try await command("create", "--again", id, "--zip-password-file", "p.txt")
    #expect(other.exit == 4)
    #expect(other.output.contains("others every time; 4 rows, were 3"))

    let plain = try await command("create", "--template", "sales", "--wait")
    let refused = try await command(
      "create", "--again", try #require(plain.outputLines.first), "--zip-password-file", "p.txt")
    #expect(refused.exit == 2)
    #expect(refused.error.contains("the report had no password"))
    #expect(await server.stop() == 0)
  }

  @Test func nothingKeepsAPassword() async throws {
    let (server, command) = try await start()
    var told = command
    told.environment["REPORTWIRE_ZIP_PASSWORD"] = Self.secret
    let created = try await told(
      "create", "--template", "sales", "--format", "csv.zip", "--wait", "--idempotency-key", "k")
    let id = try #require(created.outputLines.first, "\(created)")
    // Refused ones leave no more.
    for options in [
      #"{"password": "\#(Self.secret)"}"#,
      #"{"format_options": {"csv": {"password": "\#(Self.secret)"}}}"#,
      #"{"least": "\#(Self.secret)"}"#,
    ] {
      let refused = try await command(
        "create", "--template", "sales", "--options-json", "-", input: options)
      #expect(refused.exit == 1)
    }
    var shown = ""
    for arguments in [
      ["get", id, "--json"], ["inspect", id, "--json"], ["list", "--json"], ["watch", id],
      ["download", id, "--format", "manifest", "--output", "-"], ["audit", "--json"],
    ] {
      let result = try await command.run(arguments)
      shown += result.output + result.error
    }
    #expect(shown.contains(#""encrypted""#))
    #expect(!shown.contains(Self.secret))
    #expect(holders(of: Self.secret) == [])
    #expect(await server.stop() == 0)
    let log = await server.restOfLog()
    #expect(log.contains(id))
    #expect(!log.contains(Self.secret))
    #expect(holders(of: Self.secret) == [])
    // The search finds what is there.
    #expect(!holders(of: id).isEmpty)
  }

  /// The files of the server, its write-ahead log too, in which a text stands.
  private func holders(of text: String) -> [String] {
    place.files("data").filter { name in
      let bytes = FileManager.default.contents(atPath: "\(place.path)/data/\(name)") ?? Data()
      return bytes.range(of: Data(text.utf8)) != nil
    }
  }
}
