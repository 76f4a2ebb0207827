import Foundation
import Renderers
import ReportCore
import ReportwireTestKit
import Testing

/// Values that are written in pieces.
@Suite("Large values")
struct LargeCellTests {
  /// Gathers what it is given.
  private final class Gathering: RenderDrain {
    var bytes: [UInt8] = []
    var largestTake = 0
    /// How much room there is.
    var room = Int.max

    func take(_ more: [UInt8]) throws(ReportFailure) {
      largestTake = max(largestTake, more.count)
      bytes += more
    }

    func checkRoom(for count: Int) throws(ReportFailure) {
      guard bytes.count + count <= room else { throw ReportFailure(.byteLimit, "full") }
    }
  }

  private static func render(
    _ renderer: some Renderer, _ columns: [RenderColumn], _ rows: [[Cell]], into drain: Gathering
  ) throws {
    var output = RenderBuffer(drain: drain)
    let session = try renderer.begin(columns, into: &output)
    for row in rows {
      try session.row(row, into: &output)
      try output.drainIfFull()
    }
    try session.finish(into: &output)
    try output.drainAll()
  }

  private static let units = [
    "a", "\"", "=", ";=", "a;\u{200B}+b\t", "한😀e\u{301}", "\u{1}", "\r\n", "\\", ",\"x", " ",
  ]

  /// Rows whose values are as long as small ones can be, as large ones must be, and longer than a
  /// piece.
  private static let rows: [[Cell]] =
    units.flatMap { unit in
      [4095, 4096, 4097, 24_576, 100_003].map { bytes in
        let text = String(repeating: unit, count: (bytes + unit.utf8.count - 1) / unit.utf8.count)
        return [.text(text), .integer(1), .blob(Array(text.utf8)), .text("x" + text)]
      }
    } + [
      [
        ExactDecimal("-" + String(repeating: "12345", count: 30_000) + ".5").map(Cell.decimal)
          ?? .null, .null, .text(""), .blob([UInt8](repeating: 7, count: 4096)),
      ]
    ]

  private static let columns = ["a", "b", "c", "d"].map { name in
    RenderColumn(name: name, title: name, format: CellFormat("0.00"), isRaw: name == "d")
  }

