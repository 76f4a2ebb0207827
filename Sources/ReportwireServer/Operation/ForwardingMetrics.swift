internal import CoreMetrics
internal import KafkaAudit
internal import PrometheusMetrics
internal import ReportCore

/// Counts what becomes of the audit's events on their way to Kafka.
final class ForwardingMetrics: ForwardingMeter {
  private let arrived: Counter
  private let failures: Counter

  init(_ factory: any MetricsFactory) {
    arrived = Counter(label: MetricFamily.auditDelivered.name, factory: factory)
    failures = Counter(label: MetricFamily.auditFailures.name, factory: factory)
  }

  func delivered(_ count: Int) { arrived.increment(by: count) }

  func failed() { failures.increment() }

  /// What waits, as it is at a moment; nothing where the store did not say.
  static func samples(_ status: OutboxStatus?, at now: Instant) -> [String: [MetricSample]] {
    guard let status else { return [:] }
    let age = status.oldestAt.map { max(.zero, $0.duration(to: now)) } ?? .zero
    return [
      MetricFamily.auditBacklog.name: [MetricSample(.whole(status.waiting))],
      MetricFamily.auditBacklogAge.name: [
        MetricSample(.real(Double(age.wholeNanoseconds) / 1e9))
      ],
      MetricFamily.auditDropped.name: [MetricSample(.whole(status.dropped))],
    ]
  }
}
