import CoreMetrics
import Testing

@testable import PrometheusMetrics

@Suite(.timeLimit(.minutes(5))) struct MetricsRegistryTests {
  private func lines(_ registry: MetricsRegistry) -> [String] {
    String(decoding: registry.exposition(.text), as: UTF8.self)
      .split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
  }

  @Test func threadsThatCountAtOnceLoseNothing() async {
    let registry = MetricsRegistry([
      MetricFamily("calls", .counter, help: "Calls."),
      MetricFamily(
        "call_seconds", .histogram(bounds: [1]), unit: "seconds", help: "Time of calls."),
      MetricFamily("level", .gauge, help: "Level."),
    ])
    let (tasks, times) = (8, 20_000)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<tasks {
        group.addTask {
          let counter = Counter(label: "calls", factory: registry)
          let timer = Timer(label: "call_seconds", factory: registry)
          let meter = Meter(label: "level", factory: registry)
          for _ in 0..<times {
            counter.increment()
            timer.recordNanoseconds(500_000_000 as Int64)
            meter.increment(by: 1.0)
            meter.decrement(by: 0.5)
          }
        }
      }
    }
    let all = tasks * times
    #expect(
      lines(registry) == [
        "calls_total \(all)", #"call_seconds_bucket{le="1.0"} \#(all)"#,
        #"call_seconds_bucket{le="+Inf"} \#(all)"#, "call_seconds_sum \(Double(all) / 2)",
        "call_seconds_count \(all)", "level \(Double(all) / 2)",
      ])
  }

  @Test func whatWasNotDeclaredIsNotKept() {
    let registry = MetricsRegistry([MetricFamily("calls", .counter, help: "Calls.")])
    Counter(label: "others", factory: registry).increment()
    Timer(label: "calls", factory: registry).recordNanoseconds(1 as Int64)
    Meter(label: "calls", factory: registry).set(1)
    Gauge(label: "calls", factory: registry).record(1)
    #expect(lines(registry) == [])
  }

  @Test func seriesBeyondTheBoundAreCountedTogether() {
    let registry = MetricsRegistry(
      [MetricFamily("calls", .counter, labels: ["method"], help: "Calls.")], seriesMax: 3)
    for number in 0..<100 {
      Counter(label: "calls", dimensions: [("method", "m\(number)")], factory: registry)
        .increment()
    }
    // One that is there already stays what it is.
    Counter(label: "calls", dimensions: [("method", "m1")], factory: registry).increment()
    #expect(
      lines(registry) == [
        #"calls_total{method="(other)"} 97"#, #"calls_total{method="m0"} 1"#,
        #"calls_total{method="m1"} 2"#, #"calls_total{method="m2"} 1"#,
      ])
  }

  @Test func whatIsSparseIsWrittenOnceItHasCounted() {
    let bounds = MetricFamily.Kind.histogram(bounds: [1])
    let registry = MetricsRegistry([
      MetricFamily("calls", .counter, labels: ["door"], isSparse: true, help: "Calls."),
      MetricFamily("sizes", bounds, labels: ["door"], isSparse: true, help: "Sizes."),
    ])
    for door in ["a", "b"] {
      let counter = Counter(label: "calls", dimensions: [("door", door)], factory: registry)
      let sizes = Recorder(label: "sizes", dimensions: [("door", door)], factory: registry)
      if door == "b" {
        counter.increment()
        sizes.record(0)
      }
    }
    #expect(
      lines(registry) == [
        #"calls_total{door="b"} 1"#, #"sizes_bucket{door="b",le="1.0"} 1"#,
        #"sizes_bucket{door="b",le="+Inf"} 1"#, #"sizes_sum{door="b"} 0.0"#,
        #"sizes_count{door="b"} 1"#,
      ])
  }

  @Test func aDestroyedInstrumentIsNotWritten() {
    let registry = MetricsRegistry([
      MetricFamily("calls", .counter, labels: ["door"], help: "Calls."),
      MetricFamily("level", .gauge, help: "Level."),
      MetricFamily("sizes", .histogram(bounds: [10, 100]), help: "Sizes."),
    ])
    let counter = Counter(label: "calls", dimensions: [("door", "a")], factory: registry)
    counter.increment(by: 5)
    counter.reset()
    let gauge = Gauge(label: "level", factory: registry)
    gauge.record(4)
    let sizes = Recorder(label: "sizes", factory: registry)
    sizes.record(10)
    sizes.record(10.6)
    sizes.record(Double.nan)
    sizes.record(Double.greatestFiniteMagnitude)
    #expect(
      lines(registry).prefix(5) == [
        #"calls_total{door="a"} 0"#, "level 4.0", #"sizes_bucket{le="10.0"} 1"#,
        #"sizes_bucket{le="100.0"} 2"#, #"sizes_bucket{le="+Inf"} 3"#,
      ])
    counter.destroy()
    gauge.destroy()
    sizes.destroy()
    #expect(lines(registry) == [])
  }
}
