import Foundation
import Renderers
import ReportCore
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
    ("=1", "'=1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "'\tx"),
    ("\rx", "\"'\rx\""), ("=\"a\"", "\"'=\"\"a\"\"\""), (" =1", "\" =1\""), ("a=1", "a=1"),
    ("'=1", "'=1"), ("\n=1", "\"\n=1\""),
  ])
  func `Text that starts a formula gets an apostrophe`(_ text: String, _ field: String) throws {
    let file = try renderedText(CSVRenderer(), columns("a", "b"), [[.text(text), .integer(1)]])
    #expect(file == "a,b\r\n\(field),1\r\n")
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
    template.csv = CSVOptions(delimiter: .semicolon, hasByteOrderMark: true)
    #expect(
      try renderedText(CSVRenderer().adapted(to: template), columns("a", "b"), [[.null, .null]])
        == "\u{FEFF}a;b\r\n;\r\n")
  }

  @Test func `NULL and the empty text can be told apart, unless the line would be empty`() throws {
    #expect(
      try renderedText(CSVRenderer(), columns("a", "b"), [[.null, .text("")]])
        == "a,b\r\n,\"\"\r\n")
    #expect(
      try renderedText(CSVRenderer(), columns("a"), [[.null], [.text("")]])
        == "a\r\n\"\"\r\n\"\"\r\n")
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
      #expect(Self.isText(column.title, isRaw: false, field))
    }
    for (record, row) in zip(records.dropFirst(), rows) {
      #expect(record.count == width)
      for (index, field) in record.enumerated() {
        #expect(
          Self.stands(field, for: row[index], isRaw: columns[index].isRaw, isAlone: width == 1),
          "\(field) for \(row[index])")
      }
    }
  }

  private static func stands(
    _ field: CSVReader.Field, for cell: Cell, isRaw: Bool, isAlone: Bool
  ) -> Bool {
    switch cell {
    case .null: field.text.isEmpty && field.isQuoted == isAlone
    case .integer(let value): !field.isQuoted && Int64(field.text) == value
    case .double(let value) where value.isNaN: field == .init(text: "NaN", isQuoted: false)
    case .double(let value): !field.isQuoted && Double(field.text) == value
    case .text(let text): isText(text, isRaw: isRaw, field)
    case .blob(let bytes): !field.isQuoted && Data(base64Encoded: field.text) == Data(bytes)
    }
  }

  private static func isText(_ text: String, isRaw: Bool, _ field: CSVReader.Field) -> Bool {
    let scalars = text.unicodeScalars
    let isFormula = scalars.first.map { "=+-@\t\r".unicodeScalars.contains($0) } ?? false
    let expected = isFormula && !isRaw ? "'" + text : text
    let isQuotedEnough = field.isQuoted || !(text.isEmpty || text.hasPrefix(" "))
    return Array(field.text.utf8) == Array(expected.utf8) && isQuotedEnough
  }
}
