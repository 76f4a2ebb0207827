import Foundation
import Renderers
import ReportCore
import ReportwireTestKit
import Testing

@Suite("Golden files of the renderers", .timeLimit(.minutes(5)))
struct GoldenTests {
  @Test(arguments: GoldenCase.names)
  func `CSV has the golden bytes`(_ name: String) throws {
    let golden = try GoldenCase.load(name)
    let bytes = try rendered(
      CSVRenderer(options: golden.options), golden.renderColumns, golden.cells)
    try compare(bytes, with: "csv/\(name).csv")
  }

  @Test(arguments: GoldenCase.names)
  func `JSON has the golden bytes`(_ name: String) throws {
    let golden = try GoldenCase.load(name)
    let bytes = try rendered(JSONRenderer(), golden.renderColumns, golden.cells)
    try compare(bytes, with: "json/\(name).json")
  }

  @Test(arguments: GoldenCase.names)
  func `JSON Lines has the golden bytes`(_ name: String) throws {
    let golden = try GoldenCase.load(name)
    let bytes = try rendered(JSONLinesRenderer(), golden.renderColumns, golden.cells)
    try compare(bytes, with: "jsonl/\(name).jsonl")
  }

  @Test func `The cases are there`() {
    #expect(GoldenCase.names.count >= 14)
  }

  @Test(.disabled(if: GoldenCase.isRefreshing, "the golden files are being written"))
  func `Python's csv and json modules read the golden files as the cases say`() async throws {
    let check = Program("python3", [GoldenCase.directory.appending(path: "check.py").path])
    let result = try await check.run()
    let said = String(decoding: result.output + result.error, as: UTF8.self)
    #expect(result.exit == 0, "\(said)")
  }

  private func compare(_ bytes: [UInt8], with path: String) throws {
    let file = GoldenCase.directory.appending(path: path)
    if GoldenCase.isRefreshing {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: file)
    }
    #expect(try Array(Data(contentsOf: file)) == bytes)
  }
}
