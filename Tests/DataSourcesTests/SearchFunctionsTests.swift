import ReportCore
import Testing

@Suite struct SearchFunctionsTests {
  @Test(arguments: [
    ("reportwire_words('0 ada', 'Ada Lovelace')", 1), ("reportwire_words('0 ada', 'Adam')", 0),
    ("reportwire_words('0 ad*', NULL, 'x', 'Adam')", 1), ("reportwire_words('0 a', NULL)", 0),
    ("reportwire_words('0 1040', 1040)", 1), ("reportwire_words('0 a', x'61')", 0),
    ("reportwire_words('0 a', '')", 0), ("reportwire_words('1 a c', 'a b c')", 1),
    ("reportwire_words('0 a c', 'a b c')", 0), ("reportwire_like('a*', 'abc')", 1),
    ("reportwire_like('a*', 'Abc')", 0), ("reportwire_like('a\\*', 'abc')", 0),
    ("reportwire_like('a\\*', NULL, 'a*')", 1), ("reportwire_like('', '')", 1),
    ("reportwire_like('*', NULL)", 0),
  ])
  func aValueMeetsAPattern(call: String, answer: Int64) throws {
    #expect(try SourceFile().rows("SELECT \(call)") == [[.integer(answer)]])
  }

  /// One that is bound is read once; one that each row brings is read for each.
  @Test func thePatternMayBeOfTheRow() throws {
    let rows = try SourceFile().rows(
      """
      SELECT reportwire_words(column1, column2), reportwire_words(:bound, column2),
        reportwire_like(column2, column2)
      FROM (VALUES ('0 a', 'a'), ('0 b', 'a'), ('0 b', 'b'), ('0 a*', 'abc'))
      """, ["bound": .text("0 a")])
    #expect(
      rows == [[1, 1, 1], [0, 1, 1], [1, 0, 1], [1, 0, 1]].map { $0.map { Cell.integer($0) } })
  }

  @Test(arguments: [
    ("reportwire_words('0 a')", "it takes a pattern and values"),
    ("reportwire_words()", "it takes a pattern and values"),
    ("reportwire_words('a', 'a')", "the pattern is none"),
    ("reportwire_words(NULL, 'a')", "the pattern is none"),
    ("reportwire_words(x'00', 'a')", "the pattern is none"),
    ("reportwire_like(NULL, 'a')", "the pattern is none"),
  ])
  func whatIsNoPatternFailsTheQuery(call: String, said: String) throws {
    let failure = #expect(throws: ReportFailure.self) {
      try SourceFile().rows("SELECT \(call)")
    }
    #expect(failure?.code == .queryError)
    #expect(failure?.message.contains(said) == true, "\(failure?.message ?? "")")
  }
}
