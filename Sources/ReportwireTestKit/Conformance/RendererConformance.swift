package import ReportCore

/// What every `Renderer` does, whatever its format.
package enum RendererConformance {
  package typealias Case = ConformanceCase<any Renderer>

  package static let cases: [Case] = [
    Case("It says what it makes") { renderer in
      try expect(!renderer.format.rawValue.isEmpty, "the format has no name")
      try expectEqual(renderer.format.rawValue, renderer.format.rawValue.lowercased(), "name")
      try expectEqual(renderer.mediaType.split(separator: "/").count, 2, "parts of the media type")
      let words = renderer.fileExtension.split(separator: ".", omittingEmptySubsequences: false)
      try expect(words.count <= 2, "the extension has several dots")
      try expect(words.allSatisfy { !$0.isEmpty }, "there is no file extension, or part of it")
    },
    Case("The same rows give the same bytes") { renderer in
      try expectEqual(try file(renderer), try file(renderer))
    },
    Case("Where the buffer is emptied makes no difference") { renderer in
      try expectEqual(try file(renderer, emptiesEachRow: true), try file(renderer))
    },
    Case("It appends to the buffer and leaves what is in it") { renderer in
      var output = RenderBuffer()
      output.append("before")
      let session = try renderer.begin(columns, into: &output)
      for row in rows { try session.row(row, into: &output) }
      try session.finish(into: &output)
      try expectEqual(output.bytes, Array("before".utf8) + (try file(renderer)))
    },
    Case("Two sessions of one renderer have nothing to do with each other") { renderer in
      var first = RenderBuffer()
      var second = RenderBuffer()
      let one = try renderer.begin(columns, into: &first)
      let other = try renderer.begin(columns, into: &second)
      for row in rows {
        try one.row(row, into: &first)
        try other.row(row, into: &second)
      }
      try one.finish(into: &first)
      try other.finish(into: &second)
      try expectEqual(first.bytes, try file(renderer), "first file")
      try expectEqual(second.bytes, first.bytes, "second file")
    },
    Case("A file without rows, or without columns, can be made") { renderer in
      for columns in [columns, []] {
        var output = RenderBuffer()
        try renderer.begin(columns, into: &output).finish(into: &output)
      }
    },
    Case("Every kind of cell can be written in every column") { renderer in
      let columns = [RenderColumn(name: "a", title: "a"), RenderColumn(name: "b", title: "b")]
      var output = RenderBuffer()
      let session = try renderer.begin(columns, into: &output)
      for left in cells {
        for right in cells { try session.row([left, right], into: &output) }
      }
      try session.finish(into: &output)
      try expect(!output.bytes.isEmpty, "the file is empty")
    },
    Case("A row that does not fit the columns is refused") { renderer in
      for row in [[], [.null], Array(repeating: Cell.null, count: columns.count + 1)] {
        var output = RenderBuffer()
        let session = try renderer.begin(columns, into: &output)
        try await expectError(ReportFailure.self) { try session.row(row, into: &output) }
      }
    },
  ]

  private static let columns = [
    RenderColumn(name: "a", title: "Title, \"quoted\" 😀"),
    RenderColumn(name: "b", title: "", format: CellFormat("0.00")),
    RenderColumn(name: "a", title: "a"),
    RenderColumn(name: "=c", title: "=c", isRaw: true),
  ]

  private static let cells: [Cell] =
    [
      .null, .integer(0), .integer(.min), .integer(.max), .double(0), .double(-0.0), .double(0.1),
      .double(1e300), .double(.leastNonzeroMagnitude), .double(.infinity), .double(-.infinity),
      .double(.nan),
      .text(""), .text("plain"), .text("=1+1"), .text("a,b;c\td\"e\r\nf"),
      .text("\u{0}\u{1F}\u{7F}"),
      .text("비용 😀 e\u{301}"), .blob([]), .blob([0, 255, 10, 13]),
      .boolean(true), .boolean(false), .instant(.earliest), .instant(.latest),
    ]
    + ["-0.50", "1e400"].compactMap { ExactDecimal($0).map(Cell.decimal) }
    + ["0001-01-01", "9999-12-31"].compactMap { CalendarDate($0).map(Cell.date) }

  private static var rows: [[Cell]] {
    (0..<50).map { row in
      (0..<columns.count).map { cells[(row * 7 + $0 * 3) % cells.count] }
    }
  }

  private static func file(
    _ renderer: any Renderer, emptiesEachRow: Bool = false
  ) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var output = RenderBuffer()
    func empty() {
      bytes += output.bytes
      output.removeAll()
    }
    let session = try renderer.begin(columns, into: &output)
    for row in rows {
      if emptiesEachRow { empty() }
      try session.row(row, into: &output)
    }
    if emptiesEachRow { empty() }
    try session.finish(into: &output)
    empty()
    return bytes
  }
}
