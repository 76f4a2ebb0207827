internal import ProtobufWire
internal import ReportCore

extension Timestamp {
  /// The wire's form of a moment.
  init(_ instant: Instant) {
    var seconds = instant.nanosecondsSinceEpoch / 1_000_000_000
    var nanos = instant.nanosecondsSinceEpoch % 1_000_000_000
    if nanos < 0 {
      seconds -= 1
      nanos += 1_000_000_000
    }
    self.init(seconds: seconds, nanos: Int32(nanos))
  }
}
