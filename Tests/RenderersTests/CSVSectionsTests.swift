import Foundation
import ReportCore
import ReportwireTestKit
import Testing

@testable import Renderers

@Suite("CSV of several kinds of rows", .timeLimit(.minutes(5)))
struct CSVSectionsTests {
  private static let document = RenderDocument(
    fileName: "found", sections: ["events", "identities", "roles"])
  private static let columns = [
    RenderColumn(name: "index", title: "index"), RenderColumn(name: "id", title: "Id"),
    RenderColumn(name: "n", title: "n"),
  ]

  private func row(_ section: String, _ id: String, _ number: Int64) -> [Cell] {
    [.text(section), .text(id), .integer(number)]
  }

  /// What Python's own reader finds in the file.
  private func read(_ bytes: [UInt8]) async throws -> String {
    try await zipContents(
      bytes, "z.testzip(), *((n, z.read(n).decode()) for n in z.namelist()), sep='\\n'")
  }

  @Test func `Each kind is a file of its own without the column that names it`() async throws {
    let renderer = CSVRenderer().describing(Self.document)
    #expect(renderer.format == .csv)
    #expect(renderer.mediaType == "application/zip")
    #expect(renderer.fileExtension == "zip")
    let bytes = try rendered(
      renderer, Self.columns, [row("identities", "=a", 1), row("identities", "b", 2)])
    #expect(
      try await read(bytes) == """
        None
        ('events.csv', 'Id,n\\r\\n')
        ('identities.csv', "Id,n\\r\\n'=a,1\\r\\nb,2\\r\\n")
        ('roles.csv', 'Id,n\\r\\n')

        """)
  }

  @Test func `Options of CSV are kept`() async throws {
    var options = FormatOptions(["delimiter": .string("semicolon")])
    let renderer = CSVRenderer().adapted(to: &options).describing(Self.document)
    let bytes = try rendered(renderer, Self.columns, [row("roles", "a", 1)])
    #expect(try await read(bytes).contains("('roles.csv', 'Id;n\\r\\na;1\\r\\n')"))
  }

  @Test func `Many rows leave memory while they come`() throws {
    final class Drain: RenderDrain {
      var bytes = 0
      func take(_ bytes: [UInt8]) { self.bytes += bytes.count }
      func checkRoom(for count: Int) {}
    }
    let drain = Drain()
    var output = RenderBuffer(drain: drain)
    let session = try CSVRenderer().describing(Self.document).begin(Self.columns, into: &output)
    var state: UInt64 = 1
    for _ in 0..<20_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1
      try session.row(row("events", String(state, radix: 36), Int64(state >> 40)), into: &output)
    }
    #expect(drain.bytes > 200_000)
    #expect(output.count < 100_000)
    try session.finish(into: &output)
  }

  @Test func `A row of no known kind, or of one that was there, is refused`() throws {
    let renderer = CSVRenderer().describing(Self.document)
    for rows in [
      [row("people", "a", 1)], [row("roles", "a", 1), row("events", "b", 2)],
      [[.integer(1), .text("a"), .integer(1)]],
    ] {
      #expect(throws: ReportFailure.self) { try rendered(renderer, Self.columns, rows) }
    }
  }

  @Test func `Compressed it is one table with the column`() throws {
    let renderer = CompressedRenderer(CSVRenderer(), .gzip).describing(Self.document)
    #expect(renderer.fileExtension == "csv.gz")
    #expect(renderer.mediaType == "application/gzip")
    let plain = CompressedRenderer(CSVRenderer(), .gzip).describing(
      RenderDocument(fileName: "found"))
    let rows = [row("roles", "a", 1)]
    #expect(
      try rendered(renderer, Self.columns, rows) == rendered(plain, Self.columns, rows))
  }
}
