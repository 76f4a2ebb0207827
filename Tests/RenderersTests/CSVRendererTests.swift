import Foundation
import Renderers
import ReportCore
import ReportwireTestKit
import Testing

@Suite("CSV")
struct CSVRendererTests {
  @Test func `It says what it makes`() {
    let renderer = CSVRenderer()
    #expect(renderer.format == .csv)
    #expect(renderer.mediaType == "text/csv; charset=utf-8")
    #expect(renderer.fileExtension == "csv")
  }

  @Test(arguments: [
    (CSVOptions.Delimiter.semicolon, "1,5;-0,25;1.234,50;23.11.2026;x.y\r\n"),
    (.comma, "\"1,5\",\"-0,25\",\"1.234,50\",23.11.2026,x.y\r\n"),
  ])
  func `Numbers have a decimal comma where that is asked for`(
    _ delimiter: CSVOptions.Delimiter, _ line: String
  ) throws {
    var options = FormatOptions([
      "delimiter": .string(delimiter.rawValue), "decimal_comma": .bool(true),
    ])
    let renderer = CSVRenderer().adapted(to: &options)
    options.finish()
    #expect(options.problems.isEmpty)
    var wanted = columns("a", "b", "c", "d", "e")
    wanted[2].format = CellFormat("#,##0.00")
    wanted[3].format = CellFormat("dd.mm.yyyy")
    let row: [Cell] = [
      .double(1.5), .decimal("-0.25"), .decimal("1234.5"), .text("2026-11-23"), .text("x.y"),
    ]
    let file = try renderedText(renderer, wanted, [row])
    #expect(file.hasSuffix(line))
    let long = ExactDecimal(String(repeating: "1", count: 5000) + ".5")
    let large = try renderedText(renderer, columns("a"), [[long.map(Cell.decimal) ?? .null]])
    #expect(large.contains("1,5") && !large.contains("."))
  }

  @Test(arguments: [
    ("=1", "'=1"), ("+a", "'+a"), ("-a", "'-a"), ("@x", "'@x"), ("\tx", "'\tx"),
    ("\rx", "\"'\rx\""), ("=\"a\"", "\"'=\"\"a\"\"\""), ("a=1", "a=1"), ("'=1", "'=1"),
    ("\n=1", "\"'\n=1\""), ("\0=1", "'\0=1"), ("\nx", "\"'\nx\""),
    ("＝1", "'＝1"), ("＋a", "'＋a"), ("－a", "'－a"), ("＠a", "'＠a"), ("！=", "！="), ("한=", "한="),
    (" =1", "\"' =1\""), ("\u{7F}=1", "'\u{7F}=1"), ("\u{85}=1", "'\u{85}=1"),
    ("\u{A0}-a", "'\u{A0}-a"), ("\u{FEFF}=1", "'\u{FEFF}=1"), ("\u{200B}＝1", "'\u{200B}＝1"),
    ("\u{3000}@a", "'\u{3000}@a"), ("\u{202E}=1", "'\u{202E}=1"), ("\u{AD}=1", "'\u{AD}=1"),
    ("--1", "'--1"), ("+", "'+"), ("-1-1", "'-1-1"), ("-5 °C", "'-5 °C"), ("-.e5", "'-.e5"),
    ("+1e", "'+1e"), ("-1.2.3", "'-1.2.3"), (" -1", "\"' -1\""), ("-1%", "'-1%"),
  ])
  func `Text that starts a formula gets an apostrophe`(_ text: String, _ field: String) throws {
    let file = try renderedText(CSVRenderer(), columns("a", "b"), [[.text(text), .integer(1)]])
    #expect(file == "a,b\r\n\(field),1\r\n")
  }

  @Test(arguments: ["-5.00", "+1", "-1.5e3", "+.5E-10", "-5.", "+0"])
  func `Text that is wholly a decimal number is no formula`(_ text: String) throws {
    #expect(try renderedText(CSVRenderer(), columns("n"), [[.text(text)]]) == "n\r\n\(text)\r\n")
  }

