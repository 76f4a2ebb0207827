import CoreMetrics
import Testing

@testable import PrometheusMetrics

@Suite struct ExpositionTests {
  private static let families = [
    MetricFamily(
      "calls", .counter, labels: ["method", "code"], help: #"Calls, by "code" and \method."#),
    MetricFamily("room_bytes", .gauge, unit: "bytes", help: "Bytes\nthat are left."),
    MetricFamily(
      "call_seconds", .histogram(bounds: [0.00005, 0.001, 1]), unit: "seconds",
      labels: ["door"], help: "Time of calls."),
    MetricFamily("waiting", .gauge, labels: ["domain"], help: "Reports that wait."),
    MetricFamily("nothing", .counter, help: "Never counted."),
    MetricFamily("build", .info, labels: ["version"], help: "What runs."),
  ]

  private func makeRegistry() -> MetricsRegistry {
    let registry = MetricsRegistry(Self.families)
    Counter(label: "calls", dimensions: [("method", "b"), ("code", "OK")], factory: registry)
      .increment(by: 3)
    Counter(
      label: "calls", dimensions: [("method", "a\\\"\n"), ("code", "OK")], factory: registry
    ).increment()
    Meter(label: "room_bytes", factory: registry).set(1.5)
    let timer = Timer(label: "call_seconds", dimensions: [("door", "grpc")], factory: registry)
    for nanoseconds in [0, 50_000, 50_001, 1_000_000, 999_999_999, 2_000_000_000] {
      timer.recordNanoseconds(Int64(nanoseconds))
    }
    return registry
  }

  private let samples: [String: [MetricSample]] = [
    "waiting": [
      MetricSample(.whole(7), labels: [("domain", "d-1")]),
      MetricSample(.real(.infinity), labels: [("domain", "(other)")]),
    ],
    "build": [MetricSample(.whole(1), labels: [("version", "1.2")])],
  ]

  private func text(_ format: ExpositionFormat) -> String {
    String(decoding: makeRegistry().exposition(format, samples: samples), as: UTF8.self)
  }

  @Test func prometheusTextIsWrittenByItsSpecification() {
    #expect(
      text(.text) == #"""
        # HELP calls_total Calls, by "code" and \\method.
        # TYPE calls_total counter
        calls_total{method="a\\\"\n",code="OK"} 1
        calls_total{method="b",code="OK"} 3
        # HELP room_bytes Bytes\nthat are left.
        # TYPE room_bytes gauge
        room_bytes 1.5
        # HELP call_seconds Time of calls.
        # TYPE call_seconds histogram
        call_seconds_bucket{door="grpc",le="5e-05"} 2
        call_seconds_bucket{door="grpc",le="0.001"} 4
        call_seconds_bucket{door="grpc",le="1.0"} 5
        call_seconds_bucket{door="grpc",le="+Inf"} 6
        call_seconds_sum{door="grpc"} 3.0011
        call_seconds_count{door="grpc"} 6
        # HELP waiting Reports that wait.
        # TYPE waiting gauge
        waiting{domain="d-1"} 7
        waiting{domain="(other)"} +Inf
        # HELP build_info What runs.
        # TYPE build_info gauge
        build_info{version="1.2"} 1

        """#)
  }

  @Test func openMetricsIsWrittenByItsSpecification() {
    #expect(
      text(.openMetrics) == #"""
        # HELP calls Calls, by \"code\" and \\method.
        # TYPE calls counter
        calls_total{method="a\\\"\n",code="OK"} 1
        calls_total{method="b",code="OK"} 3
        # HELP room_bytes Bytes\nthat are left.
        # TYPE room_bytes gauge
        # UNIT room_bytes bytes
        room_bytes 1.5
        # HELP call_seconds Time of calls.
        # TYPE call_seconds histogram
        # UNIT call_seconds seconds
        call_seconds_bucket{door="grpc",le="5e-05"} 2
        call_seconds_bucket{door="grpc",le="0.001"} 4
        call_seconds_bucket{door="grpc",le="1.0"} 5
        call_seconds_bucket{door="grpc",le="+Inf"} 6
        call_seconds_sum{door="grpc"} 3.0011
        call_seconds_count{door="grpc"} 6
        # HELP waiting Reports that wait.
        # TYPE waiting gauge
        waiting{domain="d-1"} 7
        waiting{domain="(other)"} +Inf
        # HELP build What runs.
        # TYPE build info
        build_info{version="1.2"} 1
        # EOF

        """#)
  }
}
