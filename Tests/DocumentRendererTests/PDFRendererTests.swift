import Foundation
import ReportCore
import ReportwireTestKit
import Testing

@testable import DocumentRenderer

@Suite("PDF", .timeLimit(.minutes(5)))
struct PDFRendererTests {
  private static let document = RenderDocument(
    title: "Costs & more (2026)",
    createdAt: Instant(secondsSinceEpoch: 1_795_422_600, nanosecond: 500_000_000), createdBy: "ada",
    parameters: [.init(title: "Year", value: "2026"), .init(title: "Where", value: "서울")])

  private static func columns(_ names: String...) -> [RenderColumn] {
    names.map { RenderColumn(name: $0, title: "Title \($0)") }
  }

  @Test(arguments: RendererConformance.cases)
  func `It conforms`(_ conformance: RendererConformance.Case) async throws {
    try await conformance.run(PDFRenderer())
    try await conformance.run(PDFRenderer().describing(Self.document))
  }

  @Test func `Every row is on the pages in order, below the header, with fonts embedded`()
    async throws
  {
    let rows = (1...500).map { row in
      [Cell.text("row-\(row)-begins"), .integer(Int64(row) * 1000), .text("ends-\(row)")]
    }
    let file = try PDFPages(
      PDFRenderer().describing(Self.document), Self.columns("a", "b", "c"), rows)
    let text = try await file.text()
    let words = text.split(whereSeparator: \.isWhitespace).filter { $0.hasPrefix("row-") }
    #expect(words.map(String.init) == (1...500).map { "row-\($0)-begins" })
    let pages = text.split(separator: "\u{C}").map(String.init)
    #expect(pages.count > 5)
    let count = pages.count { !$0.allSatisfy(\.isWhitespace) }
    for (number, page) in pages.enumerated() where !page.allSatisfy(\.isWhitespace) {
      #expect(page.contains("Title a") && page.contains("Title c"))
      #expect(page.contains("Page \(number + 1) of \(count)\n"))
    }
    #expect(text.contains("500 rows on \(count) pages"))
    #expect(text.contains("2026-11-23T08:30:00Z, ada"))
    #expect(text.contains("Year: 2026; Where: 서울"))
    let info = try await file.run("pdfinfo", ["-isodates"])
    #expect(info.contains("Costs & more (2026)"))
    #expect(info.contains("ada"))
    #expect(info.contains("2026-11-23T08:30:00Z"))
    let fonts = try await file.run("pdffonts").split(separator: "\n").dropFirst(2)
    #expect(!fonts.isEmpty)
    for font in fonts {
      // The columns `emb`, `sub` and `uni`.
      #expect(font.contains(" yes yes yes "), "\(font)")
    }
    _ = try await file.run("qpdf", ["--check"])
  }

