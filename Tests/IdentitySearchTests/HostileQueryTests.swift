import DataSources
import ReportCore
import Testing

@testable import IdentitySearch

/// Whatever is asked, the statement is made of words that stand in the program.
@Suite struct HostileQueryTests {
  private static let pieces = [
    "a", "ada", "AND", "OR", "NOT", "&&", "||", "!", "+", "-", "(", ")", "\"", "~", "~2", "^", "*",
    "?", ":", "name:", "created:", "isManager:", "accountCount:", "attributes.x:", "@accounts(",
    "@access(", "accounts.name:", "_exists_:", ".exact:", "[", "]", "{", "}", " TO ", "now-1d/d",
    "2025-01-01", "||+1M", ">", ">=", "<", "<=", "\\", "/", "'", "''", "';DROP TABLE x;--", "`",
    ";", "\u{0}", "é", "\u{301}", "😀", "\u{202E}", " ", " ", " ", "\n", "1", "true", "id", "%",
    "_", "$.\"", "x'00'", "/*", "*/", "--", ",", "|", "&", "=", "<>", "(SELECT", "r.id", ":q1",
    ":domain_id", "?1", "@x", "$x", "#", "NULL", "\u{FEFF}", "ß", "İ",
  ]

  /// Everything that a statement is made of beside what the schema names.
  private static let words: Set<String> = {
    var words: Set = [
      "SELECT", "AS", "FROM", "WHERE", "AND", "OR", "IS", "NOT", "NULL", "TRUE", "EXISTS", "IN",
      "CASE", "WHEN", "THEN", "ELSE", "END", "UNION", "ALL", "ORDER", "BY", "DESC", "MATCH",
      "typeof", "json_extract", "json_each", "group_concat", "reportwire_words", "reportwire_like",
      "r", "n", "a", "v", "s", "id", "key", "value", "domain_id",
      // In quotes:
      "integer", "real", "text", "true", "false",
    ]
    for index in SearchedIndex.all {
      words.formUnion([index.table, index.textTable, "id"])
      words.formUnion(index.fields.map(\.place))
      if let attributes = index.attributes { words.insert(attributes) }
      for list in index.lists {
        switch list.storage {
        case .table(let table, let key): words.formUnion([table, key])
        case .json(let column): words.insert(column)
        }
        words.formUnion(list.fields.map { $0.place.replacing("$.", with: "") })
      }
    }
    return words
  }()

  /// The first word of a statement that must not be there.
  private static func stranger(in statement: SearchStatement) -> String? {
    let separators = Set(" ()=<>,.'$;".utf8)
    for part in statement.sql.utf8.split(whereSeparator: separators.contains) {
      let word = String(decoding: part, as: UTF8.self)
      if word.hasPrefix(":") {
        let name = String(word.dropFirst())
        if name == "domain_id" || statement.bindings[name] != nil { continue }
      } else if words.contains(word) || word.utf8.allSatisfy({ (48...57).contains($0) }) {
        continue
      } else if let first = word.utf8.first, first == 99 || first == 107,
        word.utf8.dropFirst().allSatisfy({ (48...57).contains($0) })
      {
        // c1, k0 and so on.
        continue
      }
      return word
    }
    return nil
  }

  @Test func aHundredThousandRandomQueriesNeverTrapAndNeverReachTheSQL() throws {
    let search = IdentitySearch()
    let file = try IdentityFile()
    var dice = Dice(state: 20_251_128)
    var made = 0
    var longest = 0
    for round in 0..<100_000 {
      var query = ""
      for _ in 0..<Int.random(in: 1...12, using: &dice) {
        query += Self.pieces.randomElement(using: &dice) ?? ""
      }
      let indices = round % 5 == 0 ? nil : ["identities"]
      guard let statement = try? search.make(query, indices: indices) else { continue }
      made += 1
      longest = max(longest, statement.sql.utf8.count)
      if let stranger = Self.stranger(in: statement) {
        Issue.record("\(query.debugDescription) brings \(stranger.debugDescription) into the SQL")
        return
      }
      // SQLite itself is asked about some of them: it takes them, as reading alone.
      if made % 50 == 0 { _ = try file.source.inspect(statement.sql) }
    }
    #expect(made > 5000, "too few of the queries are understood to tell anything")
    #expect(longest < 100_000)
  }

  @Test func whatIsLookedForIsFoundAsItIs() throws {
    let file = try IdentityFile(
      "INSERT INTO iam_identities (domain_id, id) VALUES ('d', 'x'' OR 1=1 --'), ('d', 'y')")
    #expect(try file.ids("id:\"x' OR 1=1 --\"") == ["x' OR 1=1 --"])
    #expect(try file.ids("id:\"y' OR '1'='1\"") == [])
  }
}
