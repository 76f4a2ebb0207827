/// A moment on a machine's monotonic clock, which nobody sets: it only goes on, evenly, and stands
/// still while the machine sleeps. It says nothing to another machine, nor after a reboot.
package struct MonotonicInstant: Hashable, Comparable, Sendable {
  /// Since the machine was started.
  package var nanoseconds: Int64

  package init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  /// Later by a duration (earlier by a negative one); stops at the ends of the range.
  package func advanced(by duration: Duration) -> MonotonicInstant {
    let (sum, isOver) = nanoseconds.addingReportingOverflow(duration.wholeNanoseconds)
    guard isOver else { return MonotonicInstant(nanoseconds: sum) }
    return MonotonicInstant(nanoseconds: duration < .zero ? .min : .max)
  }

  /// The time from this moment to another.
  package func duration(to other: MonotonicInstant) -> Duration {
    .nanoseconds(other.nanoseconds) - .nanoseconds(nanoseconds)
  }

  package static func < (left: MonotonicInstant, right: MonotonicInstant) -> Bool {
    left.nanoseconds < right.nanoseconds
  }
}

extension Duration {
  /// Stops at the ends of what an `Int64` holds: 292 years.
  package var wholeNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, isOver) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, isSumOver) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
    return isOver || isSumOver ? (seconds < 0 ? .min : .max) : sum
  }
}
