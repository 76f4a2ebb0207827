import RPCCore
import Testing

@Suite("Metadata and deadlines")
struct MetadataTests {
  @Test("keys are lower case, order and repetitions stay, the last value counts")
  func keys() {
    var metadata: Metadata = ["Format": "csv", "a": "1", "FORMAT": "json"]
    #expect(metadata.entries.map(\.key) == ["format", "a", "format"])
    #expect(metadata["format"] == "json")
    metadata[Metadata.format] = "xlsx"
    #expect(metadata.entries.map(\.value) == ["1", "xlsx"])
    metadata["a"] = nil
    #expect(metadata["a"] == nil)
    metadata.append("B", "2")
    #expect(metadata["b"] == "2")
  }

  @Test("keys are bytes: a KELVIN SIGN is no k, and only ASCII has a lower case")
  func keysAreBytes() {
    var metadata: Metadata = ["idempotency-\u{212a}ey": "1", "\u{c9}": "2"]
    #expect(metadata[Metadata.idempotencyKey] == nil)
    #expect(metadata["idempotency-\u{212a}ey"] == "1")
    #expect(metadata["\u{c9}"] == "2")
    #expect(metadata["E\u{301}"] == nil)
    metadata["e\u{301}"] = "3"
    #expect(metadata.entries.count == 3)
  }

  @Test("no timeout is no deadline", arguments: [Int64(0), -1, .min])
  func noTimeout(nanoseconds: Int64) {
    #expect(Deadline(timeoutNanoseconds: nanoseconds) == nil)
  }

  @Test("a deadline is over from its moment on")
  func deadline() throws {
    let now = CallTime.now
    let deadline = try #require(Deadline(timeoutNanoseconds: 1_000, from: now))
    #expect(!deadline.isOver(at: now))
    #expect(!deadline.isOver(at: now.advanced(byNanoseconds: 999)))
    #expect(deadline.isOver(at: now.advanced(byNanoseconds: 1_000)))
    #expect(deadline.remaining(at: now) == .microseconds(1))
    #expect(deadline < Deadline(now.advanced(byNanoseconds: 1_000_000_000)))
    #expect(Deadline(timeoutNanoseconds: .max, from: now) != nil)
  }

  @Test("a moment is the clock's to the nanosecond, and as far as there is a number for it")
  func moments() {
    // Moments are counted from the first that is asked for; one before it could be advanced past the last.
    _ = CallTime.now
    let instant = ContinuousClock.now
    let moment = CallTime(instant)
    for nanoseconds in [-3_000_000_007, -1, 0, 1, 999, 1_000_000_001, 86_400_000_000_007] as [Int64]
    {
      let other = instant.advanced(by: .nanoseconds(nanoseconds))
      #expect(moment.nanoseconds(to: CallTime(other)) == nanoseconds)
      #expect(moment.advanced(byNanoseconds: nanoseconds) == CallTime(other))
      #expect((CallTime(other) < moment) == (nanoseconds < 0))
      #expect(Deadline(instant).remaining(at: other) == .nanoseconds(-nanoseconds))
    }
    let far = CallTime(instant.advanced(by: .seconds(400.0 * 365 * 86_400)))
    let past = CallTime(instant.advanced(by: .seconds(-400.0 * 365 * 86_400)))
    #expect(far == moment.advanced(byNanoseconds: .max) && past < moment && far > moment)
    #expect(past.nanoseconds(to: far) == .max && far.nanoseconds(to: past) == .min)
  }

  @Test("notes keep what was said last, and empty words change nothing")
  func notes() {
    let notes = CallNotes()
    notes.note(domainID: "d", resourceID: "r")
    notes.note(domainID: "", resourceID: "s")
    #expect(notes.domainID == "d")
    #expect(notes.resourceID == "s")
  }
}