  @Test(arguments: [
    (CSVOptions.Delimiter.comma, "x;=1+1", "x;'=1+1"), (.comma, "x\t@a;y", "x\t'@a;y"),
    (.comma, "a|＝b|-c", "a|'＝b|'-c"), (.comma, "a; \"=b\"", "\"a;' \"\"=b\"\"\""),
    (.comma, "x,=1+1", "\"x,=1+1\""), (.comma, "52.5;-13.4", "52.5;-13.4"), (.comma, ";=", ";'="),
    (.comma, "=a;=b", "'=a;'=b"), (.comma, "a;", "a;"),
    (.semicolon, "x,=1+1", "x,'=1+1"), (.semicolon, "x;=1+1", "\"x;=1+1\""),
    (.tab, "x;@a", "x;'@a"), (.pipe, "x\t+a", "x\t'+a"),
  ])
  func `What a spreadsheet with another delimiter would cut out is guarded too`(
    _ delimiter: CSVOptions.Delimiter, _ text: String, _ field: String
  ) throws {
    let renderer = CSVRenderer(options: CSVOptions(delimiter: delimiter))
    #expect(try renderedText(renderer, columns("n"), [[.text(text)]]) == "n\r\n\(field)\r\n")
    let raw = RenderColumn(name: "n", title: "n", isRaw: true)
    #expect(try !renderedText(renderer, [raw], [[.text(text)]]).contains("'"))
  }

  @Test func `A raw column is written as it is, its title is not`() throws {
    let column = RenderColumn(name: "f", title: "=f", isRaw: true)
    #expect(try renderedText(CSVRenderer(), [column], [[.text("=1")]]) == "'=f\r\n=1\r\n")
  }

