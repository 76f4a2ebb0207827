internal import CoreMetrics
internal import PrometheusMetrics
internal import RPCServing

/// Counts how often limits were in the way.
final class LimitMetrics: Sendable {
  /// Those of the report store, of previews and of passwords, by the names that they give.
  private static let ofCore = [
    "waiting_per_domain", "kept_reports_per_domain", "kept_bytes_per_domain",
    "unwritten_per_domain",
    "unwritten_bytes_per_domain", "query_seconds", "query_steps", "queries",
    "previews", "preview_seconds", "preview_bytes", "password_reports",
  ]

  private let counters: [String: Counter]
  private let other: Counter

  init(_ factory: any MetricsFactory) {
    func counter(_ name: String) -> Counter {
      Counter(
        label: MetricFamily.limitsReached.name, dimensions: [("limit", name)], factory: factory)
    }
    let names = ServingLimit.allCases.map(\.rawValue) + Self.ofCore
    counters = Dictionary(uniqueKeysWithValues: names.map { ($0, counter($0)) })
    other = counter(MetricsRegistry.other)
  }

  /// - Parameter limit: the name of its setting below `limits`.
  func reached(_ limit: String) {
    (counters[limit] ?? other).increment()
  }
}
