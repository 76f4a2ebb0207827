import Renderers
import ReportCore
import ReportwireTestKit
import Testing

@Suite("Renderers conform", .timeLimit(.minutes(5)))
struct RendererConformanceTests {
  @Test(arguments: RendererConformance.cases)
  func `CSV`(_ conformance: RendererConformance.Case) async throws {
    try await conformance.run(CSVRenderer())
  }

  @Test(arguments: RendererConformance.cases)
  func `CSV with a byte order mark and semicolons`(
    _ conformance: RendererConformance.Case
  ) async throws {
    let options = CSVOptions(delimiter: .semicolon, hasByteOrderMark: true)
    try await conformance.run(CSVRenderer(options: options))
  }

  @Test(arguments: RendererConformance.cases)
  func `JSON`(_ conformance: RendererConformance.Case) async throws {
    try await conformance.run(JSONRenderer())
  }

  @Test(arguments: RendererConformance.cases)
  func `JSON Lines`(_ conformance: RendererConformance.Case) async throws {
    try await conformance.run(JSONLinesRenderer())
  }

  @Test(arguments: RendererConformance.cases)
  func `XLSX`(_ conformance: RendererConformance.Case) async throws {
    try await conformance.run(XLSXRenderer())
  }

  @Test(arguments: RendererConformance.cases)
  func `XLSX with sheets of three rows`(_ conformance: RendererConformance.Case) async throws {
    try await conformance.run(XLSXRenderer(rowsPerSheetMax: 3))
  }

  @Test(arguments: RendererConformance.cases, CompressedRenderer.Method.allCases)
  func `Compressed`(
    _ conformance: RendererConformance.Case, _ method: CompressedRenderer.Method
  ) async throws {
    for base: any Renderer in [CSVRenderer(), JSONRenderer(), JSONLinesRenderer()] {
      try await conformance.run(CompressedRenderer(base, method))
    }
  }
}
