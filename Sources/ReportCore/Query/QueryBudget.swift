/// What one query may still take. Used from the thread that runs the query.
///
/// A database looks at a cancellation between its own steps, but not inside of a function that it
/// calls, such as a search for a pattern in a long text. So what runs there counts its work and spends
/// it here, which looks.
package final class QueryBudget {
  /// Why a query has to end.
  package enum End: Error, Hashable, Sendable {
    /// Its caller has left, or wants no answer any more.
    case interrupted
    /// It took longer than a query may.
    case time
    /// It took more steps inside of patterns and searches than a query may.
    case steps
  }

  /// Steps between two looks: below a millisecond.
  private static let stepsPerLook = 100_000

  /// Why it is over; nil while it is not. Stays as it is.
  package private(set) var end: End?
  /// Below zero once they were too many.
  package private(set) var stepsLeft: Int
  private var stepsToLook = QueryBudget.stepsPerLook
  private let isOver: () -> End?

  /// - Parameters:
  ///   - stepsMax: see `StoreLimits.queryStepsMax`.
  ///   - isOver: asked from time to time whether the query has to end.
  package init(stepsMax: Int, isOver: @escaping () -> End? = { nil }) {
    stepsLeft = stepsMax
    self.isOver = isOver
  }

  /// Takes steps off, for work that was done or is about to be.
  package func spend(_ steps: Int) throws(End) {
    stepsLeft -= steps
    stepsToLook -= steps
    if stepsLeft < 0, end == nil { end = .steps }
    if stepsToLook <= 0 { look() }
    if let end { throw end }
  }

  /// Asks whether the query has to end.
  @discardableResult package func look() -> End? {
    stepsToLook = Self.stepsPerLook
    if end == nil { end = isOver() }
    return end
  }
}
