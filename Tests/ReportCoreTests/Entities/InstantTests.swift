import ReportCore
import Testing

@Suite struct InstantTests {
  @Test(arguments: [Int64.min, .min + 1, -1_000_000_001, -1, 0, 1, 999_999_999, .max - 1, .max])
  func nanosecondsComeBackAsTheyWere(_ nanoseconds: Int64) {
    let instant = Instant(nanosecondsSinceEpoch: nanoseconds)
    #expect(instant.exactNanosecondsSinceEpoch == nanoseconds)
    #expect(instant.nanosecondsSinceEpoch == nanoseconds)
    #expect((0..<1_000_000_000).contains(instant.nanosecond))
  }

  @Test func whatNanosecondsCannotSayIsTheNearest() {
    let first = Instant(nanosecondsSinceEpoch: .min)
    let last = Instant(nanosecondsSinceEpoch: .max)
    for (instant, nearest) in [
      (Instant.earliest, Int64.min), (first.advanced(by: .nanoseconds(-1)), .min),
      (last.advanced(by: .nanoseconds(1)), .max), (.latest, .max),
    ] {
      #expect(instant.exactNanosecondsSinceEpoch == nil)
      #expect(instant.nanosecondsSinceEpoch == nearest)
    }
  }

  @Test func momentsAreOrderedBySecondAndNanosecond() {
    let moments = [
      Instant.earliest, Instant(nanosecondsSinceEpoch: .min), Instant(nanosecondsSinceEpoch: -1),
      Instant(secondsSinceEpoch: 0), Instant(nanosecondsSinceEpoch: 1),
      Instant(secondsSinceEpoch: 1), Instant(nanosecondsSinceEpoch: .max), .latest,
    ]
    #expect(moments.shuffled().sorted() == moments)
    #expect(!(moments[3] < moments[3]))
  }

  @Test(arguments: [
    (Duration.zero, Int64(0), Int32(0)), (.nanoseconds(-1), -1, 999_999_999),
    (.seconds(1) + .nanoseconds(5), 1, 5), (.seconds(-3) + .nanoseconds(2), -3, 2),
    (.nanoseconds(1_999_999_999), 1, 999_999_999),
  ])
  func durationsAreAddedAndMeasuredExactly(_ duration: Duration, _ seconds: Int64, _ rest: Int32) {
    let epoch = Instant(secondsSinceEpoch: 0)
    let moment = Instant(secondsSinceEpoch: seconds, nanosecond: rest)
    #expect(epoch.advanced(by: duration) == moment)
    #expect(epoch.duration(to: moment) == duration)
    let late = Instant(secondsSinceEpoch: 100, nanosecond: 999_999_999)
    #expect(late.duration(to: late.advanced(by: duration)) == duration)
  }

  @Test func itStopsAtTheEndsOfTheRange() {
    #expect(Instant.latest.advanced(by: .nanoseconds(1)) == .latest)
    #expect(Instant.earliest.advanced(by: .nanoseconds(-1)) == .earliest)
    let now = Instant(secondsSinceEpoch: 1_800_000_000)
    #expect(now.advanced(by: .seconds(Int64.max)) == .latest)
    #expect(now.advanced(by: .seconds(Int64.min)) == .earliest)
    #expect(Instant(secondsSinceEpoch: .max) == .latest)
    #expect(Instant(secondsSinceEpoch: .min) == .earliest)
    #expect(
      Instant.earliest.duration(to: .latest) == .seconds(315_537_897_599)
        + .nanoseconds(999_999_999))
  }
}
