import ReportCore
import Testing

@testable import IdentitySearch

/// What `Tests/Interop/python/search.py` does not look at: it compares many queries with rows that it
/// finds by itself.
@Suite struct SearchedRowsTests {
  private let file: IdentityFile
  /// The same, where accounts are looked up.
  private let indexed: IdentityFile

  init() throws {
    file = try IdentityFile(Self.rows)
    indexed = try IdentityFile(
      Self.rows + "CREATE INDEX a ON iam_accounts (domain_id, identity_id);")
  }

  private static let rows = """
    INSERT INTO iam_identities (domain_id, id, name, display_name, department, is_manager, created,
      attributes, access)
    VALUES
      ('d', '1', 'ada', 'Ada Lovelace', 'Research', 1, '2025-01-31T23:59:59Z',
        '{"city": "Gdańsk", "grade": 5, "level": "5"}',
        '[{"id": "e1", "name": "Read"}, {"id": "e2", "name": "Write, all"}]'),
      ('d', '2', 'bob', 'Bob "R2" O''Brien', NULL, 0, '2025-02-01T00:00:00Z', '{"grade": 10}', NULL),
      ('d', '3', 'çelik', 'Çelik Ada', 'research', NULL, NULL, NULL, '[]'),
      ('other', '1', 'ada', 'Ada Foreign', 'Research', 1, '2025-01-31T23:59:59Z', '{}', '[]');
    INSERT INTO iam_accounts (domain_id, id, display_name, identity_id, source_name, is_disabled)
    VALUES
      ('d', 'a1', 'ada', '1', 'Directory', 0), ('d', 'a2', 'ada.l', '1', 'Ledger', 1),
      ('d', 'a3', 'bob', '2', 'Directory', 1), ('other', 'a4', 'x', '2', 'Foreign', 0),
      ('d', 'a5', 'svc', NULL, 'Directory', 0);
    """

  @Test(arguments: [
    ("ada", ["1", "3"]), ("ADA", ["1", "3"]), ("ÇELİK", []), ("ÇELIK", ["3"]), ("foreign", []),
    ("gdańsk", ["1"]), ("gdansk", []), ("\"ada lovelace\"", ["1"]), ("\"lovelace ada\"", []),
    ("\"lovelace ada\"~1", []), ("\"lovelace ada\"~2", ["1"]), ("o'brien", ["2"]),
    ("\"r2 brien\"~1", ["2"]), ("\"r2 brien\"", []), ("NOT ada", ["2"]), ("-ada", ["2"]),
    ("department:research", ["1", "3"]), ("department.exact:research", ["3"]),
    ("department.exact:re*", ["3"]), ("department.exact:?esearch", ["1", "3"]),
    ("NOT department:research", ["2"]), ("_exists_:department", ["1", "3"]),
    ("department:*", ["1", "3"]), ("-_exists_:department", ["2"]), ("*", ["1", "2", "3"]),
    ("*:*", ["1", "2", "3"]), ("isManager:true", ["1"]), ("isManager:false", ["2"]),
    ("NOT isManager:true", ["2", "3"]), ("created:2025-01", ["1"]), ("created:2025", ["1", "2"]),
    ("created:[2025-01-31 TO 2025-01-31]", ["1"]), ("created:{2025-01-31 TO *]", ["2"]),
    ("created:>2025-01-31", ["2"]), ("created:>=2025-01-31", ["1", "2"]),
    ("created:<2025-02", ["1"]), ("created:<=2025-02", ["1", "2"]),
    ("created:[* TO *]", ["1", "2"]), ("created:\"2025-01-31T23:59:59Z\"", ["1"]),
    ("created:2025-01-31T23:59:59Z", ["1"]), ("created:>now-400d/d", ["1", "2"]),
    ("attributes.grade:5", ["1"]), ("attributes.grade:>5", ["2"]),
    ("attributes.grade:>=5", ["1", "2"]),
    ("attributes.level:>4", ["1"]), ("attributes.level:[4 TO 6]", ["1"]),
    ("attributes.city.exact:Gdańsk", ["1"]), ("attributes.none:x", []),
    ("@accounts(source.name:directory AND disabled:false)", ["1"]),
    ("accounts.source.name:directory AND accounts.disabled:true", ["1", "2"]),
    ("NOT @accounts(disabled:true)", ["3"]), ("@accounts(accounts.name:bob)", ["2"]),
    ("@accounts(ledger)", ["1"]), ("@accounts(_exists_:source.name)", ["1", "2"]),
    ("@access(name:\"write all\")", ["1"]), ("access.id:e1", ["1"]), ("access.id:E1", []),
    ("a b c", []), ("+ada bob", ["1", "3"]), ("ada -lovelace", ["3"]),
    ("ada OR NOT bob", ["1", "3"]),
    ("ada AND NOT lovelace OR bob", ["2", "3"]), ("ada && !lovelace || bob", ["2", "3"]),
    ("name:(ada OR bob)", ["1", "2"]), ("name:(+a?a -bob)", ["1"]), ("name:[a TO b]", ["1"]),
    ("name:{ada TO *}", ["2", "3"]), ("na\\me:ada", ["1"]), ("\\ada", ["1", "3"]),
    ("id:1", ["1"]), ("id:(1 OR 2)", ["1", "2"]), ("id:?", ["1", "2", "3"]),
  ])
  func aQueryFindsItsRows(query: String, ids: [String]) throws {
    #expect(try file.ids(query) == ids)
    #expect(try indexed.ids(query) == ids)
  }

