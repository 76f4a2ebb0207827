/// What a metric is called, what it counts and how: everything about it but its values.
package struct MetricFamily: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// Only grows, from 0 at the start of the process.
    case counter
    /// Goes up and down.
    case gauge
    /// How many observations were not above each bound, and their sum.
    ///
    /// - Parameter bounds: rising, in the family's unit.
    case histogram(bounds: [Double])
    /// Says something in its labels; its value is always 1.
    case info
  }

  /// Without the `_total` of a counter and the `_info` of an info. In a family with a unit it ends
  /// with that.
  package let name: String
  package let kind: Kind
  /// Such as `seconds` or `bytes`; empty: none.
  package let unit: String
  /// The names of its labels.
  package let labels: [String]
  /// Whether series that have counted nothing are left out: where most combinations of labels never
  /// occur.
  package let isSparse: Bool
  /// One sentence for people.
  package let help: String

  package init(
    _ name: String, _ kind: Kind, unit: String = "", labels: [String] = [], isSparse: Bool = false,
    help: String
  ) {
    self.isSparse = isSparse
    precondition(unit.isEmpty || name.hasSuffix("_\(unit)"), "\(name) does not end with its unit")
    self.name = name
    self.kind = kind
    self.unit = unit
    self.labels = labels
    self.help = help
  }

  /// What its values are written under, without what a histogram adds: what people look for.
  package var shownName: String {
    switch kind {
    case .counter: name + "_total"
    case .info: name + "_info"
    case .gauge, .histogram: name
    }
  }
}

/// A value that is looked at only when somebody asks for the metrics.
package struct MetricSample: Sendable {
  package enum Value: Sendable {
    case whole(Int64)
    case real(Double)
  }

  package let labels: [(name: String, value: String)]
  package let value: Value

  /// - Parameter labels: in the family's order.
  package init(_ value: Value, labels: [(name: String, value: String)] = []) {
    self.value = value
    self.labels = labels
  }
}

/// How metrics are written.
package enum ExpositionFormat: Sendable, CaseIterable {
  /// Prometheus text 0.0.4.
  case text
  /// OpenMetrics 1.0.
  case openMetrics

  /// For the header of an answer.
  package var contentType: String {
    switch self {
    case .text: "text/plain; version=0.0.4; charset=utf-8"
    case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
    }
  }
}
