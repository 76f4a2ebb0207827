import DataSources
import ReportCore
import Testing

/// Text that SQLite keeps and that is not UTF-8.
@Suite struct InvalidTextTests {
  private let file: SourceFile

  init() throws {
    file = try SourceFile(
      """
      CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT);
      INSERT INTO people VALUES (1, 'Ann'), (2, CAST(x'C96D696C65' AS TEXT)),
        (3, CAST(x'8070F09F98' AS TEXT));
      """)
  }

  private func read(
    _ sql: String, _ bindings: [String: Cell] = [:], of source: InvalidText = .fail,
    template: InvalidText? = nil
  ) throws(ReportFailure) -> CollectingSink {
    let sink = CollectingSink()
    try SQLiteSource(name: "costs", path: file.path, invalidText: source).stream(
      SourceQuery(sql: sql, bindings: bindings, invalidText: template), interrupt: Interrupt(),
      into: sink)
    return sink
  }

  private static let names = "SELECT id, name AS who FROM people ORDER BY id"

  @Test func itFailsTheRunNamingColumnAndRow() throws {
    let error = #expect(throws: ReportFailure.self) { try read(Self.names) }
    #expect(error?.code == .queryError)
    #expect(error?.message.hasPrefix("The text of column \"who\" in row 2 is not UTF-8.") == true)
    #expect(error?.message.contains("invalid_text: latin1 or windows1252") == true)
  }

  @Test func rowsBeforeItAreHandedOver() throws {
    var rows: [[Cell]] = []
    let sink = CallingSink { rows.append($0) }
    #expect(throws: ReportFailure.self) {
      try file.source.stream(
        SourceQuery(sql: Self.names, bindings: [:]), interrupt: Interrupt(), into: sink)
    }
    #expect(rows == [[.integer(1), .text("Ann")]])
  }

  @Test func replacedTextsAreCountedEachOnce() throws {
    let sink = try read(Self.names, of: .replace)
    #expect(sink.rows.map { $0[1] } == ["Ann", "\u{FFFD}mile", "\u{FFFD}p\u{FFFD}"].map(Cell.text))
    #expect(sink.replacedTexts == 2)
    #expect(try read("SELECT 'é한😀', CAST(x'FF' AS BLOB)", of: .replace).replacedTexts == 0)
  }

  @Test(arguments: [
    (InvalidText.latin1, ["Ann", "Émile", "\u{80}pð\u{9F}\u{98}"]),
    (.windows1252, ["Ann", "Émile", "€pðŸ˜"]),
  ])
  func anEncodingReadsEveryText(_ encoding: InvalidText, _ texts: [String]) throws {
    let sink = try read(Self.names, of: encoding)
    #expect(sink.rows.map { $0[1] } == texts.map(Cell.text))
    #expect(sink.replacedTexts == 0)
    #expect(try read("SELECT CAST(x'C3A9' AS TEXT)", of: encoding).rows == [[.text("Ã©")]])
  }

  @Test(arguments: [InvalidText.latin1, .windows1252])
  func whatTheTemplateAndTheCallerSayIsInTheEncodingToo(_ encoding: InvalidText) throws {
    let sink = try read(
      "SELECT id, :name AS \"né\", 'é' FROM people WHERE name = :name OR name = 'Émilie'",
      ["name": .text("Émile")], of: encoding)
    #expect(sink.columns == ["id", "né", "'é'"].map(SourceColumn.init))
    #expect(sink.rows == [[.integer(2), .text("Émile"), .text("é")]])
    for (sql, name, what) in [
      ("SELECT :name", "한", "The value of :name"), ("SELECT '한', :name", "a", "The statement"),
    ] {
      let error = #expect(throws: ReportFailure.self) {
        try read(sql, ["name": .text(name)], of: encoding)
      }
      #expect(error?.message.hasPrefix("\(what) has a character that \(encoding.rawValue)") == true)
    }
  }

  @Test func everyByteOfAnEncodingComesBackAsItWas() throws {
    for encoding in [InvalidText.latin1, .windows1252] {
      for byte in UInt8(1)...255 {
        let hex = (byte < 16 ? "0" : "") + String(byte, radix: 16)
        let text = try read("SELECT CAST(x'\(hex)' AS TEXT)", of: encoding).rows[0][0]
        let rows = try read("SELECT CAST(:text AS BLOB)", ["text": text], of: encoding).rows
        #expect(rows == [[.blob([byte])]])
      }
    }
  }

  @Test func theTemplateBeatsTheSource() throws {
    #expect(try read(Self.names, of: .fail, template: .replace).replacedTexts == 2)
    #expect(throws: ReportFailure.self) { try read(Self.names, of: .latin1, template: .fail) }
  }

  @Test func aSourceInUTF16HasNoOtherEncoding() throws {
    try file.remake(
      "PRAGMA encoding = 'UTF-16'; CREATE TABLE people (name TEXT); "
        + "INSERT INTO people VALUES ('Émile')")
    #expect(try read("SELECT name FROM people").rows == [[.text("Émile")]])
    let error = #expect(throws: ReportFailure.self) {
      try read("SELECT name FROM people", of: .latin1)
    }
    #expect(error?.message.contains("is in UTF-16, not in latin1") == true)
  }

  @Test func aColumnWhoseNameIsNotUTF8IsFoundAtTheStart() throws {
    // Written as bytes, since no Swift string can say it.
    try file.execute(
      """
      CREATE TABLE odd (x);
      PRAGMA writable_schema = ON;
      UPDATE sqlite_schema SET sql = CAST(x'435245415445205441424C45206F64642028E929' AS TEXT)
      WHERE name = 'odd';
      """)
    let error = #expect(throws: ReportFailure.self) {
      try file.source.inspect("SELECT * FROM odd", invalidText: nil)
    }
    #expect(error?.code == .queryError)
    #expect(error?.message.hasPrefix("The name of column 1 is not UTF-8.") == true)
    let latin1 = try file.source.inspect("SELECT * FROM odd", invalidText: .latin1)
    #expect(latin1.columns == [SourceColumn(name: "é")])
    // Compiled once more to see whether it can run, in the same encoding.
    #expect(try file.source.inspect("SELECT é FROM odd", invalidText: .latin1) == latin1)
    let replaced = try read("SELECT * FROM odd", of: .replace)
    #expect(replaced.columns == [SourceColumn(name: "\u{FFFD}")])
    #expect(replaced.replacedTexts == 1)
  }
}
