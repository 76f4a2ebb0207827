package import CoreMetrics
private import Synchronization

/// The backend of swift-metrics that keeps what a server counts, and writes it for Prometheus.
///
/// Only families that were declared are kept: what is written is documented, and nothing that comes
/// from outside can make it grow. An instrument is made once and kept by who counts with it; counting
/// neither allocates nor takes a lock.
package final class MetricsRegistry: MetricsFactory {
  /// What stands in the labels of a series that there is no more room for. It is no method's name and
  /// no domain's.
  package static let other = "(other)"

  private struct State {
    /// By family, then by the text of the labels.
    var series: [Int: [[UInt8]: any MetricCell]] = [:]
  }

  /// In the order in which they are written.
  package let families: [MetricFamily]
  private let indices: [String: Int]
  private let seriesMax: Int
  private let state = Mutex(State())

  /// - Parameters:
  ///   - families: what may be counted; no name twice.
  ///   - seriesMax: series of one family. Further ones are counted together, with `other` in all labels.
  package init(_ families: [MetricFamily], seriesMax: Int = 4096) {
    self.families = families
    self.seriesMax = seriesMax
    indices = Dictionary(uniqueKeysWithValues: families.enumerated().map { ($1.name, $0) })
  }

  /// All values, as text.
  ///
  /// - Parameter samples: of families that are looked at only now, by the families' names.
  package func exposition(
    _ format: ExpositionFormat, samples: [String: [MetricSample]] = [:]
  ) -> [UInt8] {
    let series = state.withLock(\.series)
    var writer = ExpositionWriter(format)
    for (index, family) in families.enumerated() {
      let cells = series[index, default: [:]]
        .filter { !family.isSparse || !$0.value.isUnused }
        .sorted { $0.key.lexicographicallyPrecedes($1.key) }
      writer.write(family, cells: cells.map { ($0.key, $0.value) }, samples[family.name] ?? [])
    }
    return writer.finished()
  }

  // MARK: MetricsFactory

  package func makeCounter(
    label: String, dimensions: [(String, String)]
  ) -> any CounterHandler {
    cell(label, dimensions) { $0.kind == .counter ? CounterCell() : nil }
      ?? NOOPMetricsHandler.instance
  }

  package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    cell(label, dimensions) { $0.kind == .gauge ? GaugeCell() : nil }
      ?? NOOPMetricsHandler.instance
  }

  package func makeRecorder(
    label: String, dimensions: [(String, String)], aggregate: Bool
  ) -> any RecorderHandler {
    if aggregate {
      return cell(label, dimensions, HistogramCell.init) ?? NOOPMetricsHandler.instance
    }
    return cell(label, dimensions) { $0.kind == .gauge ? GaugeCell() : nil }
      ?? NOOPMetricsHandler.instance
  }

  package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    cell(label, dimensions, HistogramCell.init) ?? NOOPMetricsHandler.instance
  }

  package func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
  package func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
  package func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
  package func destroyTimer(_ handler: any TimerHandler) { remove(handler) }

  /// - Returns: nil if no such family was declared.
  private func cell<Cell: MetricCell>(
    _ name: String, _ dimensions: [(String, String)], _ make: (MetricFamily) -> Cell?
  ) -> Cell? {
    guard let index = indices[name] else { return nil }
    let family = families[index]
    return state.withLock { state in
      var labels = ExpositionWriter.labels(dimensions)
      if state.series[index, default: [:]][labels] == nil,
        state.series[index, default: [:]].count >= seriesMax
      {
        labels = ExpositionWriter.labels(dimensions.map { ($0.0, Self.other) })
      }
      if let cell = state.series[index]?[labels] { return cell as? Cell }
      guard let cell = make(family) else { return nil }
      state.series[index, default: [:]][labels] = cell
      return cell
    }
  }

  private func remove(_ handler: AnyObject) {
    state.withLock { state in
      for (index, series) in state.series {
        guard let labels = series.first(where: { $0.value === handler })?.key else { continue }
        state.series[index]?[labels] = nil
        return
      }
    }
  }
}

extension HistogramCell {
  fileprivate convenience init?(_ family: MetricFamily) {
    guard case .histogram(let bounds) = family.kind else { return nil }
    self.init(bounds: bounds, parts: family.parts)
  }
}

extension MetricFamily {
  /// So many of what a histogram is told make its unit: timers tell nanoseconds.
  var parts: Double { unit == "seconds" ? 1e9 : 1 }
}
