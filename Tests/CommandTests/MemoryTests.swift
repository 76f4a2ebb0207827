import Foundation
import ReportwireTestKit
import Testing

/// How much a server holds while it makes a report, seen from outside.
@Suite(.timeLimit(.minutes(5))) struct MemoryTests {
  @Test func aMillionRowsBecomeAFileWithoutBeingHeld() async throws {
    let place = try Workplace()
    try place.write(
      "templates/wide.yaml",
      """
      name: wide
      source: sales
      tenant: shared
      sql: |
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
        SELECT i, printf('%0250d', i) AS text FROM n
      """)
    let server = try await ServerProcess([], folder: place.path)
    let result = try await place.command(
      "create", "--template", "wide", "--wait", "--address", server.ttrpc)
    #expect(result.exit == 0, "\(result)")
    let file = try #require(place.files("data/artifacts").first)
    let size = try FileManager.default.attributesOfItem(
      atPath: "\(place.path)/data/artifacts/\(file)")[.size]
    #expect((size as? Int ?? 0) > 250_000_000)
    let peak = try ProcessMemory.peakKibibytes(of: server.process.processIdentifier)
    #expect(peak < 96 << 10, "\(peak) KiB")
    #expect(await server.stop() == 0)
  }

  /// Were they held, or gone through twice, 300,000 rows of 130 characters would show.
  @Test func spreadsheetsAreMadeBesideOtherFilesWithoutBeingHeld() async throws {
    let place = try Workplace()
    try place.write(
      "templates/sheet.yaml",
      """
      name: sheet
      source: sales
      tenant: shared
      formats: [csv, json, xlsx]
      xlsx: {totals: {i: sum}}
      sql: |
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)
        SELECT i, hex(randomblob(64)) AS text, i * 0.01 AS number FROM n
      """)
    let server = try await ServerProcess([], folder: place.path)
    let result = try await place.command(
      "create", "--template", "sheet", "--wait", "--address", server.ttrpc)
    #expect(result.exit == 0, "\(result)")
    let sheet = try #require(place.files("data/artifacts").first { $0.hasSuffix(".xlsx") })
    let size = try FileManager.default.attributesOfItem(
      atPath: "\(place.path)/data/artifacts/\(sheet)")[.size]
    #expect((size as? Int ?? 0) > 20_000_000)
    let peak = try ProcessMemory.peakKibibytes(of: server.process.processIdentifier)
    #expect(peak < 128 << 10, "\(peak) KiB")
    #expect(await server.stop() == 0)
  }

  @Test func aMillionRowsBecomeThreeFilesAtOnce() async throws {
    let place = try Workplace()
    try place.write(
      "templates/narrow.yaml",
      """
      name: narrow
      source: sales
      tenant: shared
      formats: [csv, xlsx, json]
      sql: |
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
        SELECT i, 'row ' || i AS text FROM n
      """)
    let peak = try await peak(of: "narrow", place, rows: 1_000_000)
    #expect(peak < 128 << 10, "\(peak) KiB")
  }

  @Test func aHundredThousandRowsBecomePagesWithoutBeingHeld() async throws {
    let place = try Workplace()
    try place.write(
      "templates/pages.yaml",
      """
      name: pages
      source: sales
      tenant: shared
      formats: [pdf]
      sql: |
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
        SELECT i, 'plain words ' || i AS text, iif(i % 10 = 0, '서울 ' || i, 'Zürich') AS place,
          i * 0.25 AS amount FROM n
      """)
    let peak = try await peak(of: "pages", place, rows: 100_000)
    #expect(peak < 128 << 10, "\(peak) KiB")
  }

  /// - Returns: the most memory that a server had with one report, in KiB.
  private func peak(of template: String, _ place: Workplace, rows: Int) async throws -> Int {
    let server = try await ServerProcess([], folder: place.path)
    let result = try await place.command(
      "create", "--template", template, "--wait", "--json", "--address", server.ttrpc)
    #expect(result.exit == 0, "\(result)")
    let inspected = try await place.command(
      "inspect", try #require(result.output.firstMatch(of: /report-[0-9a-f]+/)).output.description,
      "--json", "--address", server.ttrpc)
    #expect(inspected.output.contains("\(rows)"), "\(inspected)")
    let peak = try ProcessMemory.peakKibibytes(of: server.process.processIdentifier)
    #expect(await server.stop() == 0)
    return peak
  }

  /// A text of controls is six times as long in JSON, where it was gathered as a whole once.
  @Test func oneRowOfTheLargestValueIsNotHeldAsWhatItBecomes() async throws {
    let place = try Workplace()
    func template(_ name: String, _ sql: String, _ limits: String = "") throws {
      try place.write(
        "templates/\(name).yaml",
        "name: \(name)\nsource: sales\ntenant: shared\nformats: [csv, json]\nsql: \(sql)\n\(limits)"
      )
    }
    try template("large", "SELECT CAST(zeroblob(16777216) AS TEXT) AS a")
    try template(
      "blobs", "SELECT zeroblob(200000000) a, zeroblob(200000001) b, zeroblob(200000002) c",
      "limits: {bytes: 1000}")
    try template("small", "SELECT zeroblob(5000) a", "limits: {bytes: 1000}")
    try template("cell", "SELECT 'abcde' AS word", "limits: {cell_bytes: 4}")
    let server = try await ServerProcess([], folder: place.path)
    let done = try await place.command(
      "create", "--template", "large", "--wait", "--address", server.ttrpc)
    #expect(done.exit == 0, "\(done)")
    for (name, reason) in [
      ("blobs", "For row 1 the query makes a value"), ("small", "more than 1000 bytes"),
      ("cell", "The value of column \"word\" in row 1 has 5 bytes; a value may have 4."),
    ] {
      let failed = try await place.command(
        "create", "--template", name, "--wait", "--address", server.ttrpc)
      #expect(failed.exit == 3)
      #expect(failed.error.contains("BYTE_LIMIT") && failed.error.contains(reason), "\(failed)")
    }
    let peak = try ProcessMemory.peakKibibytes(of: server.process.processIdentifier)
    #expect(peak < 144 << 10, "\(peak) KiB")
    #expect(await server.stop() == 0)
  }
}