  @Test func itemsAreLookedUpWhereAnIndexFindsThemAndElseReadOnce() throws {
    func sql(_ file: IdentityFile, _ query: String) throws -> String {
      try IdentitySearch().make(query, indices: ["identities"], on: file.source).sql
    }
    let ofDomains = try IdentityFile(
      Self.rows + "CREATE INDEX a ON iam_accounts (domain_id, id);")
    for query in ["@accounts(disabled:true)", "accounts.disabled:true"] {
      #expect(try sql(indexed, query).contains("EXISTS (SELECT 1 FROM iam_accounts"))
      #expect(try sql(file, query).contains("r.id IN (SELECT n.identity_id FROM iam_accounts"))
      #expect(try sql(ofDomains, query).contains("r.id IN (SELECT n.identity_id"))
    }
    #expect(try sql(file, "access.name:x").contains("EXISTS (SELECT 1 FROM json_each"))
  }

  @Test func whatIsShownAndOrdered() throws {
    let statement = try IdentitySearch().make(
      "*", indices: ["identities"],
      columns: "id, attributes.grade ,accounts.source.name,accounts.disabled,access.name,isManager",
      sort: ["-attributes.grade", "+id"], on: file.source)
    #expect(
      statement.columns.map(\.name) == [
        "index", "id", "attributes.grade", "accounts.source.name", "accounts.disabled",
        "access.name", "isManager",
      ])
    #expect(statement.columns.map(\.type) == [nil, nil, nil, nil, nil, nil, .boolean])
    #expect(
      try file.rows(statement) == [
        [
          .text("identities"), .text("2"), .integer(10), .text("Directory"), .text("true"), .null,
          .integer(0),
        ],
        [
          .text("identities"), .text("1"), .integer(5), .text("Directory;Ledger"),
          .text("false;true"), .text("Read;Write, all"), .integer(1),
        ],
        [.text("identities"), .text("3"), .null, .null, .null, .null, .null],
      ])
  }

  @Test func indicesComeOneBehindTheOther() throws {
    let more = try IdentityFile(
      """
      INSERT INTO iam_roles (domain_id, id, name, description) VALUES ('d', 'r', 'Zeus', 'all');
      INSERT INTO iam_identities (domain_id, id, name) VALUES ('d', 'i', 'Zeus');
      INSERT INTO iam_events (domain_id, id, name) VALUES ('d', 'e', 'Zeus came');
      """)
    let statement = try IdentitySearch().make("zeus", sort: ["-name"], on: more.source)
    #expect(
      try more.rows(statement).map { Array($0.prefix(3)) } == [
        [.text("events"), .text("e"), .text("Zeus came")],
        [.text("identities"), .text("i"), .text("Zeus")],
        [.text("roles"), .text("r"), .text("Zeus")],
      ])
    #expect(statement.sections.count == 6)
    let two = try IdentitySearch().make("zeus", indices: ["roles", "events"], on: more.source)
    #expect(two.sections == ["events", "roles"])
  }

  @Test func aFullTextTableAnswersForTheRows() throws {
    let indexed = try IdentityFile(
      """
      INSERT INTO iam_identities (domain_id, id, name) VALUES ('d', '1', 'nobody'), ('d', '2', 'x');
      CREATE VIRTUAL TABLE iam_identities_text USING fts5(
        domain_id UNINDEXED, id UNINDEXED, text, tokenize = "unicode61 remove_diacritics 0");
      INSERT INTO iam_identities_text VALUES
        ('d', '1', 'only here'), ('other', '2', 'only here'), ('d', '2', 'here only');
      """)
    #expect(try indexed.ids("only") == ["1", "2"])
    #expect(try indexed.ids("\"only here\"") == ["1"])
    #expect(try indexed.ids("NOT \"only he*\"") == ["1", "2"], "a star in quotes is no wildcard")
    #expect(try indexed.ids("onl*") == ["1", "2"])
    // What it cannot answer is looked for in the rows.
    #expect(try indexed.ids("?obody") == ["1"])
    #expect(try indexed.ids("\"only here\"~3") == [])
  }
}
