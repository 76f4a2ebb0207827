import ReportCore
import Testing

@testable import Renderers

@Suite("Formats of columns")
struct CellFormatTests {
  private func written(_ format: String, _ cell: Cell) throws -> String? {
    var bytes: [UInt8] = []
    let isWritten = try #require(CellFormat(format), "\(format)").append(cell, to: &bytes)
    #expect(isWritten || bytes.isEmpty)
    return isWritten ? String(decoding: bytes, as: UTF8.self) : nil
  }

  @Test(arguments: [
    ("0", Cell.integer(-5), "-5"), ("0.00", .integer(-5), "-5.00"), ("000", .integer(7), "007"),
    ("0", .integer(.min), "-9223372036854775808"),
    ("0.00", .integer(.max), "9223372036854775807.00"),
    ("#,##0", .integer(.min), "-9,223,372,036,854,775,808"),
    ("#,##0.0", .integer(999), "999.0"), ("#,##0", .integer(1000), "1,000"),
    ("0%", .integer(9_007_199_254_740_993), "900719925474099300%"),
    ("0.00", .double(5), "5.00"), ("0.00", .double(0.5), "0.50"), ("0", .double(0.5), "1"),
    ("0", .double(1.5), "2"), ("0", .double(2.5), "3"), ("0", .double(-2.5), "-3"),
    ("0.00", .double(1.005), "1.01"), ("0.00", .double(2.675), "2.68"),
    ("0.00", .double(-0.004), "0.00"), ("0.00", .double(-0.0), "0.00"),
    ("0.00", .double(-0.005), "-0.01"), ("0.0", .double(9.95), "10.0"),
    ("0", .double(999.5), "1000"), ("#,##0", .double(999.5), "1,000"), ("0", .double(0.4), "0"),
    ("0.000", .double(1e-7), "0.000"), ("0", .double(1e16), "10000000000000000"),
    ("#,##0.00", .double(-1234567.891), "-1,234,567.89"), ("0.0%", .double(0.1234), "12.3%"),
    ("0%", .double(0.005), "1%"), ("0.00%", .double(-1), "-100.00%"),
    ("0.000000000000000", .double(0.1), "0.100000000000000"),
    ("0.00", .text("-5.00"), "-5.00"), ("0.0", .text("+1.25e1"), "12.5"),
    ("0", .text("123456789012345678901234567890.5"), "123456789012345678901234567891"),
    ("0.0", .text("007"), "7.0"), ("0.0", .text(".05"), "0.1"), ("0.0", .text("-0"), "0.0"),
    ("0.00", .decimal("1.005"), "1.01"),
    (
      "#,##0.0", .decimal("-1234567890123456789.25"),
      "-1,234,567,890,123,456,789.3"
    ), ("0%", .decimal("0.125"), "13%"),
  ])
  func `Numbers are rounded as decimals`(_ format: String, _ cell: Cell, _ text: String) throws {
    #expect(try written(format, cell) == text)
  }

  @Test(arguments: [
    ("yyyy-mm-dd", Cell.text("2026-11-23T08:30:15.678Z"), "2026-11-23"),
    ("dd.mm.yyyy", .text("2026-11-23"), "23.11.2026"),
    ("mm/dd/yyyy", .text("2026-11-23"), "11/23/2026"),
    ("yyyy-mm", .text("2026-11-23 08:30:15"), "2026-11"), ("yyyy", .text("0001-01-01"), "0001"),
    ("yyyy-mm-dd hh:mm:ss", .text("2026-11-23T08:30:15.999+09:00"), "2026-11-22 23:30:15"),
    ("yyyy-mm-ddThh:mm", .text("2026-11-23"), "2026-11-23T00:00"),
    ("hh:mm", .text("9999-12-31T23:59:59Z"), "23:59"),
    ("yyyy-mm-dd hh:mm:ss.000", .text("1969-12-31T23:59:59.9999Z"), "1969-12-31 23:59:59.999"),
    ("yyyy-mm-dd hh:mm:ss", .integer(1_795_422_600), "2026-11-23 08:30:00"),
    ("yyyy-mm-dd", .integer(-1), "1969-12-31"),
    ("dd.mm.yyyy", .date("2026-11-23"), "23.11.2026"), ("hh:mm", .date("2026-11-23"), "00:00"),
    ("yyyy-mm-dd hh:mm:ss.000", .instant("1969-12-31T23:59:59.9999Z"), "1969-12-31 23:59:59.999"),
  ])
  func `Moments are written in UTC`(_ format: String, _ cell: Cell, _ text: String) throws {
    #expect(try written(format, cell) == text)
  }