  /// Cells are written in runs into room that is made for several: where it ends lies within a row of
  /// many long texts.
  @Test(arguments: [ReportFormat.csv, .jsonLines])
  func `A value is written alike alone and among many`(_ format: ReportFormat) throws {
    let renderer: any Renderer = format == .csv ? CSVRenderer() : JSONLinesRenderer()
    var random = SeededGenerator(seed: 27)
    let names = (0..<150).map { "c\($0)" }
    let wide = names.map { RenderColumn(name: $0, title: $0) }
    for _ in 0..<40 {
      let cells: [Cell] = names.map { _ in
        switch Int.random(in: 0..<8, using: &random) {
        case 0: .integer(Int64(bitPattern: random.next()))
        case 1: .double(random.double())
        case 2: random.cell()
        default:
          .text(
            String(
              repeating: Self.units.randomElement(using: &random) ?? "a",
              count: Int.random(in: 0...600, using: &random)))
        }
      }
      let row = try #require(try Self.lastLine(renderer, wide, cells))
      let alone = try zip(wide, cells).map { column, cell in
        let beside = RenderColumn(name: "z", title: "z")
        let line = try #require(
          try Self.lastLine(renderer, [column, beside], [cell, .integer(1)]))
        // Without the brace that opens an object and what the other value takes.
        return format == .csv ? line.dropLast(2) : line.dropFirst().dropLast(7)
      }
      let comma = [UInt8(ascii: ",")]
      let joined = Array(alone.joined(separator: comma))
      #expect(format == .csv ? row == joined : row.dropFirst().dropLast().elementsEqual(joined))
    }
  }

  /// The bytes of the only row, without the end of its line.
  private static func lastLine(
    _ renderer: any Renderer, _ columns: [RenderColumn], _ cells: [Cell]
  ) throws -> [UInt8]? {
    let end = renderer.format == .csv ? "\r\n" : "\n"
    let header = try rendered(renderer, columns, [])
    let file = try rendered(renderer, columns, [cells])
    guard file.suffix(end.utf8.count).elementsEqual(end.utf8) else { return nil }
    return Array(file.dropFirst(header.count).dropLast(end.utf8.count))
  }

  @Test func `JSON reads back as it was, never gathered`() throws {
    let drain = Gathering()
    try Self.render(JSONRenderer(), Self.columns, Self.rows, into: drain)
    #expect(drain.largestTake < 65_536 + 6 * 24_576 + 1024)
    let objects = try JSONReader.objects(drain.bytes)
    #expect(objects.count == Self.rows.count)
    for (object, row) in zip(objects, Self.rows) {
      for (member, cell) in zip(object, row) {
        switch (cell, member.value) {
        case (.text(let text), .string(let bytes)): #expect(Array(text.utf8) == bytes)
        case (.blob(let blob), .string(let bytes)):
          #expect(Data(base64Encoded: String(decoding: bytes, as: UTF8.self)) == Data(blob))
        case (.decimal(let decimal), .number(let text)): #expect(text == decimal.text)
        case (.integer, .number(let text)): #expect(text == "1.00")
        case (.null, .null): break
        default: Issue.record("\(member.value) stands for another kind")
        }
      }
    }
  }

  @Test(arguments: CSVOptions.Delimiter.allCases)
  func `CSV is what small values would be, never gathered`(
    _ delimiter: CSVOptions.Delimiter
  ) throws {
    let renderer = CSVRenderer(options: CSVOptions(delimiter: delimiter))
    let drain = Gathering()
    try Self.render(renderer, Self.columns, Self.rows, into: drain)
    #expect(drain.largestTake < 65_536 + 3 * 24_576 + 1024)
    let character = try #require(delimiter.character.asciiValue)
    let records = try CSVReader.records(drain.bytes, delimiter: character)
    #expect(records.count == Self.rows.count + 1)
    for (record, row) in zip(records.dropFirst(), Self.rows) {
      for (index, (field, cell)) in zip(record, row).enumerated() {
        switch cell {
        case .text(let text):
          let expected =
            index == 3 ? text : CSVRendererTests.guarded(text, delimiter)
          #expect(Array(field.text.utf8) == Array(expected.utf8))
        case .blob(let blob): #expect(Data(base64Encoded: field.text) == Data(blob))
        case .decimal(let decimal): #expect(field.text == decimal.text)
        case .integer: #expect(field.text == "1.00")
        default: #expect(field.text.isEmpty)
        }
      }
    }
  }

  @Test(arguments: [
    (Cell.blob([UInt8](repeating: 0, count: 30_000)), 40_000, 40_000),
    (.text(String(repeating: "\u{1}", count: 10_000)), 10_000, 60_000),
    (.text(String(repeating: "\"", count: 10_000)), 20_000, 20_000),
    (.text(String(repeating: "x", count: 10_000)), 10_000, 10_000),
  ])
  func `What has no room is refused before it is rendered`(
    _ cell: Cell, _ csvBytes: Int, _ jsonBytes: Int
  ) throws {
    for (renderer, bytes) in [
      (CSVRenderer() as any Renderer, csvBytes), (JSONRenderer(), jsonBytes),
    ] {
      let drain = Gathering()
      var output = RenderBuffer(drain: drain)
      let session = try renderer.begin([RenderColumn(name: "a", title: "a")], into: &output)
      try output.drainAll()
      drain.room = drain.bytes.count + bytes - 1
      #expect(throws: ReportFailure(.byteLimit, "full")) {
        try session.row([cell], into: &output)
      }
      #expect(output.count < 16, "the value was begun")
      drain.room = .max
      try session.row([cell], into: &output)
    }
  }

  @Test func `A row of many small values is passed on before it is whole`() throws {
    let columns = (0..<2000).map { RenderColumn(name: "c\($0)", title: "c\($0)") }
    let row = [Cell](repeating: .text(String(repeating: "\u{1}", count: 4000)), count: 2000)
    let drain = Gathering()
    try Self.render(JSONRenderer(), columns, [row], into: drain)
    #expect(drain.bytes.count > 48_000_000)
    #expect(drain.largestTake < 65_536 + 64 * 25_000)
  }
}
