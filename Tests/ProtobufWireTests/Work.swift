import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a call costs, by the processor time of its thread.
enum Work {
  /// Expects that twice the input costs at most 2.2 times the work, with room for a busy machine: the
  /// least of several runs counts, and whoever grows with the square of the size doubles that.
  static func expectLinear(
    _ name: String, units: Int, _ make: (Int) -> [UInt8], _ run: ([UInt8]) throws -> Void,
    sourceLocation: SourceLocation = #_sourceLocation
  ) rethrows {
    // From the fourth to the eighth part, so that a square of the size shows as 16 times the work.
    let small = make(units / 4)
    let large = make(units)
    var least = (small: Double.infinity, large: Double.infinity)
    for _ in 0..<4 {
      least.small = min(least.small, try seconds { try run(small) })
      least.large = min(least.large, try seconds { try run(large) })
    }
    #expect(
      least.large < least.small * 4 * 2 + 0.002,
      "\(name): \(least.small) s, and of four times as much \(least.large) s",
      sourceLocation: sourceLocation)
  }

  private static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = threadSeconds
    try body()
    return threadSeconds - start
  }

  private static var threadSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
