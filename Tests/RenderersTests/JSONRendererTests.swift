import Foundation
import ReportCore
import ReportwireTestKit
import Testing

@testable import Renderers

@Suite("JSON")
struct JSONRendererTests {
  @Test func `It says what it makes`() {
    let renderer = JSONRenderer()
    #expect(renderer.format == .json)
    #expect(renderer.mediaType == "application/json")
    #expect(renderer.fileExtension == "json")
  }

  @Test func `Each row is an object on a line of its own`() throws {
    #expect(
      try renderedText(
        JSONRenderer(), columns("a", "b"), [[.integer(1), .text("x")], [.null, .blob([0])]])
        == "[\n{\"a\":1,\"b\":\"x\"},\n{\"a\":null,\"b\":\"AA==\"}\n]\n")
  }

  /// Texts are looked at eight bytes at a time, so each byte has its turn in each place of each length.
  @Test func `A text comes back whatever stands where in it`() throws {
    // Letters with the bits of those that take escapes, and others.
    let around = "aC#]`cA!~3\u{7F}EG[QIK?MOqsuwy".map(String.init)
    var texts: [String] = []
    for length in 0...20 {
      for place in 0..<max(length, 1) {
        for code in (0...0x7F) where length > 0 {
          var letters = Array(around.prefix(length))
          letters[place] = String(UnicodeScalar(UInt8(code)))
          texts.append(letters.joined())
        }
      }
      texts.append(around.prefix(length).joined() + "é€\u{10FFFF}\u{80}")
      texts.append("\"\\" + around.prefix(length).joined() + "!#[]~")
    }
    let file = try rendered(JSONRenderer(), columns("a"), texts.map { [.text($0)] })
    let rows = try #require(
      try JSONSerialization.jsonObject(with: Data(file)) as? [[String: String]])
    #expect(rows.map { $0["a"] } == texts)
    // Nothing is escaped that need not be.
    #expect(!String(decoding: file, as: UTF8.self).contains("\\/"))
  }

  @Test func `No rows make an empty array`() throws {
    #expect(try renderedText(JSONRenderer(), columns("a"), []) == "[]\n")
  }

  @Test func `JSON Lines has the same objects, each on a line that ends`() throws {
    let renderer = JSONLinesRenderer()
    #expect(renderer.format.rawValue == "jsonl")
    #expect(renderer.mediaType == "application/x-ndjson")
    #expect(renderer.fileExtension == "jsonl")
    #expect(
      try renderedText(
        renderer, columns("a", "a"), [[.integer(1), .text("x\n")], [.null, .null]])
        == "{\"a\":1,\"a_2\":\"x\\n\"}\n{\"a\":null,\"a_2\":null}\n")
    #expect(try renderedText(renderer, columns("a"), []) == "")
  }

  @Test func `Keys are names, not titles`() throws {
    let column = RenderColumn(name: "n", title: "Title")
    #expect(try renderedText(JSONRenderer(), [column], [[.integer(1)]]) == "[\n{\"n\":1}\n]\n")
  }

  @Test(arguments: [
    (["a", "a"], ["a", "a_2"]),
    (["a", "a", "a_2"], ["a", "a_3", "a_2"]),
    (["a", "a_2", "a", "a"], ["a", "a_2", "a_3", "a_4"]),
    (["", ""], ["", "_2"]),
    (["é", "e\u{301}", "é"], ["é", "e\u{301}", "é_2"]),
    (["a", "A"], ["a", "A"]),
  ])
  func `A name that comes again gets a number`(_ names: [String], _ keys: [String]) {
    #expect(
      JSONRenderer.uniqueKeys(names).map { Array($0.utf8) } == keys.map { Array($0.utf8) })
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func `What JSON cannot say is null`(_ value: Double) throws {
    #expect(
      try renderedText(JSONRenderer(), columns("a"), [[.double(value)]]) == "[\n{\"a\":null}\n]\n")
  }

  @Test func `A row that does not fit the header is refused and writes nothing`() throws {
    var output = RenderBuffer()
    let session = try JSONRenderer().begin(columns("a"), into: &output)
    let before = output.bytes
    #expect(throws: ReportFailure(.internal, "A row has 2 values where the header has 1.")) {
      try session.row([.null, .null], into: &output)
    }
    #expect(output.bytes == before)
  }

  @Test(arguments: UInt64(1)...40)
  func `A reader finds what was written`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let width = Int.random(in: 1...6, using: &random)
    let names = (0..<width).map { "\($0)" + random.text() }
    let rows = (0..<100).map { _ in (0..<width).map { _ in random.cell() } }
    let renderColumns = names.map { RenderColumn(name: $0, title: "") }
    let bytes = try rendered(JSONRenderer(), renderColumns, rows)
    #expect(try rendered(JSONRenderer(), renderColumns, rows) == bytes)

    let objects = try JSONReader.objects(bytes)
    #expect(objects.count == rows.count)
    for (object, row) in zip(objects, rows) {
      #expect(object.map(\.key) == names.map { Array($0.utf8) })
      for (member, cell) in zip(object, row) {
        #expect(Self.stands(member.value, for: cell), "\(member.value) for \(cell)")
      }
    }
  }

  private static func stands(_ value: JSONReader.Value, for cell: Cell) -> Bool {
    switch (cell, value) {
    case (.null, .null): true
    case (.integer(let integer), .number(let text)): text == "\(integer)"
    case (.double(let double), .null): !double.isFinite
    case (.double(let double), .number(let text)): Double(text) == double
    case (.text(let text), .string(let bytes)): Array(text.utf8) == bytes
    case (.decimal(let decimal), .number(let text)): text == decimal.text
    case (.boolean(let boolean), .boolean(let value)): boolean == value
    case (.date(let date), .string(let bytes)): Array(isoText(date).utf8) == bytes
    case (.instant(let instant), .string(let bytes)):
      Array(ISO8601.text(instant).utf8) == bytes
    case (.blob(let blob), .string(let bytes)):
      Data(base64Encoded: String(decoding: bytes, as: UTF8.self)) == Data(blob)
    default: false
    }
  }
}
