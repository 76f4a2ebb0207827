import RPCCore
import ReportAPI
import ReportCore
import Testing

@testable import ReportService

@Suite("A list as the use case gets it")
struct ListRequestTests {
  /// The use case bounds it: see `ReadReportsTests`.
  @Test(
    "a page begins at one, and no limit is none",
    arguments: [(0, nil, 0), (1, 0, 0), (1, 7, 0), (9, 5, 8), (.max, .max, 4_294_967_294)]
      as [(UInt32, UInt32?, Int)])
  func page(start: UInt32, limit: UInt32?, offset: Int) throws {
    let translator = QueryTranslator(
      schema: .report, limits: QueryLimits(), now: Instant(secondsSinceEpoch: 0))
    let page = Page(start: start, limit: limit ?? 0)
    let request = try translator.listRequest(Query(page: page), and: [])
    #expect(request.command.offset == offset)
    #expect(request.command.limit == (limit == 0 ? nil : limit.map(Int.init)))
  }

  @Test("A keyword is cut at spaces, however long it is and whatever stands on them")
  func words() throws {
    let translator = QueryTranslator(
      schema: .report, limits: QueryLimits(keywordWordsMax: 2),
      now: Instant(secondsSinceEpoch: 0))
    func words(_ keyword: String) throws -> Int {
      let request = try translator.listRequest(Query(keyword: keyword), and: [])
      guard case .any(let alternatives)? = request.command.conditions.first else { return 0 }
      return alternatives.count / ResourceSchema.report.keywordFields.count
    }
    #expect(try words("a  b   ") == 2)
    // To Swift a letter of its own, which is no space.
    #expect(try words("a \u{301}b") == 2)
    #expect(try words("    ") == 0)
    for tooMany in ["a b c", "a b \u{301}", String(repeating: "a ", count: 1_000_000)] {
      let error = #expect(throws: RPCError.self) { try words(tooMany) }
      #expect(error?.message.contains("more than 2 words") == true)
    }
    #expect(try words(String(repeating: "a", count: 255)) == 1)
    let error = #expect(throws: RPCError.self) {
      try words("x e" + String(repeating: "\u{301}", count: 262_144))
    }
    #expect(error?.message.contains("has 524289 bytes; at most 255") == true)
  }

  @Test(
    "The names of operators and states are told by their bytes, and cost nothing if they are long")
  func names() throws {
    let marks = "e" + String(repeating: "\u{301}", count: 262_144)
    #expect(FilterOperator(name: marks) == nil)
    #expect(FilterOperator(name: "timediff_gte") == .timediffGte)
    // The KELVIN SIGN is no K to anybody but Swift's strings.
    #expect(FilterOperator(name: "\u{212A}") == nil)
    #expect(TimeDifference.instant("now" + marks, now: Instant(secondsSinceEpoch: 0)) == nil)
  }
}
