#if canImport(Glibc)
  private import Glibc
#elseif canImport(Musl)
  private import Musl
#else
  private import Darwin
#endif

/// The machine's time.
package struct SystemClock: EngineClock {
  package init() {}

  package var now: Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(secondsSinceEpoch: Int64(time.tv_sec), nanosecond: Int32(time.tv_nsec))
  }

  package func sleep(until moment: Instant) async throws {
    // Again if the time was set back meanwhile.
    while true {
      let now = now
      guard now < moment else { return try Task.checkCancellation() }
      try await Task.sleep(for: now.duration(to: moment))
    }
  }
}
