import Foundation
import PrometheusMetrics
import Testing

@testable import ReportwireServer

/// The dashboard and the page about operation know the metrics that there are.
@Suite struct OperationDocumentsTests {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private func text(_ path: String) throws -> String {
    try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
  }

  /// The names of metrics in a text, as Prometheus has them.
  private func names(in text: String) -> Set<String> {
    Set(text.matches(of: /\b(?:reportwire|process)_[a-z_]+/).map { String($0.output) })
  }

  /// The names that a family is written under.
  private func written(_ family: MetricFamily) -> Set<String> {
    guard case .histogram = family.kind else { return [family.shownName] }
    return Set(["_bucket", "_sum", "_count"].map { family.name + $0 })
  }

  @Test func theDashboardAsksForMetricsThatAreWritten() throws {
    let dashboard = try #require(
      try JSONSerialization.jsonObject(
        with: Data(try text("Examples/grafana/reportwire.json").utf8)) as? [String: Any])
    let panels = try #require(dashboard["panels"] as? [[String: Any]])
    let expressions = panels.flatMap { panel in
      (panel["targets"] as? [[String: Any]] ?? []).compactMap { $0["expr"] as? String }
    }
    #expect(expressions.count > 20)
    let all = Set(MetricFamily.all.flatMap(written))
    for expression in expressions {
      let asked = names(in: expression)
      #expect(!asked.isEmpty, "\(expression)")
      #expect(asked.subtracting(all) == [], "\(expression)")
      // What it groups and filters by is a label of what it asks for.
      let labels = Set(
        MetricFamily.all.filter { !written($0).isDisjoint(with: asked) }.flatMap(\.labels))
      let groups = expression.matches(of: /by \(([a-z, ]+)\)/).flatMap {
        $0.output.1.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      }
      #expect(Set(groups).subtracting(labels).subtracting(["le"]) == [], "\(expression)")
    }
  }

  @Test func thePageListsEveryMetricWithItsLabelsAndNoOthers() throws {
    let page = try text("Sources/ReportwireServer/ReportwireServer.docc/Operation.md")
    let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `") }
    let told = rows.map { row in
      let cells = row.split(separator: "|", omittingEmptySubsequences: false)
      return (names: names(in: String(cells[1])), labels: cells[2])
    }
    #expect(
      told.reduce(Set()) { $0.union($1.names) } == Set(MetricFamily.all.map(\.shownName)))
    for family in MetricFamily.all {
      let row = try #require(told.first { $0.names.contains(family.shownName) })
      #expect(
        row.labels.trimmingCharacters(in: .whitespaces)
          == family.labels.map { "`\($0)`" }.joined(separator: ", "), "\(family.name)")
    }
  }

  @Test func familiesAreNamedAsPrometheusWantsIt() {
    #expect(Set(MetricFamily.all.map(\.name)).count == MetricFamily.all.count)
    for family in MetricFamily.all {
      #expect(family.name.wholeMatch(of: /[a-z]+(_[a-z]+)*/) != nil, "\(family.name)")
      #expect(
        !["_total", "_info", "_bucket", "_count", "_sum"].contains { family.name.hasSuffix($0) })
      #expect(family.help.hasSuffix("."), "\(family.name)")
    }
  }
}
