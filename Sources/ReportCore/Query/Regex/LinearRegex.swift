/// A regular expression whose matching takes time linear in the text, whatever the pattern: a
/// Thompson automaton, simulated with all its states at once. There is no backtracking, so that a
/// caller's pattern such as `(a+)+$` cannot hold a server up.
///
/// The syntax is what the usual engines share: literals, `.`, `[a-z]`, `\d \w \s` and their
/// negations, `^ $ \b \B \A \z`, groups (plain, `(?:…)`, named), `|`, `* + ? {m,n}` (a following
/// `?` is read and changes nothing, as only whether there is a match counts), escapes, `(?ism)`.
/// Backreferences and lookaround, which no linear engine can have, are refused. Text is taken by
/// Unicode scalars, without normalisation; `\d \w \s \b` know all of Unicode.
package struct LinearRegex: Sendable {
  /// What a pattern may cost. A match takes at most `instructionsMax` steps per scalar of text; texts
  /// times patterns are bounded by a `QueryBudget`.
  package struct Limits: Hashable, Sendable {
    /// Unicode scalars of a pattern.
    package var patternScalarsMax: Int
    /// Instructions it compiles to; repetitions such as `{100}` are written out.
    package var instructionsMax: Int
    /// Groups inside each other.
    package var groupDepthMax: Int
    /// The largest number in `{m,n}`.
    package var repetitionsMax: Int

    package init(
      patternScalarsMax: Int = 1000, instructionsMax: Int = 2000, groupDepthMax: Int = 50,
      repetitionsMax: Int = 1000
    ) {
      self.patternScalarsMax = patternScalarsMax
      self.instructionsMax = instructionsMax
      self.groupDepthMax = groupDepthMax
      self.repetitionsMax = repetitionsMax
    }
  }

  package let pattern: String
  private let program: RegexProgram

  /// Compiles a pattern.
  ///
  /// - Parameter ignoresCase: whether letters match both cases (simple case folding).
  package init(
    _ pattern: String, ignoresCase: Bool = true, limits: Limits = Limits()
  ) throws(LinearRegexError) {
    var parser = try RegexParser(pattern, ignoresCase: ignoresCase, limits: limits)
    let node = try parser.parse()
    program = try RegexProgram(node, instructionsMax: limits.instructionsMax)
    self.pattern = pattern
  }

  /// Whether there is a match anywhere in a text.
  ///
  /// - Parameter budget: what the steps are taken off.
  /// - Throws: the budget's end.
  package func hasMatch(
    in text: String, spending budget: QueryBudget
  ) throws(QueryBudget.End) -> Bool {
    var simulation = RegexSimulation(program)
    return try simulation.run(text, isWhole: false, spending: budget)
  }

  /// Whether the whole text is a match.
  ///
  /// - Parameter budget: what the steps are taken off.
  /// - Throws: the budget's end.
  package func matchesWhole(
    _ text: String, spending budget: QueryBudget
  ) throws(QueryBudget.End) -> Bool {
    var simulation = RegexSimulation(program)
    return try simulation.run(text, isWhole: true, spending: budget)
  }

  /// Steps that making it takes at most, for those who make it anew for each query.
  package var compilationSteps: Int { program.instructions.count + pattern.utf8.count }
}

/// Why a pattern cannot be used, and where in it.
package struct LinearRegexError: Error, Hashable, Sendable, CustomStringConvertible {
  package struct Code: Hashable, Sendable {
    private enum Name { case syntax, unsupported, tooLarge }
    private let name: Name

    /// Not a regular expression.
    package static let syntax = Code(name: .syntax)
    /// A feature of other engines that takes more than linear time, or that this one lacks.
    package static let unsupported = Code(name: .unsupported)
    /// Beyond one of `LinearRegex.Limits`.
    package static let tooLarge = Code(name: .tooLarge)
  }

  package var code: Code
  package var message: String
  /// Unicode scalars of the pattern before the place.
  package var offset: Int

  package init(_ code: Code, _ message: String, offset: Int) {
    self.code = code
    self.message = message
    self.offset = offset
  }

  package var description: String { "\(message) (at character \(offset + 1))" }
}
