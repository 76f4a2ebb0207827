internal import ReportCore
private import Texts

/// What a PDF gets behind the end that cairo gives it: an update (ISO 32000-1, 7.5.6), whose objects take
/// the place of two that were written before all was known. The form that every page shows then says how
/// many pages there are, and the document says its language and shows its title.
///
/// Reads the plain text between the streams of what cairo 1.16 and later write below PDF 1.5. Whatever
/// is not found there is INTERNAL: a file is never handed out that says something else than it should.
struct PDFUpdate {
  /// The form as cairo was given it, in points; no other of the file has these edges.
  let width: Int
  let height: Int
  /// Where the digits stand in it.
  let baseline: Double
  let fontSize: Double
  private var form: Form?

  /// The form as cairo wrote it.
  private struct Form {
    let object: Int
    let resources: Int
    /// How its resources name the font that has all digits.
    let font: String
  }

  init(width: Int, height: Int, baseline: Double, fontSize: Double) {
    self.width = width
    self.height = height
    self.baseline = baseline
    self.fontSize = fontSize
  }

  /// Finds the form.
  ///
  /// - Parameter bytes: what cairo wrote up to the end of the first page.
  mutating func findForm(in bytes: [UInt8]) throws(ReportFailure) {
    let text = PDFText(bytes)
    let edges = "/BBox [ 0 0 \(width) \(height) ]"
    guard let edgesEnd = text.end(of: edges, from: 0),
      let object = text.object(before: edgesEnd - edges.utf8.count),
      let resources = text.number(behind: "/Resources ", from: edgesEnd),
      let resourcesStart = text.end(of: "\n\(resources) 0 obj", from: edgesEnd),
      let fonts = text.end(of: "/Font <<", from: resourcesStart),
      let font = text.word(at: fonts), font.utf8.first == UInt8(ascii: "/")
    else { throw Self.unknown("form") }
    form = Form(object: object, resources: resources, font: font)
  }

  /// The update.
  ///
  /// - Parameters:
  ///   - end: what cairo wrote last, from somewhere before the document's catalog.
  ///   - fileBytes: how many bytes the file has with it.
  ///   - language: by its tag (BCP 47), which is ASCII.
  func bytes(
    behind end: [UInt8], fileBytes: Int, pages: Int, language: String, showsTitle: Bool
  ) throws(ReportFailure) -> [UInt8] {
    guard let form else { throw Self.unknown("form") }
    let text = PDFText(end)
    guard let trailer = text.lastEnd(of: "trailer\n"),
      let size = text.number(behind: "/Size ", from: trailer),
      let catalog = text.number(behind: "/Root ", from: trailer),
      let info = text.number(behind: "/Info ", from: trailer),
      let table = text.number(behind: "startxref\n", from: trailer),
      let catalogStart = text.lastEnd(of: "\n\(catalog) 0 obj\n<<"),
      let catalogEnd = text.end(of: ">>\nendobj", from: catalogStart)
    else { throw Self.unknown("end") }
    let entries = String(
      decoding: end[catalogStart..<(catalogEnd - ">>\nendobj".utf8.count)], as: UTF8.self)
    var bytes: [UInt8] = []
    var places: [(object: Int, offset: Int)] = []
    func append(_ object: Int, _ body: String) {
      places.append((object, fileBytes + bytes.count))
      bytes += "\(object) 0 obj\n\(body)\nendobj\n".utf8
    }
    let content =
      "q 0.4 0.4 0.4 rg BT \(fontSize) 0 0 -\(fontSize) 0 \(baseline) Tm "
      + "\(form.font) 1 Tf (\(pages)) Tj ET Q"
    append(
      form.object,
      "<< /Length \(content.utf8.count) /Type /XObject /Subtype /Form "
        + "/BBox [ 0 0 \(width) \(height) ] /Resources \(form.resources) 0 R >>\n"
        + "stream\n\(content)\nendstream")
    append(
      catalog,
      "<<\(entries)   /Lang (\(language))\n"
        + (showsTitle ? "   /ViewerPreferences << /DisplayDocTitle true >>\n" : "") + ">>")
    let updateTable = fileBytes + bytes.count
    bytes += "xref\n".utf8
    for (object, offset) in places.sorted(by: { $0.object < $1.object }) {
      bytes += "\(object) 1\n\(Int64(offset).padded(10)) 00000 n \n".utf8
    }
    bytes += "trailer\n<< /Size \(size)\n   /Root \(catalog) 0 R\n   /Info \(info) 0 R\n".utf8
    bytes += "   /Prev \(table)\n>>\nstartxref\n\(updateTable)\n%%EOF\n".utf8
    return bytes
  }

  private static func unknown(_ what: String) -> ReportFailure {
    ReportFailure(
      .internal,
      "The machine's cairo writes the \(what) of a PDF in a way that the server does not know.")
  }
}

/// Looks for words in bytes that are not all text.
private struct PDFText {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Where the first of the words ends.
  func end(of words: String, from start: Int) -> Int? {
    end(of: words, at: stride(from: start, through: bytes.count - words.utf8.count, by: 1))
  }

  /// Where the last of the words ends.
  func lastEnd(of words: String) -> Int? {
    end(of: words, at: stride(from: bytes.count - words.utf8.count, through: 0, by: -1))
  }

  private func end(of words: String, at places: StrideThrough<Int>) -> Int? {
    let words = Array(words.utf8)
    return bytes.withUnsafeBufferPointer { bytes in
      places.first {
        bytes[$0] == words[0] && bytes[$0..<($0 + words.count)].elementsEqual(words)
      }.map { $0 + words.count }
    }
  }

  /// The number that stands behind the first of the words.
  func number(behind words: String, from start: Int) -> Int? {
    guard let end = end(of: words, from: start) else { return nil }
    let digits = bytes[end...].prefix(10).prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    return Int(String(decoding: digits, as: UTF8.self))
  }

  /// The number of the object that an index is in.
  func object(before index: Int) -> Int? {
    let mark = Array(" 0 obj\n".utf8)
    var start = index - mark.count
    while start > 0, !bytes[start...].starts(with: mark) { start -= 1 }
    guard start > 0 else { return nil }
    let digits = bytes[..<start].suffix(10).reversed().prefix {
      UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
    }
    return Int(String(decoding: digits.reversed(), as: UTF8.self))
  }

  /// The word behind the spaces at an index.
  func word(at index: Int) -> String? {
    func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") }
    let word = bytes[index...].drop(while: isSpace).prefix(64).prefix { !isSpace($0) }
    return word.isEmpty ? nil : String(decoding: word, as: UTF8.self)
  }
}
