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
