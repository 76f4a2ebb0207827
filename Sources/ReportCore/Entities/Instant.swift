/// A moment in UTC, in whole nanoseconds since 1970-01-01T00:00:00Z; from 1677 to 2262.
package struct Instant: Hashable, Comparable, Sendable {
  /// Nanoseconds since the epoch; negative before it.
  package var nanosecondsSinceEpoch: Int64

  package init(nanosecondsSinceEpoch: Int64) {
    self.nanosecondsSinceEpoch = nanosecondsSinceEpoch
  }

  /// So many whole seconds after the epoch.
  package init(secondsSinceEpoch: Int64) {
    nanosecondsSinceEpoch = secondsSinceEpoch * 1_000_000_000
  }

  /// Later by a duration (earlier by a negative one); stops at the ends of the range.
  package func advanced(by duration: Duration) -> Instant {
    let (seconds, attoseconds) = duration.components
    let (whole, wholeOverflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, sumOverflow) = nanosecondsSinceEpoch.addingReportingOverflow(
      whole &+ attoseconds / 1_000_000_000)
    if wholeOverflow || sumOverflow {
      return Instant(nanosecondsSinceEpoch: seconds < 0 ? .min : .max)
    }
    return Instant(nanosecondsSinceEpoch: sum)
  }

  /// The time from this moment to another.
  package func duration(to other: Instant) -> Duration {
    .nanoseconds(other.nanosecondsSinceEpoch &- nanosecondsSinceEpoch)
  }

  package static func < (left: Instant, right: Instant) -> Bool {
    left.nanosecondsSinceEpoch < right.nanosecondsSinceEpoch
  }
}