  @Test func `Numbers are never touched`() throws {
    let row: [Cell] = [.integer(-1), .double(-2.5), .double(-.infinity)]
    #expect(
      try renderedText(CSVRenderer(), columns("a", "b", "c"), [row])
        == "a,b,c\r\n-1,-2.5,-Infinity\r\n")
  }

  @Test(arguments: CSVOptions.Delimiter.allCases)
  func `Text is quoted for its own delimiter only`(_ delimiter: CSVOptions.Delimiter) throws {
    let renderer = CSVRenderer(options: CSVOptions(delimiter: delimiter))
    for other in CSVOptions.Delimiter.allCases {
      let text = "a\(other.character)b"
      let field = other == delimiter ? "\"\(text)\"" : text
      #expect(try renderedText(renderer, columns("n"), [[.text(text)]]) == "n\r\n\(field)\r\n")
    }
  }

  @Test func `It is written as the template says`() throws {
    var template = Template(
      templateID: "template-000000000001", name: "t", title: "T", source: "s", isShared: true,
      sql: "SELECT 1, 2", formats: [.csv])
    template.formatOptions[.csv] = [
      "delimiter": .string("semicolon"), "byte_order_mark": .bool(true),
    ]
    template.formatOptions[.json] = ["delimiter": .string("tab")]
    let (renderer, problems) = CSVRenderer().adapted(to: template)
    #expect(problems.isEmpty)
    #expect(
      try renderedText(renderer, columns("a", "b"), [[.null, .null]])
        == "\u{FEFF}a;b\r\n;\r\n")
  }

  @Test func `NULL, the empty text and the empty blob can be told apart`() throws {
    #expect(
      try renderedText(CSVRenderer(), columns("a", "b", "c"), [[.null, .text(""), .blob([])]])
        == "a,b,c\r\n,\"\",\" \"\r\n")
  }

  @Test func `In one column too, where no line is empty`() throws {
    let rows: [[Cell]] = [[.null], [.text("")], [.blob([])], [.text("\\N")], [.text("\\n")]]
    #expect(
      try renderedText(CSVRenderer(), columns("a"), rows)
        == "a\r\n\\N\r\n\"\"\r\n\" \"\r\n\"\\N\"\r\n\\n\r\n")
    #expect(
      try renderedText(CSVRenderer(), columns("a", "b"), [[.text("\\N"), .null]])
        == "a,b\r\n\\N,\r\n")
  }

  @Test func `A row that does not fit the header is refused and writes nothing`() throws {
    var output = RenderBuffer()
    let session = try CSVRenderer().begin(columns("a", "b"), into: &output)
    let before = output.bytes
    #expect(throws: ReportFailure(.internal, "A row has 1 values where the header has 2.")) {
      try session.row([.null], into: &output)
    }
    #expect(output.bytes == before)
  }

  @Test(arguments: UInt64(1)...40)
  func `A strict reader finds what was written`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let delimiter = CSVOptions.Delimiter.allCases.randomElement(using: &random) ?? .comma
    let width = Int.random(in: 1...6, using: &random)
    let columns = (0..<width).map {
      RenderColumn(name: "c\($0)", title: random.text(), isRaw: Bool.random(using: &random))
    }
    let rows = (0..<100).map { _ in (0..<width).map { _ in random.cell() } }
    let renderer = CSVRenderer(options: CSVOptions(delimiter: delimiter))
    let bytes = try rendered(renderer, columns, rows)
    #expect(try rendered(renderer, columns, rows) == bytes)

    let records = try CSVReader.records(bytes, delimiter: #require(delimiter.character.asciiValue))
    #expect(records.count == rows.count + 1)
    for (field, column) in zip(try #require(records.first), columns) {
      #expect(Self.isText(column.title, isRaw: false, delimiter, field))
    }
    for (record, row) in zip(records.dropFirst(), rows) {
      #expect(record.count == width)
      for (index, field) in record.enumerated() {
        #expect(
          Self.stands(
            field, for: row[index], column: columns[index], isAlone: width == 1,
            delimiter: delimiter),
          "\(field) for \(row[index])")
      }
    }
  }

  private static func stands(
    _ field: CSVReader.Field, for cell: Cell, column: RenderColumn, isAlone: Bool,
    delimiter: CSVOptions.Delimiter
  ) -> Bool {
    switch cell {
    case .null: field == .init(text: isAlone ? "\\N" : "", isQuoted: false)
    case .integer(let value): !field.isQuoted && Int64(field.text) == value
    case .double(let value) where value.isNaN: field == .init(text: "NaN", isQuoted: false)
    case .double(let value): !field.isQuoted && Double(field.text) == value
    case .text(let text): isText(text, isRaw: column.isRaw, delimiter, field)
    case .blob([]): field == .init(text: " ", isQuoted: true)
    case .blob(let bytes): !field.isQuoted && Data(base64Encoded: field.text) == Data(bytes)
    case .decimal(let decimal): field == .init(text: decimal.text, isQuoted: false)
    case .boolean(let boolean): field == .init(text: "\(boolean)", isQuoted: false)
    case .date(let date): field == .init(text: isoText(date), isQuoted: false)
    case .instant(let instant): field == .init(text: ISO8601.text(instant), isQuoted: false)
    }
  }

  private static func isText(
    _ text: String, isRaw: Bool, _ delimiter: CSVOptions.Delimiter, _ field: CSVReader.Field
  ) -> Bool {
    let expected = isRaw ? text : guarded(text, delimiter)
    let isQuotedEnough = field.isQuoted || !(text.isEmpty || text.hasPrefix(" "))
    return Array(field.text.utf8) == Array(expected.utf8) && isQuotedEnough
  }

  /// The guard said once more, with regular expressions on scalars instead of a pass over bytes.
  static func guarded(_ text: String, _ delimiter: CSVOptions.Delimiter) -> String {
    let foreign = CSVOptions.Delimiter.allCases.filter { $0 != delimiter }.map(\.character)
    let signs = #"[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]"#
    func isFormula(_ text: String, blanks: String, starts: String) -> Bool {
      func holds(_ pattern: String) -> Bool {
        text.range(of: pattern, options: .regularExpression) != nil
      }
      return holds("\\A(\(starts)[\(blanks)]*\(signs))")
        && !holds(#"\A[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\z"#)
    }
    var pieces: [String] = [""]
    for scalar in text.unicodeScalars {
      pieces[pieces.count - 1].unicodeScalars.append(scalar)
      if foreign.contains(Character(scalar)) { pieces.append("") }
    }
    let blanks = #"\s\p{Cc}\p{Cf}"#
    let whole = isFormula(text, blanks: blanks, starts: #"[\t\r\n\x00]|"#) ? "'" : ""
    return whole
      + pieces.enumerated().map { index, piece in
        let isLast = index == pieces.count - 1
        let cell =
          isLast ? piece : String(String.UnicodeScalarView(piece.unicodeScalars.dropLast()))
        return (index > 0 && isFormula(cell, blanks: blanks + "\"", starts: "") ? "'" : "") + piece
      }.joined()
  }
}
