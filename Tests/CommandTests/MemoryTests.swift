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
}
