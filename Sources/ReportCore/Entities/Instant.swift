/// A moment in UTC, in whole nanoseconds, of the years 0001 to 9999: all that RFC 3339 can write.
package struct Instant: Hashable, Comparable, Sendable {
  /// Whole seconds since 1970-01-01T00:00:00Z, rounded down: negative before it.
  package let secondsSinceEpoch: Int64
  /// Nanoseconds after that second, below a thousand million.
  package let nanosecond: Int32

  /// 0001-01-01T00:00:00Z.
  package static let earliest = Instant(unchecked: -62_135_596_800, 0)
  /// 9999-12-31T23:59:59.999999999Z.
  package static let latest = Instant(unchecked: 253_402_300_799, 999_999_999)

  private init(unchecked seconds: Int64, _ nanosecond: Int32) {
    secondsSinceEpoch = seconds
    self.nanosecond = nanosecond
  }

  /// A second and what follows it; the nearest end for a second that is outside the range.
  ///
  /// - Parameter nanosecond: from 0 to 999,999,999.
  package init(secondsSinceEpoch seconds: Int64, nanosecond: Int32 = 0) {
    if seconds < Self.earliest.secondsSinceEpoch {
      self = .earliest
    } else if seconds > Self.latest.secondsSinceEpoch {
      self = .latest
    } else {
      self.init(unchecked: seconds, nanosecond)
    }
  }

  /// So many nanoseconds after the epoch.
  package init(nanosecondsSinceEpoch: Int64) {
    let (quotient, remainder) = nanosecondsSinceEpoch.quotientAndRemainder(
      dividingBy: Self.nanosecondsPerSecond)
    let isBefore = remainder < 0
    self.init(
      unchecked: isBefore ? quotient - 1 : quotient,
      Int32(isBefore ? remainder + Self.nanosecondsPerSecond : remainder))
  }

  private static let nanosecondsPerSecond: Int64 = 1_000_000_000

  /// Nanoseconds since the epoch; the nearest that there is where an `Int64` cannot say it, which is
  /// before 1677 and after 2262.
  package var nanosecondsSinceEpoch: Int64 {
    exactNanosecondsSinceEpoch ?? (secondsSinceEpoch < 0 ? .min : .max)
  }

  /// Nanoseconds since the epoch; nil where an `Int64` cannot say it.
  package var exactNanosecondsSinceEpoch: Int64? {
    // Of a negative second the next is counted back from, so that the first one fits whole.
    let isBefore = secondsSinceEpoch < 0 && nanosecond > 0
    let (whole, overflow) = (isBefore ? secondsSinceEpoch + 1 : secondsSinceEpoch)
      .multipliedReportingOverflow(by: Self.nanosecondsPerSecond)
    let rest = Int64(nanosecond) - (isBefore ? Self.nanosecondsPerSecond : 0)
    let (sum, sumOverflow) = whole.addingReportingOverflow(rest)
    return overflow || sumOverflow ? nil : sum
  }

  /// Later by a duration (earlier by a negative one); stops at the ends of the range.
  package func advanced(by duration: Duration) -> Instant {
    let (seconds, attoseconds) = duration.components
    var nanoseconds = Int64(nanosecond) + attoseconds / 1_000_000_000
    var carry: Int64 = 0
    if nanoseconds < 0 {
      nanoseconds += Self.nanosecondsPerSecond
      carry = -1
    } else if nanoseconds >= Self.nanosecondsPerSecond {
      nanoseconds -= Self.nanosecondsPerSecond
      carry = 1
    }
    let (sum, overflow) = (secondsSinceEpoch + carry).addingReportingOverflow(seconds)
    if overflow { return seconds < 0 ? .earliest : .latest }
    return Instant(secondsSinceEpoch: sum, nanosecond: Int32(nanoseconds))
  }

  /// The time from this moment to another.
  package func duration(to other: Instant) -> Duration {
    .seconds(other.secondsSinceEpoch - secondsSinceEpoch)
      + .nanoseconds(Int64(other.nanosecond) - Int64(nanosecond))
  }

  package static func < (left: Instant, right: Instant) -> Bool {
    left.secondsSinceEpoch < right.secondsSinceEpoch
      || left.secondsSinceEpoch == right.secondsSinceEpoch && left.nanosecond < right.nanosecond
  }
}
