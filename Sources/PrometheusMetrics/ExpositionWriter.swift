/// Writes families as Prometheus text 0.0.4
/// (<https://prometheus.io/docs/instrumenting/exposition_formats/>) or as OpenMetrics 1.0
/// (<https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md>).
struct ExpositionWriter {
  private let format: ExpositionFormat
  private var bytes: [UInt8] = []

  init(_ format: ExpositionFormat) {
    self.format = format
  }

  /// A family without values is left out.
  ///
  /// - Parameter cells: by the text of their labels.
  mutating func write(
    _ family: MetricFamily, cells: [(labels: [UInt8], cell: any MetricCell)],
    _ samples: [MetricSample]
  ) {
    guard !cells.isEmpty || !samples.isEmpty else { return }
    writeHead(family)
    for (labels, cell) in cells {
      switch cell {
      case let cell as CounterCell: write(family.shownName, labels, "\(cell.value)")
      case let cell as GaugeCell: write(family.shownName, labels, Self.number(cell.value))
      case let cell as HistogramCell: write(family, labels, cell)
      default: break
      }
    }
    for sample in samples {
      let value =
        switch sample.value {
        case .whole(let value): "\(value)"
        case .real(let value): Self.number(value)
        }
      write(family.shownName, Self.labels(sample.labels.map { ($0.name, $0.value) }), value)
    }
  }

  mutating func finished() -> [UInt8] {
    if format == .openMetrics { append("# EOF\n") }
    return bytes
  }

  private mutating func writeHead(_ family: MetricFamily) {
    // OpenMetrics names the family, the older format what it is written under.
    let isOpen = format == .openMetrics
    let name = isOpen ? family.name : family.shownName
    let kind =
      switch family.kind {
      case .counter: "counter"
      case .gauge: "gauge"
      case .histogram: "histogram"
      case .info: isOpen ? "info" : "gauge"
      }
    append(
      "# HELP \(name) \(Self.escaped(family.help, isQuoted: isOpen))\n# TYPE \(name) \(kind)\n")
    if isOpen, !family.unit.isEmpty { append("# UNIT \(name) \(family.unit)\n") }
  }

  private mutating func write(
    _ family: MetricFamily, _ labels: [UInt8], _ cell: HistogramCell
  ) {
    guard case .histogram(let bounds) = family.kind else { return }
    let counts = cell.cumulativeCounts
    for (count, bound) in zip(counts, bounds.map { "\($0)" } + ["+Inf"]) {
      let comma = labels.isEmpty ? [] : [UInt8(ascii: ",")]
      write("\(family.name)_bucket", labels + comma + Array(#"le="\#(bound)""#.utf8), "\(count)")
    }
    write("\(family.name)_sum", labels, Self.number(Double(cell.sum) / family.parts))
    write("\(family.name)_count", labels, "\(counts[bounds.count])")
  }

  private mutating func write(_ name: String, _ labels: [UInt8], _ value: String) {
    append(name)
    if !labels.isEmpty {
      bytes.append(UInt8(ascii: "{"))
      bytes.append(contentsOf: labels)
      bytes.append(UInt8(ascii: "}"))
    }
    append(" \(value)\n")
  }

  private mutating func append(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  /// What stands between the braces.
  static func labels(_ labels: [(String, String)]) -> [UInt8] {
    Array(
      labels.map { name, value in #"\#(name)="\#(escaped(value, isQuoted: true))""# }
        .joined(separator: ",").utf8)
  }

  private static func escaped(_ text: String, isQuoted: Bool) -> String {
    var result: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\\"): result += #"\\"#.utf8
      case UInt8(ascii: "\n"): result += #"\n"#.utf8
      case UInt8(ascii: "\"") where isQuoted: result += #"\""#.utf8
      default: result.append(byte)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
    return "\(value)"
  }
}
