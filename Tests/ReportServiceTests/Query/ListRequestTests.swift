import ReportAPI
import ReportCore
import Testing

@testable import ReportService

@Suite("What a store is asked for a list")
struct ListRequestTests {
  /// One more than fits a response, so that too many are noticed, and never more, whatever the
  /// caller asks for: they would all be read first.
  @Test(
    "rows are bounded whatever the page says",
    arguments: [(nil, 6), (0, 6), (1, 1), (5, 5), (6, 6), (7, 6), (.max, 6)] as [(UInt32?, Int)])
  func limit(limit: UInt32?, rows: Int) throws {
    let translator = QueryTranslator(
      schema: .report, limits: QueryLimits(rowsMax: 5), now: Instant(secondsSinceEpoch: 0))
    let page = limit.map { Page(start: 1, limit: $0) }
    let request = try translator.listRequest(Query(page: page), and: [])
    #expect(request.query.limit == rows)
  }
}