  @Test(arguments: [
    ("0.00", Cell.null), ("0.00", .text("")), ("0.00", .text("n/a")), ("0.00", .text("1,5")),
    ("0.00", .text("0x10")), ("0.00", .double(.nan)), ("0.00", .double(-.infinity)),
    ("0.00", .blob([49])), ("0.00", .text("1e999999999999")), ("0", .text("1 ")),
    ("yyyy", .null), ("yyyy", .text("soon")), ("yyyy", .text("2026")), ("yyyy", .double(1)),
    ("yyyy", .blob([])), ("yyyy", .integer(.max)), ("yyyy", .integer(1_795_422_600_000)),
    ("yyyy", .decimal("2026")), ("yyyy", .boolean(true)), ("0", .boolean(true)),
    ("0", .date("2026-11-23")), ("0", .instant("2026-11-23")),
  ])
  func `What a format does not apply to is left alone`(_ format: String, _ cell: Cell) throws {
    #expect(try written(format, cell) == nil)
  }

  @Test(arguments: [
    "", "#", "#.##", "0.", ".0", "0.0#", "0,0", "#,##", "##,##0", "0.00 %", "%", "0%%", "-0", "0 €",
    "General", "@", "yy-mm-dd", "yyyy-mm-dd-mm", "yyyy-mm/dd", "YYYY-MM-DD", "yyyymmdd", "-yyyy",
    "yyyy-", "yyyy-mm-dd ", " hh:mm", "hh", "hh:mm:ss.0", "hh:mm yyyy", "yyyy-mm-dd  hh:mm",
    "0.0000000000000000", "0000000000000000000", "０.００", "0.00;-0.00",
  ])
  func `What is no format is refused`(_ text: String) {
    #expect(CellFormat(text) == nil)
  }

  @Test func `CSV writes them without the guard and quotes what the delimiter would cut`() throws {
    let column = RenderColumn(name: "n", title: "n", format: CellFormat("#,##0.00"))
    let rows: [[Cell]] = [
      [.integer(-1234)], [.integer(-5)], [.null], [.text("-x")], [.double(.nan)], [.text("")],
    ]
    #expect(
      try renderedText(CSVRenderer(), [column], rows)
        == "n\r\n\"-1,234.00\"\r\n-5.00\r\n\\N\r\n'-x\r\nNaN\r\n\"\"\r\n")
    let semicolon = CSVRenderer(options: CSVOptions(delimiter: .semicolon))
    #expect(try renderedText(semicolon, [column], [rows[0]]) == "n\r\n-1,234.00\r\n")
  }

  @Test(arguments: [
    ("0.00", Cell.double(-5), "-5.00"), ("0.00", .integer(5), "5.00"), ("000", .integer(7), "7"),
    ("#,##0.00", .double(1234.5), "1234.50"), ("0.0%", .double(0.1234), "0.123"),
    ("0.00", .double(0.5), "0.50"), ("0.00", .text("-5"), "\"-5.00\""),
    ("#,##0", .text("1234"), "\"1,234\""), ("0.00", .double(.nan), "null"),
    ("0.00", .null, "null"), ("0.00", .text("a\"b"), "\"a\\\"b\""),
    ("yyyy-mm-dd", .text("2026-11-23T00:00:00Z"), "\"2026-11-23\""),
    ("yyyy-mm-dd", .integer(0), "\"1970-01-01\""), ("yyyy-mm-dd", .double(0.5), "0.5"),
    ("#,##0.00", .decimal("1234567890123456789.125"), "1234567890123456789.13"),
    ("0.0%", .decimal("0.1234"), "0.123"), ("yyyy", .date("2026-11-23"), "\"2026\""),
    ("0.00", .boolean(true), "true"), ("yyyy", .decimal("1.50"), "1.50"),
  ])
  func `In JSON numbers stay numbers`(_ format: String, _ cell: Cell, _ json: String) throws {
    let column = RenderColumn(name: "n", title: "n", format: CellFormat(format))
    #expect(
      try renderedText(JSONRenderer(), [column], [[cell]]) == "[\n{\"n\":\(json)}\n]\n")
  }
}