  @Test func `Columns that do not fit turn the page, and go on on further pages, marked`()
    async throws
  {
    let some = (0..<12).map { RenderColumn(name: "c\($0)", title: "column-\($0)") }
    let turned = try PDFPages(PDFRenderer(), some, [some.map { .text("of-\($0.name)") }])
    #expect(try await turned.run("pdfinfo").contains("842 x 595 pts"))
    #expect(try await turned.text().contains("of-c11"))
    let many = (0..<60).map { RenderColumn(name: "c\($0)", title: "column-\($0)") }
    let rows = (0..<100).map { row in many.map { Cell.text("\(row)-of-\($0.name)") } }
    let wide = try PDFPages(PDFRenderer(), many, rows)
    let text = try await wide.text()
    let words = Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
    for row in 0..<100 {
      for column in many { #expect(words.contains("\(row)-of-\(column.name)")) }
    }
    #expect(text.contains(/Columns 1-\d+ of 60/))
    #expect(text.contains(/Columns \d+-60 of 60/))
  }

  @Test func `The type becomes smaller, and then columns go on, before words are broken`()
    async throws
  {
    let word = "0123456789abcdef0123456789abcdef"
    for (count, pages, isSmaller) in [(4, 1, false), (5, 1, true), (12, 3, true)] {
      let columns = (0..<count).map { RenderColumn(name: "c\($0)", title: "t\($0)") }
      let file = try PDFPages(PDFRenderer(), columns, [columns.map { .text("\(word)\($0.name)") }])
      let text = try await file.text()
      for column in columns { #expect(text.contains("\(word)\(column.name)"), "\(count)") }
      #expect(try await file.run("pdfinfo").contains(try Regex("Pages: +\(pages)\n")), "\(count)")
      let sizes = try await file.run("pdftotext", ["-bbox"], output: "-")
        .matches(of: /yMin="([0-9.]+)" xMax="[0-9.]+" yMax="([0-9.]+)">0123/)
        .map { (Double($0.output.2) ?? 0) - (Double($0.output.1) ?? 0) }
      #expect(sizes.count == count)
      #expect(sizes.allSatisfy { ($0 < 9) == isSmaller }, "\(count): \(sizes)")
    }
  }

  /// Pango alone takes four times as long for a word of twice the length.
  @Test(arguments: ["x", "\u{1}", "中\u{2060}", "\u{301}", " \u{2060}", " !", "¡ a"])
  func `A long word takes no longer than its length`(_ part: String) throws {
    func seconds(_ count: Int) throws -> Double {
      let columns = Self.columns("a", "b", "c", "d", "e", "f", "g", "h")
      let word = Cell.text(
        String(repeating: part, count: count / part.unicodeScalars.count))
      var used = Double.infinity
      for _ in 0..<2 {
        let start = Self.cpuSeconds()
        _ = try PDFPages(PDFRenderer(), columns, [columns.map { _ in word }])
        used = min(used, Self.cpuSeconds() - start)
      }
      return used
    }
    let short = try seconds(4000)
    let long = try seconds(32_000)
    #expect(long < short * 24, "\(short) s, \(long) s")
  }

  /// Of this thread, which nobody else uses.
  private static func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  @Test func `Cells that take long are left off when the run ends`() throws {
    final class Drain: RenderDrain {
      var checks = 0
      func take(_ bytes: [UInt8]) {}
      func checkRoom(for count: Int) throws(ReportFailure) {
        checks += 1
        if checks > 5 { throw ReportFailure(.canceledByUser, "") }
      }
    }
    let columns = (0..<20).map { RenderColumn(name: "c\($0)", title: "") }
    let drain = Drain()
    var output = RenderBuffer(drain: drain)
    let session = try PDFRenderer().begin(columns, into: &output)
    let failure = #expect(throws: ReportFailure.self) {
      try session.row(
        columns.map { _ in .text(String(repeating: "x ", count: 8000)) }, into: &output)
      try session.finish(into: &output)
    }
    #expect(failure?.code == .canceledByUser)
    #expect(drain.checks == 6)
  }

  @Test func `A long cell wraps, and goes on on the next page when it is longer than one`()
    async throws
  {
    let words = (0..<4500).map { "w\($0)" }
    let rows: [[Cell]] = [
      [.text("before"), .null], [.text(words.joined(separator: " ")), .text("beside")],
      [.text("behind"), .integer(1)],
    ]
    let file = try PDFPages(PDFRenderer(), Self.columns("a", "b"), rows)
    let text = try await file.run("pdftotext", ["-raw"], output: "-")
    let found = text.split(whereSeparator: \.isWhitespace).map(String.init)
    let start = try #require(found.firstIndex(of: "w0"))
    #expect(found.filter { $0.wholeMatch(of: /w\d+/) != nil } == words)
    #expect(try #require(found.firstIndex(of: "before")) < start)
    #expect(try #require(found.firstIndex(of: "behind")) > start)
    #expect(found.count { $0 == "beside" } == 1)
  }

  @Test func `A word that is broken gets no sign that it has not`() async throws {
    let word = String(repeating: "0123456789abcdef", count: 40)
    let file = try PDFPages(PDFRenderer(), Self.columns("a", "b"), [[.text(word), .null]])
    let text = try await file.run("pdftotext", output: "-")
    let parts = text.split(whereSeparator: \.isWhitespace).map(String.init).filter {
      $0.count > 1 && $0.allSatisfy(\.isHexDigit)
    }
    #expect(parts.count > 1)
    #expect(parts.joined() == word)
  }

  @Test func `Text of every script can be found and copied`() async throws {
    let texts = ["Grüße", "Ελλάδα", "Привет", "서울의 비용", "東京の費用", "مرحبا", "שלום"]
    let file = try PDFPages(
      PDFRenderer().describing(RenderDocument(title: "보고서")), Self.columns("a"),
      texts.map { [.text($0)] })
    let text = try await file.run("pdftotext", output: "-")
    for word in texts + ["보고서"] { #expect(text.contains(word), "\(word)") }
    #expect(try await file.run("pdfinfo").contains("보고서"))
  }

  @Test func `Rows of many scripts are found in their order, and two runs look alike`() async throws
  {
    let scripts = [
      "Ålesund plain", "東京の費用 서울", "مرحبا بالعالم", "mixed 東京 and مرحبا here", "שלום Ελλάδα",
    ]
    let rows = (0..<200).map { row in
      [Cell.text("row\(row)"), .text(scripts[row % 5]), .text("end\(row)")]
    }
    let columns = Self.columns("a", "b", "c")
    let file = try PDFPages(PDFRenderer(), columns, rows)
    let text = try await file.text()
    // Where a line begins that is read from the right is poppler's opinion.
    let words = text.split { $0.isWhitespace || ("\u{202A}"..."\u{202E}").contains($0) }
    for edge in ["row", "end"] {
      let found = words.filter { $0.hasPrefix(edge) && $0.last?.isNumber == true }.map(String.init)
      #expect(found == (0..<200).map { "\(edge)\($0)" })
    }
    for word in ["Ålesund", "東京の費用", "서울", "بالعالم", "mixed", "שלום", "Ελλάδα"] {
      #expect(words.count { $0 == word } == 40, "\(word)")
    }
    for font in try await file.run("pdffonts").split(separator: "\n").dropFirst(2) {
      #expect(font.contains(" yes yes yes "), "\(font)")
    }
    _ = try await file.run("qpdf", ["--check"])
    let again = try PDFPages(PDFRenderer(), columns, rows)
    let images = try await file.images()
    #expect(images.count > 2 && Set(images).count == images.count)
    #expect(try await again.images() == images)
  }

  @Test func `Controls are seen, and line ends begin lines`() async throws {
    let file = try PDFPages(
      PDFRenderer(), Self.columns("a"), [[.text("x\u{0}y\r\nsecond\nthird")], [.text("")]])
    let text = try await file.text()
    #expect(text.contains("x\u{FFFD}y"))
    let lines = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    #expect(lines.contains("second") && lines.contains("third"))
  }

  @Test func `A report without rows is a page that says so`() async throws {
    let file = try PDFPages(PDFRenderer().describing(Self.document), Self.columns("a"), [])
    let text = try await file.text()
    #expect(text.contains("Title a"))
    #expect(text.contains("0 rows on 1 page"))
  }

  @Test func `The document says its language, and readers show its title`() async throws {
    var document = Self.document
    document.language = "ko-KR"
    let file = try PDFPages(PDFRenderer().describing(document), Self.columns("a"), [])
    let catalog = try await file.run("qpdf", ["--show-object=trailer"])
    let root = try #require(catalog.firstMatch(of: /\/Root (\d+) 0 R/)).output.1
    let shown = try await file.run("qpdf", ["--show-object=\(root)"])
    #expect(shown.contains("/Lang (ko-KR)"))
    #expect(shown.contains("/DisplayDocTitle true"))
    #expect(shown.contains("/Outlines") && shown.contains("/Type /Catalog"))
    let plain = try PDFPages(PDFRenderer(), Self.columns("a"), [])
    let bytes = try await plain.run("qpdf", ["--qdf", "--object-streams=disable"], output: "-")
    #expect(bytes.contains("/Lang (en)") && !bytes.contains("/DisplayDocTitle"))
  }

  @Test func `Columns and rows are left off when the run ends`() throws {
    final class Drain: RenderDrain {
      let checksMax: Int
      var checks = 0
      init(checksMax: Int) { self.checksMax = checksMax }
      func take(_ bytes: [UInt8]) {}
      func checkRoom(for count: Int) throws(ReportFailure) {
        checks += 1
        if checks > checksMax { throw ReportFailure(.canceledByUser, "") }
      }
    }
    let columns = (0..<20).map { RenderColumn(name: "c\($0)", title: "") }
    // Within the columns, and within the ten rows that wait for them.
    for checksMax in [7, 25] {
      let drain = Drain(checksMax: checksMax)
      var output = RenderBuffer(drain: drain)
      let session = try PDFRenderer().begin(columns, into: &output)
      for _ in 0..<10 { try session.row(columns.map { _ in .integer(1) }, into: &output) }
      #expect(drain.checks == 0)
      let failure = #expect(throws: ReportFailure.self) { try session.finish(into: &output) }
      #expect(failure?.code == .canceledByUser)
      #expect(drain.checks == checksMax + 1)
    }
  }

  @Test(arguments: ["\n", "\r", "\r\n", "\u{2028}", "\u{2029}"])
  func `A footer has four line ends at most`(_ end: String) {
    for (count, paths) in [(4, []), (5, [["footer"]]), (100, [["footer"]])] {
      var options = FormatOptions(["footer": .string(String(repeating: end, count: count))])
      _ = PDFRenderer().adapted(to: &options)
      #expect(options.problems.map(\.path) == paths, "\(count)")
    }
  }

  @Test func `What leaves less than a quarter of a page for rows is refused`() throws {
    func render(fontSize: Double) throws {
      var options = FormatOptions([
        "font_size": .number(fontSize), "orientation": .string("landscape"),
        "footer": .string(
          String(repeating: "foot\n", count: 4) + String(repeating: "W", count: 480)),
      ])
      let renderer = PDFRenderer().describing(Self.document).adapted(to: &options)
      options.finish()
      #expect(options.problems.isEmpty)
      let title = (0..<40).map { "Title\($0)" }.joined(separator: " ")
      let column = RenderColumn(name: "a", title: title)
      _ = try PDFPages(renderer, [column, column, column], [[.null, .null, .null]])
    }
    try render(fontSize: 9)
    let failure = #expect(throws: ReportFailure.self) { try render(fontSize: 24) }
    #expect(failure?.code == .templateError)
    #expect(failure?.message.contains("less than a quarter of the first page") == true)
  }

  @Test func `A footer is on every page, and is wrapped`() async throws {
    let text = (0..<60).map { "foot\($0)" }.joined(separator: " ")
    var options = FormatOptions(["footer": .string(text)])
    let renderer = PDFRenderer().adapted(to: &options)
    options.finish()
    #expect(options.problems.isEmpty)
    let file = try PDFPages(renderer, Self.columns("a"), (0..<150).map { [.integer($0)] })
    let pages = try await file.text().split(separator: "\u{C}")
    #expect(pages.count > 2)
    for page in pages where !page.allSatisfy(\.isWhitespace) {
      #expect(page.contains("foot0 ") && page.contains("foot59"))
    }
    let words = pages.joined(separator: "\n").split(whereSeparator: \.isWhitespace)
    #expect(words.compactMap { Int($0) }.starts(with: 0...5))
    var long = FormatOptions(["footer": .string(String(repeating: "é", count: 251))])
    _ = PDFRenderer().adapted(to: &long)
    #expect(long.problems.map(\.path) == [["footer"]])
  }

  /// 40 x 20 pixels of one red.
  private static let logo = [UInt8](
    Data(
      base64Encoded:
        "iVBORw0KGgoAAAANSUhEUgAAACgAAAAUCAIAAABwJOjsAAAAJElEQVR42mM4ISc3IIhh1OJRi0ctHrV41O"
        + "JRi0ctHrV45FgMAFLhLK5O4QWwAAAAAElFTkSuQmCC") ?? Data())

  /// The widths of the columns follow from the first rows, whose numbers are short.
  @Test func `Numbers that grow are not broken`() async throws {
    let texts = (0..<8).map { _ in Cell.text("a text that wants all the room that there is") }
    let rows = (1...210).map { row in
      [Cell.integer(row <= 200 ? Int64(row) : 123_000 + Int64(row))] + texts
    }
    var columns = Self.columns("n") + (0..<8).flatMap { Self.columns("text\($0)") }
    var words = try await PDFPages(PDFRenderer(), columns, rows).text().split(
      whereSeparator: \.isWhitespace)
    for row in 201...210 { #expect(words.contains("\(123_000 + row)"), "\(row)") }
    // With a comma and a sign that the first ones do not have.
    columns[0].format = CellFormat("#,##0")
    let negative = rows.enumerated().map { index, row in
      index < 200 ? row : [Cell.integer(-123_000 - Int64(index + 1))] + row.dropFirst()
    }
    words = try await PDFPages(PDFRenderer(), columns, negative).text().split(
      whereSeparator: \.isWhitespace)
    for row in 201...210 { #expect(words.contains("-123,\(row)"), "\(row)") }
  }

  @Test func `A logo stands on the first page`() async throws {
    var document = Self.document
    document.logo = Self.logo
    let file = try PDFPages(
      PDFRenderer().describing(document), Self.columns("a"), (0..<200).map { [.integer($0)] })
    let images = try await file.run("pdfimages", ["-list"]).split(separator: "\n").dropFirst(2)
    #expect(images.count == 1)
    let fields = try #require(images.first).split(separator: " ")
    #expect(fields.prefix(5) == ["1", "0", "image", "40", "20"])
    _ = try await file.run("qpdf", ["--check"])
  }

  @Test func `What is no logo is said when the template is loaded, and fails a run`() throws {
    var huge = Self.logo
    huge.replaceSubrange(16..<24, with: [0, 0, 4, 0, 0, 0, 4, 0])
    let cases: [([UInt8], String)] = [
      (Array("GIF89a".utf8), "is no PNG"),
      (Array(Self.logo.prefix(24)), "cannot be read to its end"),
      (Array(Self.logo.dropLast(30)), "cannot be read to its end"),
      (huge, "has 1024 x 1024 pixels, and a logo has 1000000 at most"),
      (Array(Self.logo.prefix(16)) + [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0], "pixels"),
    ]
    for (bytes, reason) in cases {
      var template = Template(
        templateID: "t", name: "t", title: "", source: "s", isShared: true, sql: "",
        formats: [.csv])
      template.logo = TemplateLogo(name: "l.png", bytes: bytes, sha256: "")
      let problems = PDFRenderer().problems(in: template)
      #expect(problems.map(\.path) == [["logo"]])
      #expect(problems.first?.message.hasPrefix("l.png ") == true)
      #expect(problems.first?.message.contains(reason) == true, "\(problems)")
      var output = RenderBuffer()
      let failure = #expect(throws: ReportFailure.self) {
        try PDFRenderer().describing(RenderDocument(logo: bytes))
          .begin(Self.columns("a"), into: &output)
      }
      #expect(failure?.code == .templateError)
    }
  }

  @Test func `Rows beyond those that are wanted are left out, which the last page says`()
    async throws
  {
    var options = FormatOptions(["max_rows": .number(3)])
    let renderer = PDFRenderer().adapted(to: &options)
    for (count, leftOut) in [(3, 0), (4, 1), (500, 497)] {
      var output = RenderBuffer()
      let session = try renderer.begin(Self.columns("a"), into: &output)
      for row in 1...count { try session.row([.text("row-\(row)")], into: &output) }
      #expect(session.rowsLeftOut == leftOut)
      try session.finish(into: &output)
      let text = try await PDFPages(output.bytes).text()
      #expect(text.contains("row-3") && !text.contains("row-4"))
      #expect(
        text.contains(
          leftOut == 0
            ? "3 rows on 1 page"
            : "The first 3 of \(count) rows, on 1 page. The other \(leftOut) are left out"))
    }
    for value in [0, 1.5, -1, 0x1p54] {
      var wrong = FormatOptions(["max_rows": .number(value)])
      _ = PDFRenderer().adapted(to: &wrong)
      #expect(wrong.problems.map(\.path) == [["max_rows"]])
    }
  }

  @Test func `A cell of more than 32,767 characters fails with its place`() throws {
    let most = String(repeating: "x", count: 32_767)
    _ = try PDFPages(PDFRenderer(), Self.columns("a"), [[.text(most)]])
    for cell in [Cell.text(most + "x"), .blob(Array(repeating: 0, count: 24_576))] {
      let failure = #expect(throws: ReportFailure.self) {
        try PDFPages(PDFRenderer(), Self.columns("a", "b"), [[.null, .null], [.null, cell]])
      }
      #expect(failure?.code == .templateError)
      #expect(failure?.message.hasPrefix(#"Row 2, column "b": more than 32767 characters"#) == true)
    }
  }

  @Test func `A table has 2048 columns at most`() throws {
    let columns = (0...2048).map { RenderColumn(name: "\($0)", title: "") }
    var output = RenderBuffer()
    _ = try PDFRenderer().begin(columns.dropLast(), into: &output)
    #expect(throws: ReportFailure.self) { try PDFRenderer().begin(columns, into: &output) }
  }

  @Test func `Paper, orientation and size of the type are options`() async throws {
    var options = FormatOptions([
      "paper": .string("letter"), "orientation": .string("landscape"), "font_size": .number(12),
    ])
    let renderer = PDFRenderer().adapted(to: &options)
    options.finish()
    #expect(options.problems.isEmpty)
    let file = try PDFPages(renderer, Self.columns("a"), [[.integer(1)]])
    #expect(try await file.run("pdfinfo").contains("792 x 612 pts (letter)"))
    var wrong = FormatOptions([
      "paper": .string("a5"), "orientation": .number(1), "font_size": .number(5), "x": .null,
    ])
    _ = PDFRenderer().adapted(to: &wrong)
    wrong.finish()
    #expect(wrong.problems.map(\.path) == [["paper"], ["orientation"], ["font_size"], ["x"]])
  }

  @Test func `Pages leave as they are done`() throws {
    final class Drain: RenderDrain {
      var takes = 0
      func take(_ bytes: [UInt8]) { takes += 1 }
      func checkRoom(for count: Int) {}
    }
    let drain = Drain()
    var output = RenderBuffer(drain: drain, fullBytes: 4096)
    let session = try PDFRenderer().begin(Self.columns("a"), into: &output)
    for row in 0..<20_000 { try session.row([.integer(Int64(row))], into: &output) }
    #expect(drain.takes > 20)
  }
}

/// A PDF as the programs of poppler and qpdf read it.
private struct PDFPages {
  private let folder: Folder
  private let path: String

