import ReportCore
import Testing

@Suite("Types of columns")
struct ColumnTypeTests {
  private static func decimal(_ text: String) -> Cell {
    ExactDecimal(text).map(Cell.decimal) ?? .null
  }

  private static func date(_ text: String) -> Cell {
    CalendarDate(text).map(Cell.date) ?? .null
  }

  private static func instant(_ text: String) -> Cell {
    ISO8601.instant(text).map(Cell.instant) ?? .null
  }

  @Test(arguments: [
    (ColumnType.string, Cell.text("007"), Cell.text("007")),
    (.string, .integer(.min), .text("-9223372036854775808")),
    (.string, decimal("1.50"), .text("1.50")),
    (.integer, .integer(7), .integer(7)), (.integer, .text("-0042"), .integer(-42)),
    (.integer, .text("9223372036854775807"), .integer(.max)),
    (.integer, .text("5.00"), .integer(5)),
    (.integer, .double(-3), .integer(-3)), (.integer, .text("1e3"), .integer(1000)),
    (.number, .double(0.1), .double(0.1)), (.number, .integer(3), .double(3)),
    (.number, .text("-12.50"), .double(-12.5)),
    (
      .number, .text("123456789.012345"),
      .double(123_456_789.012345)
    ), (.number, .text("0.000"), .double(0)),
    (.decimal, .text("1.50"), decimal("1.50")), (.decimal, .integer(-7), decimal("-7")),
    (.decimal, .double(0.1), decimal("0.1")), (.decimal, .double(5), decimal("5")),
    (.decimal, .text("+.5"), decimal("0.5")), (.decimal, .double(1e300), decimal("1e300")),
    (.boolean, .integer(1), .boolean(true)), (.boolean, .integer(0), .boolean(false)),
    (.boolean, .text("TRUE"), .boolean(true)), (.boolean, .text("f"), .boolean(false)),
    (.boolean, .text("0"), .boolean(false)),
    (.date, .text("2024-02-29"), date("2024-02-29")),
    (.date, .text("0001-01-01"), date("0001-01-01")),
    (.datetime, .text("2026-11-23 08:30:00"), instant("2026-11-23T08:30:00Z")),
    (.datetime, .text("2026-11-23T08:30:00.25+09:00"), instant("2026-11-22T23:30:00.250Z")),
    (.datetime, .integer(0), instant("1970-01-01T00:00:00Z")),
    (.datetime, .text("2026-11-23"), instant("2026-11-23T00:00:00Z")),
    (.datetime, date("2026-11-23"), instant("2026-11-23T00:00:00Z")),
  ])
  func `A value is read as the type`(_ type: ColumnType, _ value: Cell, _ cell: Cell) {
    #expect(cell != .null && type.cell(value) == cell)
    // What is of the type stays as it is.
    #expect(type.cell(cell) == cell)
  }

  @Test(arguments: [
    (ColumnType.string, Cell.double(0.5)), (.string, .blob([65])), (.string, .boolean(true)),
    (.integer, .text("")), (.integer, .text("1.5")), (.integer, .text("9223372036854775808")),
    (.integer, .text("7 ")), (.integer, .double(0.5)), (.integer, .double(1e17)),
    (.integer, .double(.nan)), (.integer, .blob([])), (.integer, .boolean(true)),
    (.number, .integer(9_007_199_254_740_993)), (.number, .text("0.1234567890123456")),
    (.number, .text("1e-400")), (.number, .text("1e400")), (.number, .text("NaN")),
    (.number, .text("1,5")), (.number, .blob([49])),
    (.decimal, .double(.nan)), (.decimal, .double(.infinity)), (.decimal, .text("1.2.3")),
    (.decimal, .text("1e401")), (.decimal, .text("0x10")), (.decimal, .text("١")),
    (.decimal, .blob([49])), (.decimal, .boolean(false)),
    (.boolean, .integer(2)), (.boolean, .double(1)), (.boolean, .text("yes")),
    (.boolean, .text("")), (.boolean, .text("tru\u{65}\u{301}")), (.boolean, .blob([1])),
    (.date, .text("2026-02-29")), (.date, .text("2026-11-23T00:00:00Z")),
    (.date, .text("2026-1-1")),
    (.date, .text("0000-01-01")), (.date, .text("2026-11-2\u{0663}")), (.date, .integer(0)),
    (.date, .double(2_460_000.5)), (.date, instant("2026-11-23")),
    (.datetime, .text("soon")), (.datetime, .integer(1_795_422_600_000)), (.datetime, .double(0.5)),
    (.datetime, .text("2026-11-23T08:30:00Z" + String(repeating: " ", count: 60))),
    (.datetime, .blob([])),
  ])
  func `What would lose something, or is no such value, is not read`(
    _ type: ColumnType, _ value: Cell
  ) {
    #expect(type.cell(value) == nil)
  }

