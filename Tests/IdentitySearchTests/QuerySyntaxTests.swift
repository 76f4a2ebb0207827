import DataSources
import ReportCore
import Testing

@testable import IdentitySearch

@Suite struct QuerySyntaxTests {
  @Test(arguments: [
    ("", 1, "expected a word, a phrase in quotes"),
    ("   ", 4, "found the end"),
    ("(", 2, "found the end"),
    ("(a", 3, "expected \")\""),
    ("a)", 2, "expected the end"),
    ("é)", 2, "expected the end"),
    ("a AND", 6, "expected a word"),
    ("AND a", 1, "put it in quotes"),
    ("a OR OR b", 6, "put it in quotes"),
    ("NOT", 4, "expected a word"),
    ("--a", 2, "after the sign"),
    ("name:", 6, "expected a word"),
    ("name:(", 7, "expected a word"),
    ("\"abc", 1, "has no other that ends the phrase"),
    ("\"a\"~", 5, "how far apart"),
    ("\"a\"~1001", 5, "how far apart"),
    ("a~2", 2, "similar words"),
    ("a^2", 2, "^ means nothing"),
    ("(a)^2", 4, "^ means nothing"),
    ("/a.b/", 1, "regular expressions"),
    ("a\\", 3, "after the backslash"),
    ("[a TO b]", 1, "a field and a colon before a range"),
    (">5", 1, "a field and a colon before a range"),
    ("created:[2025 2026]", 15, "expected TO"),
    ("created:[2025 TO 2026", 22, "expected ]"),
    ("created:[2025* TO 2026]", 10, "no wildcards"),
    ("created:>yesterday", 10, "expected for created a date"),
    ("created:[now TO soon]", 17, "expected for created a date"),
    ("created:soon", 9, "expected for created a date"),
    ("isManager:yes", 11, "true or false"),
    ("isManager:>true", 12, "no range"),
    ("accountCount:many", 14, "whole number"),
    ("accountCount:>1.5", 15, "whole number"),
    ("nam:x", 1, "did you mean name?"),
    ("x y:z", 3, "there is no field"),
    ("na*e:x", 1, "expected the name of a field"),
    ("*:x", 3, "*:* is every row"),
    ("_exists_:", 10, "expected a word"),
    ("_exists_:nonsense", 10, "there is no field"),
    ("@", 2, "expected a word"),
    ("@accounts", 10, "after the name of a list"),
    (
      "@people(a)", 2,
      "there is no list \"people\"; known are access, accessProfiles, accounts, entitlements"
    ),
    ("@accounts(nme:x)", 11, "did you mean name?"),
    ("@accounts(@access(name:x))", 12, "a list stands in no other list"),
    ("!!!", 2, "after the sign"),
    ("&", 1, "words of letters and digits"),
    ("name:\"...\"", 6, "words of letters and digits"),
  ])
  func aMistakeIsNamedWithItsPlace(query: String, character: Int, said: String) {
    let reason = IdentitySearch().reason(query)
    #expect(reason.hasPrefix("query: at character \(character): "), "\(reason)")
    #expect(reason.contains(said), "\(reason)")
  }

  @Test(
    arguments: [
      (["identity"], nil, nil, "indices: there is no index \"identity\"; known are"),
      (["role"], nil, nil, "did you mean roles?"),
      (["roles"], "id,department", nil, "columns: there is no field \"department\""),
      (nil, "id,id", nil, "columns: \"id\" is there twice"),
      (nil, "a b", nil, "columns: there is no field \"a b\""),
      (nil, "name\" FROM x --", nil, "columns: there is no field"),
      (nil, "attributes.", nil, "columns: there is no field"),
      (nil, nil, ["+nme"], "did you mean name?"),
      (nil, nil, ["accounts.name"], "no one value to order by"),
      (nil, nil, [""], "sort: there is no field \"\""),
    ] as [([String]?, String?, [String]?, String)])
  func aMistakeElsewhereIsNamedToo(
    indices: [String]?, columns: String?, sort: [String]?, said: String
  ) {
    let reason = IdentitySearch().reason(
      "a", indices: indices, columns: columns, sort: sort)
    #expect(reason.contains(said), "\(reason)")
  }

