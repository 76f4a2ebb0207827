/// Runs a program over a text, all its states at once: each scalar of the text takes at most one
/// step of each instruction.
struct RegexSimulation {
  /// A set of instructions with constant-time insertion and clearing (Briggs and Torczon).
  private struct StateSet {
    private(set) var members: [Int] = []
    private var positions: [Int]

    init(capacity: Int) {
      positions = Array(repeating: 0, count: capacity)
      members.reserveCapacity(capacity)
    }

    mutating func insert(_ state: Int) -> Bool {
      let position = positions[state]
      if position < members.count, members[position] == state { return false }
      positions[state] = members.count
      members.append(state)
      return true
    }

    mutating func removeAll() {
      members.removeAll(keepingCapacity: true)
    }
  }

  /// A place between two scalars.
  private struct Place {
    var previous: Unicode.Scalar?
    var next: Unicode.Scalar?
    /// The one after `next`.
    var afterNext: Unicode.Scalar?

    func holds(_ assertion: RegexAssertion) -> Bool {
      switch assertion {
      case .textStart: previous == nil
      case .textEnd: next == nil
      case .textEndOrLastLineFeed: next == nil || (next == "\n" && afterNext == nil)
      case .lineStart: previous == nil || previous == "\n"
      case .lineEnd: next == nil || next == "\n"
      case .wordBoundary: isWordBoundary
      case .noWordBoundary: !isWordBoundary
      }
    }

    private var isWordBoundary: Bool {
      let before = previous.map(RegexSet.isWord) ?? false
      return before != (next.map(RegexSet.isWord) ?? false)
    }
  }

  private let program: RegexProgram
  private var current: StateSet
  private var upcoming: StateSet
  private var pending: [Int] = []

  init(_ program: RegexProgram) {
    self.program = program
    current = StateSet(capacity: program.instructions.count)
    upcoming = StateSet(capacity: program.instructions.count)
  }

  /// Steps between two payments: a call for each scalar would cost more than the scalar.
  private static let stepsPerPayment = 4096
  /// Steps that a scalar beyond ASCII counts for beside those of the states: looking up its cases.
  private static let stepsPerWideScalar = 16

  /// - Parameter isWhole: whether a match must be the whole text rather than a part of it.
  mutating func run(
    _ text: String, isWhole: Bool, spending budget: QueryBudget
  ) throws(QueryBudget.End) -> Bool {
    // The sets of states are as large as the program.
    var steps = program.instructions.count
    var scalars = text.unicodeScalars.makeIterator()
    var place = Place(previous: nil, next: scalars.next(), afterNext: scalars.next())
    var isMatched = false
    while true {
      if !isWhole || place.previous == nil {
        // A match can start here.
        isMatched = Self.insert(0, at: place, into: &current, &pending, program) || isMatched
      }
      if isMatched, !isWhole { break }
      guard let scalar = place.next else { break }
      if isWhole, current.members.isEmpty { break }
      steps += current.members.count + (scalar.isASCII ? 1 : Self.stepsPerWideScalar)
      if steps >= Self.stepsPerPayment {
        try budget.spend(steps)
        steps = 0
      }
      place = Place(previous: scalar, next: place.afterNext, afterNext: scalars.next())
      isMatched = step(over: scalar, to: place)
    }
    try budget.spend(steps)
    return isMatched
  }

  /// - Returns: whether a match ends at the place.
  private mutating func step(over scalar: Unicode.Scalar, to place: Place) -> Bool {
    let cases = RegexSet.Cases(scalar, areForSets: !program.sets.isEmpty)
    var isMatched = false
    for state in current.members {
      let takes =
        switch program.instructions[state] {
        case .scalar(let wanted): wanted == scalar
        case .folded(let wanted): wanted == cases.folded
        case .set(let index): program.sets[index].contains(cases)
        case .any: true
        case .anyButLineFeed: scalar != "\n"
        case .assertion, .split, .jump, .match: false
        }
      if takes, Self.insert(state + 1, at: place, into: &upcoming, &pending, program) {
        isMatched = true
      }
    }
    current.removeAll()
    swap(&current, &upcoming)
    return isMatched
  }

  /// Inserts a state and all that it leads to without a scalar.
  ///
  /// - Returns: whether the match is among them.
  private static func insert(
    _ state: Int, at place: Place, into set: inout StateSet, _ pending: inout [Int],
    _ program: RegexProgram
  ) -> Bool {
    var isMatched = false
    pending.append(state)
    while let state = pending.popLast() {
      guard set.insert(state) else { continue }
      switch program.instructions[state] {
      case .jump(let target): pending.append(target)
      case .split(let first, let second):
        pending.append(second)
        pending.append(first)
      case .assertion(let assertion):
        if place.holds(assertion) { pending.append(state + 1) }
      case .match: isMatched = true
      case .scalar, .folded, .set, .any, .anyButLineFeed: break
      }
    }
    return isMatched
  }
}
