package import ReportCore
internal import Texts

/// A time zone of the IANA database.
package struct LocalZone: Hashable, Sendable {
  private let table: ZoneTable

  init(_ table: ZoneTable) {
    self.table = table
  }

  /// A clock that shows its time.
  package func clock() -> LocalTime {
    LocalTime(table)
  }
}

/// What the clocks of a zone show at moments, of which those of a report are mostly near each other.
/// Used from one thread.
package final class LocalTime {
  private let table: ZoneTable
  private var span: ZoneTable.Span

  init(_ table: ZoneTable) {
    self.table = table
    span = table.span(at: 0)
  }

  /// Seconds that the zone's clocks are ahead of UTC; 0 where they would show a year before 0001 or
  /// after 9999, so that such moments stay in UTC.
  package func offset(at instant: Instant) -> Int64 {
    let second = instant.secondsSinceEpoch
    if second < span.from || second >= span.until { span = table.span(at: second) }
    let range = Instant.earliest.secondsSinceEpoch...Instant.latest.secondsSinceEpoch
    return range.contains(second + span.offset) ? span.offset : 0
  }

  /// The moment at which clocks of UTC show what the zone's show at this one.
  package func shown(_ instant: Instant) -> Instant {
    shifted(instant, offset(at: instant))
  }

  private func shifted(_ instant: Instant, _ offset: Int64) -> Instant {
    Instant(
      secondsSinceEpoch: instant.secondsSinceEpoch + offset, nanosecond: instant.nanosecond)
  }

  /// RFC 3339 with the offset, such as `2024-03-31T03:00:00+02:00`, with as many digits of a second's
  /// fraction as `ISO8601.text` writes. An offset is written in whole minutes: where the zone has one
  /// with seconds, as before about 1900, they are left out of the clock's time too, so that the
  /// moment is the same.
  package func text(_ instant: Instant) -> String {
    let minutes = offset(at: instant) / 60
    let ahead = abs(minutes)
    return ISO8601.text(shifted(instant, minutes * 60)).dropLast() + (minutes < 0 ? "-" : "+")
      + (ahead / 60).padded(2) + ":" + (ahead % 60).padded(2)
  }
}