  init(_ renderer: any Renderer, _ columns: [RenderColumn], _ rows: [[Cell]]) throws {
    var output = RenderBuffer()
    let session = try renderer.begin(columns, into: &output)
    for row in rows { try session.row(row, into: &output) }
    try session.finish(into: &output)
    try self.init(output.bytes)
  }

  init(_ bytes: [UInt8]) throws {
    folder = try Folder()
    path = folder.url.appending(path: "file.pdf").path
    try Data(bytes).write(to: URL(filePath: path))
  }

  func text() async throws -> String { try await run("pdftotext", ["-layout"], output: "-") }

  /// - Returns: what the program printed.
  func run(_ program: String, _ options: [String] = [], output: String? = nil) async throws
    -> String
  {
    let arguments = options + [path] + (output.map { [$0] } ?? [])
    let result = try await Program("/usr/bin/\(program)", arguments).run()
    try #require(result.exit == 0, "\(program): \(String(decoding: result.error, as: UTF8.self))")
    return String(decoding: result.output, as: UTF8.self)
  }

  /// Every page as it looks.
  func images() async throws -> [Data] {
    let base = path + "-page"
    _ = try await Program("/usr/bin/pdftoppm", ["-r", "40", path, base]).run()
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
    return try names.filter { $0.hasSuffix(".ppm") }
      .map { try Data(contentsOf: folder.url.appending(path: $0)) }
  }

  /// A folder that goes with who holds it.
  private final class Folder {
    let url = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)

    init() throws {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
      try? FileManager.default.removeItem(at: url)
    }
  }
}
