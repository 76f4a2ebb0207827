/// A moment of `ContinuousClock`, as a number.
///
/// `ContinuousClock.Instant` has no layout that other modules may rely on, and so neither has what holds one:
/// each context of a call would be moved and destroyed by a description that is read at run time, field by
/// field.
public struct CallTime: Sendable, Hashable, Comparable {
  private static let origin = ContinuousClock.now

  /// Since a moment of this process. About 292 years on both sides of it can be told apart.
  @usableFromInline let nanoseconds: Int64

  @inlinable
  init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  /// The same moment, to the nanosecond.
  public init(_ instant: ContinuousClock.Instant) {
    // One division of 128 bits; to ask for the components would take two for each call.
    nanoseconds = Int64(clamping: Self.origin.duration(to: instant).attoseconds / 1_000_000_000)
  }

  /// This moment.
  public static var now: CallTime { CallTime(.now) }

  /// How long after this one another moment is, in nanoseconds; negative if it is before.
  @inlinable
  public func nanoseconds(to other: CallTime) -> Int64 {
    let (difference, isOver) = other.nanoseconds.subtractingReportingOverflow(nanoseconds)
    return isOver ? (other > self ? .max : .min) : difference
  }

  /// How long after this one another moment is; negative if it is before.
  @inlinable
  public func duration(to other: CallTime) -> Duration {
    .nanoseconds(nanoseconds(to: other))
  }

  /// So many nanoseconds later, or as late as there is.
  @inlinable
  public func advanced(byNanoseconds more: Int64) -> CallTime {
    let (sum, isOver) = nanoseconds.addingReportingOverflow(more)
    return CallTime(nanoseconds: isOver ? (more < 0 ? .min : .max) : sum)
  }

  /// Earlier is smaller.
  @inlinable
  public static func < (left: CallTime, right: CallTime) -> Bool {
    left.nanoseconds < right.nanoseconds
  }
}
