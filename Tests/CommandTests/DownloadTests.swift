import Foundation
import ReportwireTestKit
import Testing

/// Where `download` and `create --output` leave their files.
@Suite(.timeLimit(.minutes(5))) struct DownloadTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
  }

  /// Runs a command in a shell, which knows the program as `$0`.
  private func shell(_ script: String, _ address: String) async throws -> Program.Result {
    try await Program(
      "/bin/bash", ["-c", script, Binary.path], environment: ["REPORTWIRE_ADDRESS": address],
      folder: place.path
    ).run()
  }

  @Test(arguments: [
    ("get x --user \"$(printf 'caf\\351')\"", "argument 4 (--user caf\\xE9) is no UTF-8 text"),
    ("get --user=\"$(printf 'caf\\351\\303')\" x", "argument 2 (--user=caf\\xE9\\xC3) is no UTF-8"),
    ("\"$(printf '\\033\\351')\"", "argument 1 ( \\xE9) is no UTF-8 text"),
    (
      "create --template sales --output \"$(printf 'out\\351.csv')\"",
      "argument 5 (--output out\\xE9.csv) is no UTF-8 text"
    ),
    (
      "download x --output \"$(printf 'ü\\355\\240\\200')\"",
      "argument 4 (--output ü\\xED\\xA0\\x80) is no UTF-8 text"
    ),
  ])
  func argumentsThatAreNoTextAreRefused(arguments: String, wanted: String) async throws {
    let result = try await shell("\"$0\" \(arguments)", "127.0.0.1:1")
    #expect(result.exit == 2)
    let error = String(decoding: result.error, as: UTF8.self)
    #expect(error.contains(wanted), "\(error)")
    #expect(error.split(separator: "\n").count == 1)
    #expect(!place.files("").contains { $0.hasPrefix("out") })
  }

  @Test(arguments: ["REPORTWIRE_USER", "REPORTWIRE_DATA"])
  func variablesThatAreNoTextAreRefused(name: String) async throws {
    let result = try await shell(
      "export \(name)=\"$(printf 'caf\\351')\"; \"$0\" get x", "127.0.0.1:1")
    #expect(result.exit == 2)
    #expect(String(decoding: result.error, as: UTF8.self).contains("\(name)=caf\\xE9 is no UTF-8"))
  }

  @Test func anOutputGoesWhereItsPathLeads() async throws {
    let server = try await ServerProcess([], folder: place.path)
    try place.write("secret.csv", "old")
    let result = try await shell(
      """
      set -e
      chmod 600 secret.csv; ln -s sub/real.csv link.csv; mkdir sub
      out() { "$0" create --template sales --output "$@" >/dev/null 2>&1; }
      out secret.csv; out link.csv
      { echo first; "$0" create --template sales --output /dev/fd/1 2>/dev/null | tail -n +2; } >both
      out >(cat >piped)
      stat -c '%a %F' secret.csv link.csv sub/real.csv
      """, server.ttrpc)
    #expect(result.exit == 0, "\(result)")
    #expect(
      String(decoding: result.output, as: UTF8.self)
        == "600 regular file\n777 symbolic link\n644 regular file\n")
    let csv = try place.read("secret.csv")
    #expect(csv.hasPrefix("region,amount,note\r\n"))
    #expect(try place.read("sub/real.csv") == csv)
    #expect(try place.read("both") == "first\n" + csv)
    #expect(await server.stop() == 0)
  }

  @Test(arguments: ["out", "out/"])
  func aFolderTakesOneFormatOrAll(folder: String) async throws {
    let server = try await ServerProcess([], folder: place.path)
    var command = place.command
    command.environment["REPORTWIRE_ADDRESS"] = server.ttrpc
    try place.write("out/.keep", "")
    let created = try await command("create", "--template", "sales", "--wait")
    let id = try #require(created.outputLines.first)

    let json = try await command("download", id, "--format", "json", "--output", folder)
    #expect(json.exit == 0, "\(json)")
    let one = place.files("out").filter { $0 != ".keep" }
    #expect(one.count == 1 && one[0].hasSuffix(".json"), "\(one)")
    #expect(!one[0].contains(id))
    #expect(json.error.hasPrefix("out/\(one[0]): 3 rows"))

    let all = try await command("download", id, "--output", folder)
    #expect(all.exit == 0, "\(all)")
    // What is there already stays.
    let stem = one[0].dropLast(".json".count)
    let three = place.files("out").filter { $0 != ".keep" }
    #expect(three == ["\(stem) (2).json", "\(stem).csv", "\(stem).json"])
    #expect(all.error.contains("out/\(stem) (2).json: 3 rows"))
    #expect(await server.stop() == 0)
  }

  @Test func aFolderThatIsNotThereIsSaidBeforeAReportIsMade() async throws {
    let result = try await place.command(
      "create", "--template", "sales", "--output", "nowhere/", "--address", "127.0.0.1:1")
    #expect(result.exit == 2)
    #expect(result.error.contains("there is no folder 'nowhere/'"))
  }

  @Test func aFileThatIsNotWhatTheReportSaysIsRefusedAndNotKept() async throws {
    let server = try await HostileServer(fileBytes: "the beginning".utf8.count)
    let result = try await place.command(
      "download", "x", "--output", "a.csv", "--address", server.address)
    #expect(result.exit == 1)
    #expect(result.error.contains("it has 13 bytes, not 1000"), "\(result)")
    #expect(!place.exists("a.csv"))
    await server.stop()
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func aSignalEndsADownloadWithNothingLeft(signal: Int32) async throws {
    let server = try await HostileServer()
    try place.write("out/a.csv", "old")
    let process = Process()
    process.executableURL = URL(filePath: Binary.path)
    process.arguments = ["download", "x", "--output", "out/a.csv", "--address", server.address]
    process.environment = [:]
    process.currentDirectoryURL = URL(filePath: place.path)
    process.standardError = FileHandle.nullDevice
    let end = Program.end(of: process)
    try process.run()
    for await _ in server.fileBegan { break }
    kill(process.processIdentifier, signal)
    #expect(await end.value == -signal)
    #expect(place.files("out") == ["a.csv"])
    #expect(try place.read("out/a.csv") == "old")
    await server.stop()
  }
}
