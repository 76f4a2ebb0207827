internal import ProtobufWire
internal import ReportCore

extension Timestamp {
  /// The wire's form of a moment.
  init(_ instant: Instant) {
    self.init(seconds: instant.secondsSinceEpoch, nanos: instant.nanosecond)
  }
}
