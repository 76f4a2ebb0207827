#if canImport(Glibc)
  private import Glibc
#elseif canImport(Musl)
  private import Musl
#else
  private import Darwin
#endif

/// The machine's time.
package struct SystemClock: EngineClock {
  package let bootID = Self.machineBootID

  package init() {}

  package var now: Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(secondsSinceEpoch: Int64(time.tv_sec), nanosecond: Int32(time.tv_nsec))
  }

  package var monotonic: MonotonicInstant { Self.monotonicNow }

  static var monotonicNow: MonotonicInstant {
    var time = timespec()
    clock_gettime(monotonicClock, &time)
    return MonotonicInstant(
      nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  package func sleep(until moment: MonotonicInstant) async throws {
    try await SleepQueue.shared.sleep(until: moment)
  }

  // The one that stands still while the machine sleeps; all processes see the same.
  #if canImport(Darwin)
    private static let monotonicClock = CLOCK_UPTIME_RAW
  #else
    private static let monotonicClock = CLOCK_MONOTONIC
  #endif

  /// Empty where the system does not tell. Then a lease of an earlier boot may be waited for, but
  /// no longer than it was given for.
  private static let machineBootID: String = {
    var text = [CChar](repeating: 0, count: 128)
    #if canImport(Darwin)
      var size = text.count - 1
      guard sysctlbyname("kern.bootsessionuuid", &text, &size, nil, 0) == 0 else { return "" }
    #else
      guard let file = fopen("/proc/sys/kernel/random/boot_id", "re") else { return "" }
      defer { fclose(file) }
      guard fgets(&text, Int32(text.count), file) != nil else { return "" }
    #endif
    let bytes = text.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }
    return String(decoding: bytes, as: UTF8.self)
  }()
}