  @Test(arguments: ColumnType.allCases)
  func `NULL is of every type`(_ type: ColumnType) {
    #expect(type.cell(.null) == .null)
  }

  @Test(arguments: [
    ("0", "0", 0, 0), ("-0.00", "0.00", 2, 0), ("007", "7", 0, 1), ("1.50", "1.50", 2, 2),
    ("+.5", "0.5", 1, 1), ("5.", "5", 0, 1), ("-1.25e1", "-12.5", 1, 3), ("12e3", "12000", 0, 2),
    ("12e-3", "0.012", 3, 2), ("1.0E-2", "0.010", 3, 1), ("0e5", "0", 0, 0), ("0.5e3", "500", 0, 1),
    ("-123456789012345678901234567890.123", "-123456789012345678901234567890.123", 3, 33),
    ("10.01", "10.01", 2, 4),
  ])
  func `A decimal is written out with all its digits`(
    _ text: String, _ written: String, _ scale: Int, _ digits: Int
  ) throws {
    let decimal = try #require(ExactDecimal(text))
    #expect(decimal.text == written)
    #expect(decimal.scale == scale)
    #expect(decimal.significantDigits == digits)
  }

  @Test(arguments: [
    (0.1, "0.1"), (-0.0, "0"), (1e15, "1000000000000000"),
    (9_007_199_254_740_992, "9007199254740992"),
    (1e-7, "0.0000001"), (-2.675, "-2.675"), (123_456_789_012_345_680, "123456789012345680"),
    (0.1 + 0.2, "0.30000000000000004"),
  ])
  func `A double becomes the shortest decimal that reads as it`(_ value: Double, _ text: String) {
    #expect(ExactDecimal(value)?.text == text)
  }

  @Test func `A day is counted from 1970 and told in its parts`() throws {
    for (text, days) in [
      ("1970-01-01", 0), ("1969-12-31", -1), ("2000-03-01", 11_017), ("0001-01-01", -719_162),
      ("9999-12-31", 2_932_896),
    ] {
      let date = try #require(CalendarDate(text))
      #expect(date.daysSinceEpoch == Int32(days))
      let (year, month, day) = date.parts
      #expect(CalendarDate(year: year, month: month, day: day) == date)
      #expect(ISO8601.text(date.midnight) == text + "T00:00:00Z")
    }
  }

  @Test func `An option of a format is read once, and every mistake is found`() {
    var options = FormatOptions([
      "a": .string("x"), "b": .bool(true), "c": .number(3), "colr": .string("red"),
    ])
    #expect(options.choice("a", of: ["x", "y"]) == "x")
    #expect(options.boolean("b") == true)
    #expect(options.boolean("c") == nil)
    #expect(options.choice("color", of: ["red"]) == nil)
    #expect(options.value("d", "a number") { _ in 1 } == nil)
    options.finish()
    #expect(
      options.problems == [
        TemplateProblem(["c"], "it must be true or false, not 3"),
        TemplateProblem(
          ["colr"],
          "the format has no option \"colr\" (did you mean color?); it has a, b, c, color, d"),
      ])
  }
}
