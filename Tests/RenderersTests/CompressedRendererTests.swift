import Foundation
import ReportCore
import ReportwireTestKit
import Testing

@testable import Renderers

@Suite("Compressed files", .timeLimit(.minutes(5)))
struct CompressedRendererTests {
  private static let bases: [any Renderer] = [CSVRenderer(), JSONRenderer(), JSONLinesRenderer()]

  private static let rows: [[Cell]] = (0..<3000).map {
    [.integer($0), .text("row \($0) 서울"), .double(Double($0) / 7), .null]
  }

  /// What the tool that everybody has makes of a file.
  private func unpacked(_ file: URL, _ method: CompressedRenderer.Method) async throws -> [UInt8] {
    let program =
      switch method {
      case .gzip: Program("gzip", ["-dc", file.path])
      case .zstd: Program("zstd", ["-dcq", file.path])
      case .zip: Program("unzip", ["-p", file.path])
      }
    let result = try await program.run()
    #expect(result.exit == 0, "\(String(decoding: result.error, as: UTF8.self))")
    return result.output
  }

  @Test(arguments: CompressedRenderer.Method.allCases)
  func `Reference tools unpack what the format without compression is`(
    _ method: CompressedRenderer.Method
  ) async throws {
    let folder = try TemporaryFiles()
    for base in Self.bases {
      for rows in [Self.rows, []] {
        let plain = try rendered(base, columns("a", "b", "c", "d"), rows)
        let bytes = try rendered(
          CompressedRenderer(base, method), columns("a", "b", "c", "d"), rows)
        let file = folder.path.appending(path: "file.\(method.rawValue)")
        try Data(bytes).write(to: file)
        #expect(try await unpacked(file, method) == plain)
        if !rows.isEmpty { #expect(bytes.count < plain.count / 2) }
      }
    }
  }

  @Test func `A ZIP file holds one entry, named as the file is`() async throws {
    let folder = try TemporaryFiles()
    let file = folder.path.appending(path: "file.zip")
    for (name, entry) in [
      ("costs_20261123", "costs_20261123.csv"), ("", "report.csv"), ("../a:b", "_a_b.csv"),
      ("...", "report.csv"),
    ] {
      let renderer = CompressedRenderer(CSVRenderer(), .zip).describing(
        RenderDocument(fileName: name))
      try Data(try rendered(renderer, columns("a"), [])).write(to: file)
      let list = try await Program("unzip", ["-Z1", file.path]).run()
      #expect(String(decoding: list.output, as: UTF8.self) == entry + "\n")
    }
  }

  @Test func `The options are those of the format that is compressed`() async throws {
    var options = FormatOptions(["delimiter": .string("semicolon")])
    let renderer = CompressedRenderer(CSVRenderer(), .gzip)
    #expect(renderer.format == ReportFormat(rawValue: "csv.gz"))
    #expect(renderer.optionsFormat == .csv)
    #expect(renderer.fileExtension == "csv.gz")
    let adapted = renderer.adapted(to: &options).describing(RenderDocument())
    let folder = try TemporaryFiles()
    let file = folder.path.appending(path: "file.gz")
    try Data(try rendered(adapted, columns("a", "b"), [])).write(to: file)
    #expect(try await unpacked(file, .gzip) == Array("a;b\r\n".utf8))
  }

  @Test(arguments: CompressedRenderer.Method.allCases)
  func `A large value goes out in pieces, and where there is no room it stops`(
    _ method: CompressedRenderer.Method
  ) throws {
    var state: UInt64 = 1
    let blob = (0..<3_000_000).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
    let drain = BoundedDrain(.max)
    var output = RenderBuffer(drain: drain)
    let session = try CompressedRenderer(CSVRenderer(), method).begin(columns("a"), into: &output)
    try session.row([.blob(blob)], into: &output)
    #expect(drain.count > 2_000_000)
    #expect(drain.largest < 400_000)

    var bounded = RenderBuffer(drain: BoundedDrain(1_000_000))
    let other = try CompressedRenderer(CSVRenderer(), method).begin(columns("a"), into: &bounded)
    #expect(throws: BoundedDrain.full) { try other.row([.blob(blob)], into: &bounded) }
  }

  /// Zeros, of which four gigabytes take few.
  @Test func `An entry of more than 4 GiB has its size by ZIP64`() async throws {
    let archive = try ZipArchive(bytesMax: 4_000_000_000)
    var output = RenderBuffer()
    let zeros = [UInt8](repeating: 0, count: 1 << 20)
    try archive.begin("zeros", into: &output)
    for _ in 0..<4097 { try archive.append(zeros, into: &output) }
    try archive.end(into: &output)
    try archive.add("after", Array("after".utf8), into: &output)
    try archive.finish(into: &output)
    #expect(
      try await zipContents(
        output.bytes, "z.testzip(), [(i.filename, i.file_size) for i in z.infolist()]")
        == "None [('zeros', 4296015872), ('after', 5)]\n")
  }

