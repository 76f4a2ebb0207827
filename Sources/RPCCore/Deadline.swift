/// A moment on this machine's monotonic clock by which a call must have ended.
public struct Deadline: Sendable, Hashable, Comparable {
  private let time: CallTime

  /// At a moment.
  public init(_ time: CallTime) {
    self.time = time
  }

  /// At a moment.
  public init(_ instant: ContinuousClock.Instant) {
    time = CallTime(instant)
  }

  /// So many nanoseconds from now; nil for what protocols call "no timeout", zero or less.
  public init?(timeoutNanoseconds: Int64, from now: CallTime = .now) {
    guard timeoutNanoseconds > 0 else { return nil }
    time = now.advanced(byNanoseconds: timeoutNanoseconds)
  }

  /// What is left; negative once it is over.
  public func remaining(at now: CallTime = .now) -> Duration {
    now.duration(to: time)
  }

  /// What is left; negative once it is over.
  public func remaining(at now: ContinuousClock.Instant) -> Duration {
    remaining(at: CallTime(now))
  }

  /// Whether it is over.
  public func isOver(at now: CallTime = .now) -> Bool {
    now >= time
  }

  /// Earlier is smaller.
  public static func < (left: Deadline, right: Deadline) -> Bool {
    left.time < right.time
  }
}

extension Deadline {
  /// Nanoseconds of a `grpc-timeout`: one to eight digits and a unit ("gRPC over HTTP2", the protocol's
  /// document).
  ///
  /// - Returns: nil for what is none.
  @inlinable
  package static func nanoseconds(
    ofGRPCTimeout text: some BidirectionalCollection<UInt8>
  ) -> Int64? {
    guard (2...9).contains(text.count), let unit = text.last else { return nil }
    var value: Int64 = 0
    for byte in text.dropLast() {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int64(byte - UInt8(ascii: "0"))
    }
    // The largest, 99,999,999 hours, is more than 64 bits of nanoseconds hold.
    let nanoseconds: Int64
    switch unit {
    case UInt8(ascii: "n"): nanoseconds = 1
    case UInt8(ascii: "u"): nanoseconds = 1000
    case UInt8(ascii: "m"): nanoseconds = 1_000_000
    case UInt8(ascii: "S"): nanoseconds = 1_000_000_000
    case UInt8(ascii: "M"): nanoseconds = 60_000_000_000
    case UInt8(ascii: "H"): nanoseconds = 3_600_000_000_000
    default: return nil
    }
    let (product, isOver) = value.multipliedReportingOverflow(by: nanoseconds)
    return isOver ? .max : product
  }
}