  @Test func aFieldOfAnyIndexIsKnownInAll() throws {
    #expect(IdentitySearch().reason("department:x AND accountCount:1") == "")
    #expect(
      IdentitySearch().reason("department:x", indices: ["roles"])
        .hasPrefix("query: at character 1: there is no field \"department\""))
  }

  private func limits(_ change: (inout SearchLimits) -> Void) -> IdentitySearch {
    var limits = SearchLimits()
    change(&limits)
    return IdentitySearch(limits: limits)
  }

  @Test func everyBoundIsReachedAndNotPassed() {
    func check(
      _ search: IdentitySearch, _ fine: String, _ tooMuch: String, _ said: String,
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      #expect(search.reason(fine) == "", sourceLocation: sourceLocation)
      #expect(search.reason(tooMuch).contains(said), sourceLocation: sourceLocation)
    }
    check(limits { $0.queryBytesMax = 3 }, "abc", "abcd", "longer than the 3 bytes")
    check(limits { $0.depthMax = 2 }, "((a))", "(((a)))", "more than 2 parentheses")
    check(limits { $0.depthMax = 1 }, "name:(a)", "name:(a OR (b))", "more than 1 parentheses")
    check(limits { $0.clausesMax = 3 }, "a b c", "a b c d", "more than 3 conditions")
    check(limits { $0.clausesMax = 1 }, "_exists_:id", "* *", "more than 1 conditions")
    check(limits { $0.wildcardsMax = 1 }, "a*", "a* b?", "more than 1 words with * or ?")
    check(limits { $0.wildcardCharactersMax = 3 }, "ab* abcd", "abc*", "at most 3 characters")
    check(
      limits { $0.nestedMax = 1 }, "@access(id:a)", "@access(id:a) @access(id:b)",
      "more than 1 conditions on lists")
    check(limits { $0.phraseWordsMax = 2 }, "\"a b\"", "\"a b c\"", "expected 1 to 2 words")
    check(limits { $0.phraseWordsMax = 2 }, "a-b", "a-b-c", "expected 1 to 2 words")
    let few = limits {
      $0.columnsMax = 1
      $0.sortMax = 1
      $0.indicesMax = 1
    }
    #expect(few.reason("a", indices: ["roles"], columns: "id", sort: ["id"]) == "")
    #expect(few.reason("a", columns: "id,name").contains("more than 1 fields"))
    #expect(few.reason("a", sort: ["id", "id"]).contains("more than 1 fields"))
    #expect(few.reason("a", indices: ["roles", "roles"]).contains("more than 1"))
  }

  @Test(arguments: [
    "a AND NOT ", "a OR NOT ", "NOT ", "accounts.name:a -", "attributes.x:>5 AND +",
  ])
  func theDeepestQueryThatMayBeIsStillAStatement(before: String) throws {
    let file = try IdentityFile()
    let depth = SearchLimits().depthMax
    for start in ["", "@accounts", "NOT "] {
      let part = start.hasPrefix("@") ? "name:a AND NOT " : before
      let query =
        start + String(repeating: "(" + part, count: depth) + "created:[2025 TO 2026]"
        + String(repeating: ")", count: depth)
      let statement = try IdentitySearch().make(query)
      _ = try file.source.inspect(statement.sql)
    }
  }

  @Test func theLongestQueryThatMayBeIsStillAStatement() throws {
    let limits = SearchLimits()
    let words = (1...limits.clausesMax - limits.wildcardsMax).map { "a\($0)" }
    let stars = (1...limits.wildcardsMax).map { "accounts.name:b\($0)*" }
    let statement = try IdentitySearch().make((words + stars).joined(separator: " "))
    let file = try IdentityFile()
    _ = try file.source.inspect(statement.sql)
    withExtendedLifetime(file) {}
  }
}
