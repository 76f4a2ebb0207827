import ReportCore
import ReportwireTestKit
import Testing

@testable import SQLiteStore

/// Queries made at random, answered by SQL and by the store in memory, which filters in Swift.
@Suite(.timeLimit(.minutes(5))) struct RandomQueryTests {
  private static let texts = [
    "", "eu", "EU", "Été", "été", "e\u{301}te\u{301}", "K", "\u{212A}", "a\u{1}b", "100%", "_",
    "한국",
    "10", "\"\\",
  ]
  private static let names = [
    "region", "limit", "we\"ird", "a.b", "nested", "tags", "é", "e\u{301}", "none",
  ]

  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func sqlSelectsAndSortsAsSwiftDoes(_ seed: UInt64) async throws {
    var random = Maker(generator: SeededGenerator(seed: seed))
    let stores: [any ReportStore] = [try SQLiteStore(), InMemoryReportStore()]
    for number in 1...40 {
      let report = random.report(number)
      for store in stores { _ = try await store.create(report, idempotency: nil) }
    }
    for store in stores {
      for number in 1...5 {
        _ = try await store.requestCancel(
          TestReports.id(number), in: "domain-a", at: FakeClock.start)
      }
    }
    var selected = 0
    for _ in 1...250 {
      let query = random.query()
      let pages = [try await stores[0].reports(query), try await stores[1].reports(query)]
      #expect(pages[0].entities.map(\.reportID) == pages[1].entities.map(\.reportID), "\(query)")
      #expect(pages[0] == pages[1], "\(query)")
      selected += pages[0].entities.count
    }
    #expect(selected > 200)
    for store in stores { try await store.close() }
  }

  private struct Maker {
    var generator: SeededGenerator

    mutating func pick<Element>(_ elements: [Element]) -> Element {
      elements.randomElement(using: &generator)!
    }

    mutating func chance(_ one: Int) -> Bool {
      Int.random(in: 0..<one, using: &generator) == 0
    }

    mutating func report(_ number: Int) -> Report {
      TestReports.report(
        number, in: pick(["domain-a", "domain-b"]), name: pick(RandomQueryTests.texts),
        options: object(depth: 0), createdBy: pick(RandomQueryTests.texts),
        createdAt: FakeClock.start.advanced(by: .seconds(Int.random(in: 0...9, using: &generator))))
    }

    mutating func object(depth: Int) -> OptionObject {
      var object: OptionObject = [:]
      for name in RandomQueryTests.names.dropLast() where !chance(3) {
        object[name] = value(depth: depth + 1)
      }
      return object
    }

    mutating func value(depth: Int) -> OptionValue {
      switch Int.random(in: 0..<(depth < 3 ? 8 : 5), using: &generator) {
      case 0: .null
      case 1: .bool(chance(2))
      case 2: .number(pick([0, 1, 10, -1, 0.5, 1e300]))
      case 3: .string(pick(RandomQueryTests.texts))
      case 4: .string(pick(["2027-01-15T08:00:00Z", "2027-01-15", "soon"]))
      case 5: .list((0..<2).map { _ in .object(object(depth: depth)) })
      case 6: .list([value(depth: depth + 1)])
      default: .object(object(depth: depth))
      }
    }

    mutating func field() -> FieldReference {
      switch Int.random(in: 0..<8, using: &generator) {
      case 0: .reportName
      case 1: .state
      case 2: .createdAt
      case 3: pick([.text("created_by"), .text("error", "code"), .text("storage_info", "name")])
      case 4: .option(pick(RandomQueryTests.names), pick(RandomQueryTests.names))
      default: .option(pick(RandomQueryTests.names))
      }
    }

    mutating func predicate(depth: Int) -> ReportCore.Predicate {
      let moment = FakeClock.start.advanced(
        by: .seconds(Int.random(in: 0...9, using: &generator)))
      switch Int.random(in: 0..<(depth < 4 ? 12 : 8), using: &generator) {
      case 0, 1: return .equals(field(), value(depth: 2))
      case 2: return .compares(field(), pick(Comparison.allCases), value(depth: 3))
      case 3: return .comparesInstant(field(), pick(Comparison.allCases), moment)
      case 4: return .exists(field())
      case 5: return .contains(field(), pick(RandomQueryTests.texts))
      case 6: return .matches(field(), pattern: pick(["^e", "u$", "t.", ".*", "^$", "[0-9%]+"]))
      case 7:
        let name = pick(RandomQueryTests.names)
        return .hasElement(field(), chance(3) ? [:] : [name: value(depth: 3)])
      case 8: return .not(predicate(depth: depth + 1))
      case 9: return .all((0..<pick([0, 1, 2, 3])).map { _ in predicate(depth: depth + 1) })
      case 10:
        let field = field()
        return .any((0..<3).map { _ in .equals(field, value(depth: 3)) })
      default: return .any((0..<pick([0, 1, 2, 3])).map { _ in predicate(depth: depth + 1) })
      }
    }

    mutating func query() -> ListQuery {
      ListQuery(
        predicate: predicate(depth: 0), sort: .init(field: field(), isDescending: chance(2)),
        offset: pick([0, 0, 1, 5, 100]), limit: pick([nil, nil, 0, 1, 7]),
        isCountOnly: chance(10))
    }
  }
}
