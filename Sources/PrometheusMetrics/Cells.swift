internal import CoreMetrics
internal import Synchronization

/// Where the values of one series are.
protocol MetricCell: AnyObject, Sendable {
  /// Whether nothing was counted yet.
  var isUnused: Bool { get }
}

final class CounterCell: MetricCell, CounterHandler {
  private let cells = StripedCells(count: 1)

  var value: Int { cells[0] }
  var isUnused: Bool { value == 0 }

  func increment(by amount: Int64) {
    cells.add(Int(amount))
  }

  func reset() {
    cells.reset(0)
  }
}

final class GaugeCell: MetricCell, RecorderHandler, MeterHandler {
  private let bits = Atomic<UInt64>(0)

  var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }
  var isUnused: Bool { false }

  func record(_ value: Int64) { set(Double(value)) }
  func record(_ value: Double) { set(value) }
  func set(_ value: Int64) { set(Double(value)) }

  func set(_ value: Double) {
    bits.store(value.bitPattern, ordering: .relaxed)
  }

  func increment(by amount: Double) {
    var old = bits.load(ordering: .relaxed)
    while true {
      let sum = (Double(bitPattern: old) + amount).bitPattern
      let (isDone, now) = bits.weakCompareExchange(
        expected: old, desired: sum, ordering: .relaxed)
      if isDone { return }
      old = now
    }
  }

  func decrement(by amount: Double) { increment(by: -amount) }
}

/// Counts observations by the bounds that they are not above. Observations are whole numbers of a
/// part of the family's unit: nanoseconds, where that is seconds.
final class HistogramCell: MetricCell, TimerHandler, RecorderHandler {
  /// In the parts of the unit, rising.
  private let bounds: [Int64]
  private let parts: Double
  /// A number for each bound, one for what is above all, and the sum.
  private let cells: StripedCells

  /// - Parameters:
  ///   - bounds: in the unit.
  ///   - parts: of the unit that observations are given in.
  init(bounds: [Double], parts: Double) {
    self.bounds = bounds.map { Int64(($0 * parts).rounded()) }
    self.parts = parts
    cells = StripedCells(count: bounds.count + 2)
  }

  /// More is taken for this much, so that one absurd observation does not spoil the sum: 104 days.
  private static let largest: Int64 = 1 << 53

  func recordNanoseconds(_ duration: Int64) {
    let duration = min(max(duration, 0), Self.largest)
    var index = 0
    // Most are below one of the first bounds.
    while index < bounds.count, duration > bounds[index] { index += 1 }
    cells.add(1, to: index, and: Int(duration), to: bounds.count + 1)
  }

  func record(_ value: Int64) { record(Double(value)) }

  func record(_ value: Double) {
    guard value.isFinite else { return }
    recordNanoseconds(Int64(min(max(value * parts, 0), Double(Self.largest)).rounded()))
  }

  /// For each bound, and for all observations, how many are not above it.
  var cumulativeCounts: [Int] {
    var sum = 0
    return (0...bounds.count).map { index in
      sum += cells[index]
      return sum
    }
  }

  var isUnused: Bool { cumulativeCounts[bounds.count] == 0 }

  /// In the parts of the unit.
  var sum: Int { cells[bounds.count + 1] }
}
