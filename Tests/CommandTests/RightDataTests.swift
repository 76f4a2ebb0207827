import Foundation
import GRDB
import Testing

/// What stands in a file against what stands in the database, through the whole program.
@Suite(.timeLimit(.minutes(5))) struct RightDataTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    let database = try DatabaseQueue(path: place.path + "/sales.db")
    try database.write { db in
      try db.execute(
        sql: """
          CREATE TABLE events (at TEXT, at_seconds TEXT, what TEXT);
          INSERT INTO events VALUES
            ('2026-11-23T00:00:00.000Z', '2026-11-23T00:00:00Z', 'midnight'),
            ('2026-11-23T08:30:00.500Z', '2026-11-23T08:30:00Z', 'morning'),
            ('2026-11-24T00:00:00.000Z', '2026-11-24T00:00:00Z', 'next midnight'),
            ('2026-11-24T00:00:00.500Z', '2026-11-24T00:00:00Z', 'next day');
          CREATE TABLE people (name TEXT);
          INSERT INTO people VALUES ('Ann'), (CAST(x'C96D696C65' AS TEXT));
          CREATE TABLE empties (x); INSERT INTO empties VALUES (x''), (''), (NULL), ('a');
          """)
    }
    try database.close()
    for (name, text) in Self.templates {
      try place.write("templates/\(name).yaml", "name: \(name)\nsource: sales\n\(text)\n")
    }
  }

  private func withServer(_ body: (Command) async throws -> Void) async throws {
    let server = try await ServerProcess([], folder: place.path)
    var command = place.command
    command.environment["REPORTWIRE_ADDRESS"] = server.ttrpc
    try await body(command)
  }

  private static let range = """
    parameters: {from: {type: datetime, required: true}, to: {type: datetime, required: true}}
    """

  private static let templates = [
    "milliseconds": """
    tenant: shared
    sql: SELECT what FROM events WHERE at >= :from AND at < :to ORDER BY at
    \(range)
    """,
    "seconds": """
    tenant: shared
    sql: SELECT DISTINCT at_seconds FROM events WHERE at_seconds >= :from AND at_seconds < :to
    \(range)
    """,
    "people": "tenant: shared\nsql: SELECT name FROM people\nformats: [json]",
    "replaced": "tenant: shared\nsql: SELECT name FROM people\ninvalid_text: replace",
    "latin": "tenant: shared\nsql: SELECT name FROM people\ninvalid_text: latin1",
    "empties": "tenant: shared\nsql: SELECT x FROM empties ORDER BY rowid",
    "formats": """
    tenant: shared
    sql: SELECT -5 AS n, '2026-11-23T08:30:00Z' AS day, 'x;=1+1' AS note
    columns: [{name: n, format: "0.00"}, {name: day, format: dd.mm.yyyy}]
    formats: [csv, json]
    """,
  ]

  @Test func rowsOnTheEdgesOfARangeAreRight() async throws {
    try await withServer { command in
      func rows(_ template: String, _ from: String, _ to: String) async throws -> Command.Result {
        try await command(
          "create", "--template", template, "--option", "from=\(from)", "--option", "to=\(to)",
          "--output", "-")
      }
      for (from, to) in [
        ("2026-11-23T00:00:00Z", "2026-11-24T00:00:00.000Z"),
        ("2026-11-23T00:00:00.000000Z", "2026-11-24T01:00:00+01:00"),
      ] {
        #expect(
          try await rows("milliseconds", from, to).output == "what\r\nmidnight\r\nmorning\r\n")
        #expect(
          try await rows("seconds", from, to).output
            == "at_seconds\r\n2026-11-23T00:00:00Z\r\n2026-11-23T08:30:00Z\r\n")
      }
      let refused = try await rows("seconds", "2026-11-23T08:30:00.5Z", "9999-12-31T23:59:59Z")
      #expect(refused.exit == 1)
      #expect(refused.error.contains("stored_as"), "\(refused)")
    }
  }

  @Test func textThatIsNotUTF8FailsOrIsReadAsTheTemplateSays() async throws {
    try await withServer { command in
      let failed = try await command("create", "--template", "people", "--wait")
      #expect(failed.exit == 3)
      #expect(
        failed.error.contains("The text of column \"name\" in row 2 is not UTF-8"), "\(failed)")
      let latin = try await command("create", "--template", "latin", "--output", "-")
      #expect(latin.output == "name\r\nAnn\r\nÉmile\r\n", "\(latin)")
      let replaced = try await command("create", "--template", "replaced", "--wait")
      let id = try #require(replaced.outputLines.first, "\(replaced)")
      #expect(try await command("inspect", id).output.contains("texts replaced  1\n"))
      #expect(try await command("inspect", id, "--json").output.contains("\"texts_replaced\""))
      let whole = try await command("create", "--template", "empties", "--wait")
      let other = try await command("inspect", try #require(whole.outputLines.first))
      #expect(!other.output.contains("texts replaced"))
    }
  }

  @Test func nothingAndEmptinessAreToldApartAndFormatsAreApplied() async throws {
    try await withServer { command in
      let empties = try await command("create", "--template", "empties", "--output", "-")
      #expect(empties.output == "x\r\n\" \"\r\n\"\"\r\n\\N\r\na\r\n", "\(empties)")
      let csv = try await command(
        "create", "--template", "formats", "--format", "csv", "--output", "-")
      #expect(csv.output == "n,day,note\r\n-5.00,23.11.2026,x;'=1+1\r\n", "\(csv)")
      let json = try await command(
        "create", "--template", "formats", "--format", "json", "--output", "-")
      #expect(
        json.output == "[\n{\"n\":-5.00,\"day\":\"23.11.2026\",\"note\":\"x;=1+1\"}\n]\n",
        "\(json)")
    }
  }

  @Test func filtersReachFromTheFirstYearToTheLast() async throws {
    try await withServer { command in
      let created = try await command("create", "--template", "empties", "--wait")
      let id = try #require(created.outputLines.first, "\(created)")
      for (filter, isFound) in [
        ("lt 9999-12-31T23:59:59Z", true), ("gte 9999-12-31T23:59:59Z", false),
        ("gt 0001-01-01T00:00:00Z", true), ("lte 1600-01-01", false),
      ] {
        let listed = try await command("list", "--filter", "created_at \(filter)")
        #expect(listed.exit == 0, "\(listed)")
        #expect(listed.output.contains(id) == isFound, "\(filter)")
      }
    }
  }
}