  @Test func `What reads a ZIP file as a stream finds no ZIP64 in front of an entry`() throws {
    let renderer = CompressedRenderer(CSVRenderer(), .zip)
      .describing(RenderDocument(bytesMax: 2_147_483_648))
    let bytes = try rendered(renderer, columns("a"), [[.integer(1)]])
    // The version that it takes to read it.
    #expect(bytes[4] == 20)
    #expect(try rendered(renderer, columns("a"), [[.integer(1)]]) == bytes)
  }

  /// By a reader that takes the file from its end, as most do, and by one that asks the headers.
  @Test(arguments: [
    (CSVRenderer() as any Renderer, [String](), 1), (CSVRenderer(), ["a", "b"], 2),
    (XLSXRenderer(), [], 8),
  ])
  func `What may become larger than 4 GB is written with ZIP64`(
    _ base: any Renderer, _ sections: [String], _ entries: Int
  ) async throws {
    for (bytesMax, version) in [(4_000_000_000 as Int64, 20), (4_000_000_001, 45)] {
      let document = RenderDocument(sections: sections, bytesMax: bytesMax)
      let isPlain = base.format == .csv && sections.isEmpty
      let renderer = isPlain ? CompressedRenderer(base, .zip) : base
      let bytes = try rendered(
        renderer.describing(document), columns("part", "n"), [[.text("a"), .integer(1)]])
      #expect(
        try await zipContents(bytes, "z.testzip(), len(z.infolist())") == "None \(entries)\n")
      #expect(bytes[4] == version)
    }
  }

  // MARK: With a password

  /// What 7-Zip makes of a file.
  private func opened(_ file: URL, _ password: String) async throws -> Program.Result {
    try await Program("7z", ["x", "-so", "-p\(password)", "-bd", file.path]).run()
  }

  @Test(arguments: ["x", String(repeating: "y", count: 99), "pässwörd 東京 \"'", "-", "*"])
  func `A ZIP file with a password is opened by it and by no other`(
    _ text: String
  ) async throws {
    let folder = try TemporaryFiles()
    let password = try #require(FilePassword(text))
    for base in Self.bases {
      let plain = try rendered(base, columns("a", "b", "c", "d"), Self.rows)
      let renderer = CompressedRenderer(base, .zip).locked(by: password)
        .describing(RenderDocument(fileName: "Kosten 東京"))
      let bytes = try rendered(renderer, columns("a", "b", "c", "d"), Self.rows)
      #expect(bytes.count < plain.count / 2)
      // A salt of its own each time.
      #expect(bytes != (try rendered(renderer, columns("a", "b", "c", "d"), Self.rows)))
      let file = folder.path.appending(path: "file.zip")
      try Data(bytes).write(to: file)
      let right = try await opened(file, text)
      #expect(right.exit == 0, "\(String(decoding: right.error, as: UTF8.self))")
      #expect(right.output == plain)
      for wrong in [text + "x", "z"] {
        let result = try await opened(file, wrong)
        #expect(result.exit != 0)
        #expect(result.output != plain)
      }
    }
  }

  @Test func `Nothing has no password`() async throws {
    let folder = try TemporaryFiles()
    let renderer = CompressedRenderer(JSONLinesRenderer(), .zip)
      .locked(by: try #require(FilePassword("secret")))
    let file = folder.path.appending(path: "file.zip")
    try Data(try rendered(renderer, columns("a"), [])).write(to: file)
    #expect(try await unpacked(file, .zip).isEmpty)
    #expect(try await Program("7z", ["t", "-psecret", file.path]).run().exit == 0)
  }

  @Test func `Only ZIP files take a password`() throws {
    for base in Self.bases {
      for method in CompressedRenderer.Method.allCases {
        let renderer = CompressedRenderer(base, method)
        #expect(renderer.takesPassword == (method == .zip))
      }
      #expect(!base.takesPassword)
    }
    #expect(!XLSXRenderer().takesPassword)
  }
}

/// Counts bytes and refuses those that are too many.
private final class BoundedDrain: RenderDrain {
  static let full = ReportFailure(.byteLimit, "full")
  private let bytesMax: Int
  private(set) var count = 0
  private(set) var largest = 0

  init(_ bytesMax: Int) { self.bytesMax = bytesMax }

  func take(_ bytes: [UInt8]) throws(ReportFailure) {
    count += bytes.count
    largest = max(largest, bytes.count)
    if count > bytesMax { throw Self.full }
  }

  func checkRoom(for count: Int) {}
}
