import Foundation
import ReportCore
import ReportwireTestKit
import Testing

@testable import Renderers

@Suite("XLSX", .timeLimit(.minutes(5)))
struct XLSXRendererTests {
  private static let document = RenderDocument(
    title: "Costs [2026]", createdAt: "2026-11-23T08:30:00.5Z")

  @Test func `openpyxl reads the golden cases as they are`() async throws {
    let folder = try TemporaryFiles()
    for name in GoldenCase.names {
      let golden = try GoldenCase.load(name)
      let bytes = try rendered(XLSXRenderer(), golden.renderColumns, golden.cells)
      try Data(bytes).write(to: folder.path.appending(path: "\(name).xlsx"))
    }
    let problems = try await Spreadsheet.check(folder.path)
    #expect(problems == "")
  }

  @Test func `A workbook has a header in sight, a filter, widths and properties`() async throws {
    let columns = [
      RenderColumn(name: "region", title: "Region", type: .string),
      RenderColumn(name: "cost", title: "Cost", type: .decimal, format: CellFormat("#,##0.00")),
      RenderColumn(name: "note", title: "note", alignment: .center),
    ]
    let rows: [[Cell]] = [
      [.text("North America and more"), .decimal("1234567.5"), .text("서울")],
      [.text("EU"), .null, .text(String(repeating: "long ", count: 50))],
    ]
    let renderer = XLSXRenderer().describing(Self.document)
    let book = try await Spreadsheet.read(try rendered(renderer, columns, rows))
    #expect(book.title == "Costs [2026]")
    #expect(book.created == "2026-11-23T08:30:00")
    #expect(book.entries.first == "[Content_Types].xml")
    #expect(book.dates == [[1980, 1, 1, 0, 0, 0]])
    let sheet = try #require(book.sheets.first)
    #expect(sheet.name == "Costs  2026")
    #expect(sheet.frozen == "A2")
    #expect(sheet.filter == "A1:C3")
    #expect(sheet.widths == [24, 14, 61])
    #expect(sheet.titleHeight == 15)
    #expect(sheet.bold == [true, true, true])
    #expect(sheet.align == ["left", "right", "center"])
    #expect(
      sheet.shown == [
        "s:Region s:Cost s:note", "s:North America and more n:1234567.5 s:서울",
        "s:EU null s:" + String(repeating: "long ", count: 50),
      ])
  }

  @Test func `The bytes follow from the rows and the document alone`() throws {
    func bytes(_ createdAt: Instant) throws -> [UInt8] {
      var document = Self.document
      document.createdAt = createdAt
      let renderer = XLSXRenderer().describing(document)
      return try rendered(renderer, columns("a"), [[.double(0.1)], [.text("x")]])
    }
    #expect(try bytes("2026-11-23T08:30:00Z") == bytes("2026-11-23T08:30:00Z"))
    #expect(try bytes("2026-11-23T08:30:00Z") != bytes("2026-11-23T08:30:01Z"))
  }

  @Test func `The header is as high as its longest title`() async throws {
    let long = RenderColumn(name: "a", title: String(repeating: "word ", count: 15), type: .integer)
    let book = try await Spreadsheet.read(
      try rendered(XLSXRenderer(), [long] + columns("b"), [[.integer(1), .null]]))
    #expect(book.sheets.map(\.titleHeight) == [45])
    #expect(book.sheets.map(\.widths) == [[34, 7]])
  }

  @Test func `A full sheet is followed by another with the header again`() async throws {
    let rows: [[Cell]] = (1...5).map { [.integer($0), .text("row \($0)")] }
    let renderer = XLSXRenderer(rowsPerSheetMax: 3).describing(RenderDocument(title: "Rows"))
    let book = try await Spreadsheet.read(try rendered(renderer, columns("n", "text"), rows))
    #expect(book.sheets.map(\.name) == ["Rows", "Rows (2)", "Rows (3)"])
    #expect(book.sheets.map(\.filter) == ["A1:B3", "A1:B3", "A1:B2"])
    #expect(Set(book.sheets.map(\.widths)).count == 1)
    #expect(
      book.sheets.map(\.shown) == [
        ["s:n s:text", "n:1 s:row 1", "n:2 s:row 2"], ["s:n s:text", "n:3 s:row 3", "n:4 s:row 4"],
        ["s:n s:text", "n:5 s:row 5"],
      ])
    #expect(book.sheets.allSatisfy { $0.frozen == "A2" })
    // Exactly full is not too full.
    let full = try await Spreadsheet.read(
      try rendered(renderer, columns("n", "text"), Array(rows.prefix(4))))
    #expect(full.sheets.count == 2)
  }

  @Test func `A sheet of Excel's size ends before its last row but one`() throws {
    // The record at the end of a ZIP file says how many entries there are; seven are no sheets.
    func sheets(_ rowCount: Int) throws -> Int {
      let drain = LastBytes()
      var output = RenderBuffer(drain: drain)
      let session = try XLSXRenderer().begin([], into: &output)
      for _ in 0..<rowCount { try session.row([], into: &output) }
      try session.finish(into: &output)
      try output.drainAll()
      return Int(drain.bytes[drain.bytes.count - 12]) - 7
    }
    #expect(try sheets(1_048_575) == 1)
    #expect(try sheets(1_048_576) == 2)
  }

  @Test func `Totals stand below as values, in a sheet that has room`() async throws {
    let template = OptionObject(dictionaryLiteral: ("totals", .object(["cost": .string("sum")])))
    var options = FormatOptions(template)
    let adapted = XLSXRenderer(rowsPerSheetMax: 4).adapted(to: &options)
    options.finish()
    #expect(options.problems.isEmpty)
    let columns = [
      RenderColumn(name: "name", title: "Name"),
      RenderColumn(name: "cost", title: "Cost", format: CellFormat("0.00")),
    ]
    let values: [Cell] = [.decimal("0.1"), .text("0.20"), .double(0.3)]
    let short = try await Spreadsheet.read(
      try rendered(adapted, columns, values.prefix(2).map { [.null, $0] }))
    #expect(short.sheets.map(\.filter) == ["A1:B3"])
    #expect(short.sheets.first?.shown.last == "s:Total n:0.3")
    #expect(short.sheets.first?.formats == ["General", "0.00"])
    let full = try await Spreadsheet.read(
      try rendered(adapted, columns, values.map { [.null, $0] }))
    #expect(full.sheets.map { $0.shown.last } == ["null n:0.3", "s:Total n:0.6"])
  }

  @Test func `Totals that cannot be are refused`() throws {
    for value: OptionValue in [.string("cost"), .object(["cost": .string("avg")])] {
      var options = FormatOptions(OptionObject(dictionaryLiteral: ("totals", value)))
      _ = XLSXRenderer().adapted(to: &options)
      #expect(options.problems.map(\.path) == [["totals"]])
    }
    var options = FormatOptions(["totals": .object(["none": .string("sum")])])
    let adapted = XLSXRenderer().adapted(to: &options)
    #expect(throws: ReportFailure(.templateError, "xlsx.totals: the query has no column \"none\"."))
    {
      try rendered(adapted, columns("a"), [])
    }
  }

  @Test func `What no cell holds is refused by row and column`() throws {
    let most = String(repeating: "한", count: 32_767)
    _ = try rendered(XLSXRenderer(), columns("a"), [[.text(most)]])
    let blob = [UInt8](repeating: 0, count: 24_574)
    for (cell, count) in [
      (Cell.text(most + "x"), 32_768), (.blob(blob), 32_768),
      (.text(String(repeating: "😀", count: 16_384)), 32_768),
    ] {
      let failure = ReportFailure(
        .templateError,
        "Row 2, column \"b\": \(count) characters, and a cell of XLSX holds 32767. Shorten it in "
          + "the SQL, or ask for another format.")
      #expect(throws: failure) {
        try rendered(XLSXRenderer(), columns("a", "b"), [[.null, .null], [.null, cell]])
      }
    }
  }

  @Test func `A sheet has 16,384 columns, and the next is named`() throws {
    let many = (1...16_385).map { RenderColumn(name: "c\($0)", title: "") }
    _ = try rendered(
      XLSXRenderer(), Array(many.dropLast()), [Array(repeating: .integer(1), count: 16_384)])
    let failure = #expect(throws: ReportFailure.self) { try rendered(XLSXRenderer(), many, []) }
    #expect(failure?.message.contains("Column \"c16385\" is the 16385th") == true)
  }

  @Test func `A workbook has 200 number formats`() throws {
    func columns(_ count: Int) -> [RenderColumn] {
      (0..<count).map { index in
        let zeros = String(repeating: "0", count: index / 15 + 1)
        let decimals = String(repeating: "0", count: index % 15 + 1)
        return RenderColumn(name: "c", title: "c", format: CellFormat("\(zeros).\(decimals)"))
      }
    }
    // Five are there for whole numbers, moments and booleans.
    _ = try rendered(XLSXRenderer(), columns(195), [])
    #expect(throws: ReportFailure.self) { try rendered(XLSXRenderer(), columns(196), []) }
  }

  @Test(arguments: [
    ("", "Report"), ("History", "Report"), ("'quoted'", "quoted"),
    ("a/b\\c?d*e[f]g:h", "a b c d e f g h"),
    ("\u{0}\n", "Report"), (String(repeating: "x", count: 40), String(repeating: "x", count: 31)),
    (String(repeating: "👩‍👩‍👧", count: 9), String(repeating: "👩‍👩‍👧", count: 3)),
  ])
  func `Names of sheets are legal`(_ title: String, _ name: String) {
    #expect(SheetNames(title).name(1) == name)
  }

  @Test func `Names of sheets differ`() {
    let title = String(repeating: "x", count: 27) + " (2)"
    let names = (1...3).map { SheetNames(title).name($0) }
    let start = String(repeating: "x", count: 27)
    #expect(names == [start + " (2)", start + " - 2", start + " (3)"])
    #expect(SheetNames("a").name(1_000_000) == "a (1000000)")
  }

  @Test(arguments: [
    ("_x0041_", "_x005F_x0041_"), ("_x004_", "_x004_"), ("_X0041_", "_X0041_"),
    ("__x0041_", "__x005F_x0041_"), ("_x0041_x0042_", "_x005F_x0041_x005F_x0042_"),
    ("\r\n\t", "_x000D_\n\t"), ("\u{FFFE}\u{FFFF}\u{FFFD}", "_xFFFE__xFFFF_\u{FFFD}"),
    ("a<b>&c", "a&lt;b&gt;&amp;c"), ("\u{0}", "_x0000_"),
  ])
  func `Text is escaped as Excel reads it`(_ text: String, _ escaped: String) {
    var bytes: [UInt8] = []
    var text = text
    text.withUTF8 { bytes.appendSheetText($0) }
    #expect(String(decoding: bytes, as: UTF8.self) == escaped)
  }

  @Test func `Sums are as people add, and doubles from where that is too long`() {
    func sum(_ cells: Cell...) -> DecimalSum.Value {
      var sum = DecimalSum()
      for cell in cells { sum.add(cell, isNumberText: false) }
      return sum.value
    }
    #expect(sum() == .exact("0"))
    #expect(sum(.integer(1), .decimal("-0.25"), .null, .text("7")) == .exact("0.75"))
    #expect(sum(.double(0.1), .double(0.2)) == .nearest(0.3))
    #expect(sum(.integer(.max), .integer(.max)) == .exact("18446744073709551614"))
    #expect(sum(.decimal("1e300"), .integer(1)) == .nearest(1e300))
    #expect(sum(.decimal("1e37"), .decimal("0.001"), .integer(1)) == .nearest(1e37))
    #expect(sum(.double(.nan), .double(2)) == .nearest(2))
  }

  @Test func `Bytes go out while rows come in`() throws {
    let drain = LastBytes()
    var output = RenderBuffer(drain: drain, fullBytes: 4096)
    let session = try XLSXRenderer().begin(columns("a", "b"), into: &output)
    for index in 0..<20_000 as Range<Int64> {
      // Numbers that are no shorter when they are compressed.
      let number = (index &* 2_862_933_555_777_941_757 &+ 3_037_000_493) >> 24
      try session.row([.integer(number), .text("text")], into: &output)
      #expect(output.count < 65_536)
      try output.drainIfFull()
    }
    #expect(drain.count > 100_000)
  }
}

/// Keeps the last bytes that come.
private final class LastBytes: RenderDrain {
  private(set) var bytes: [UInt8] = []
  private(set) var count = 0

  func take(_ more: [UInt8]) {
    count += more.count
    bytes = Array((bytes + more).suffix(4096))
  }

  func checkRoom(for count: Int) {}
}
