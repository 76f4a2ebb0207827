/// A pattern as instructions for `RegexSimulation`.
struct RegexProgram: Sendable {
  enum Instruction: Sendable {
    case scalar(Unicode.Scalar)
    /// The scalar is folded; compare with the folded text.
    case folded(Unicode.Scalar)
    case set(Int)
    case any
    case anyButLineFeed
    case assertion(RegexAssertion)
    /// Go on at both places.
    case split(Int, Int)
    case jump(Int)
    case match
  }

  private(set) var instructions: [Instruction] = []
  private(set) var sets: [RegexSet] = []
  private var setIndices: [RegexSet: Int] = [:]
  private let instructionsMax: Int

  init(_ node: RegexNode, instructionsMax: Int) throws(LinearRegexError) {
    self.instructionsMax = instructionsMax
    try compile(node)
    _ = try emit(.match)
    setIndices = [:]
  }

  private mutating func emit(_ instruction: Instruction) throws(LinearRegexError) -> Int {
    guard instructions.count < instructionsMax else {
      throw LinearRegexError(
        .tooLarge,
        "with its repetitions written out the pattern has more than \(instructionsMax) steps",
        offset: 0)
    }
    instructions.append(instruction)
    return instructions.count - 1
  }

  private mutating func compile(_ node: RegexNode) throws(LinearRegexError) {
    switch node {
    case .empty: break
    case .scalar(let scalar, let ignoresCase):
      _ = try emit(ignoresCase ? .folded(scalar) : .scalar(scalar))
    case .set(let set): _ = try emit(.set(index(of: set)))
    case .any(let withLineFeed): _ = try emit(withLineFeed ? .any : .anyButLineFeed)
    case .assertion(let assertion): _ = try emit(.assertion(assertion))
    case .sequence(let parts):
      for part in parts { try compile(part) }
    case .choice(let branches): try compile(choice: branches)
    case .repetition(let body, let minimum, let maximum):
      try compile(repetition: body, minimum, maximum)
    }
  }

  private mutating func index(of set: RegexSet) -> Int {
    if let index = setIndices[set] { return index }
    sets.append(set)
    setIndices[set] = sets.count - 1
    return sets.count - 1
  }

  private mutating func compile(choice branches: [RegexNode]) throws(LinearRegexError) {
    var exits: [Int] = []
    for branch in branches.dropLast() {
      let split = try emit(.split(0, 0))
      try compile(branch)
      exits.append(try emit(.jump(0)))
      instructions[split] = .split(split + 1, instructions.count)
    }
    if let last = branches.last { try compile(last) }
    for exit in exits { instructions[exit] = .jump(instructions.count) }
  }

  private mutating func compile(
    repetition body: RegexNode, _ minimum: Int, _ maximum: Int?
  ) throws(LinearRegexError) {
    for _ in 0..<minimum {
      let start = instructions.count
      try compile(body)
      // What has no instructions needs no repeating: `(){1000}` must not cost time either.
      if instructions.count == start { return }
    }
    guard let maximum else {
      let split = try emit(.split(0, 0))
      try compile(body)
      _ = try emit(.jump(split))
      instructions[split] = .split(split + 1, instructions.count)
      return
    }
    var splits: [Int] = []
    for _ in minimum..<maximum {
      let split = try emit(.split(0, 0))
      splits.append(split)
      try compile(body)
      if instructions.count == split + 1 { break }
    }
    for split in splits { instructions[split] = .split(split + 1, instructions.count) }
  }
}

/// A pattern as a tree.
indirect enum RegexNode: Hashable, Sendable {
  case empty
  /// One scalar; folded if case is ignored.
  case scalar(Unicode.Scalar, ignoresCase: Bool)
  case set(RegexSet)
  /// Any scalar, or any but a line feed.
  case any(withLineFeed: Bool)
  case assertion(RegexAssertion)
  case sequence([RegexNode])
  case choice([RegexNode])
  /// `maximum` nil: without end.
  case repetition(RegexNode, minimum: Int, maximum: Int?)
}

/// What holds between two scalars.
enum RegexAssertion: Hashable, Sendable {
  case textStart
  case textEnd
  /// At the end, or before the line feed that ends the text.
  case textEndOrLastLineFeed
  case lineStart
  case lineEnd
  case wordBoundary
  case noWordBoundary
}
