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

  /// What Grafana's importer and its grid want of a dashboard.
  @Test func thePanelsOfTheDashboardStandBesideEachOther() throws {
    let dashboard = try #require(
      try JSONSerialization.jsonObject(
        with: Data(try text("Examples/grafana/reportwire.json").utf8)) as? [String: Any])
    let panels = try #require(dashboard["panels"] as? [[String: Any]])
    #expect(Set(panels.compactMap { $0["id"] as? Int }).count == panels.count)
    var taken: Set<[Int]> = []
    for panel in panels {
      let title = try #require(panel["title"] as? String)
      let place = try #require(panel["gridPos"] as? [String: Int])
      let (x, y) = (try #require(place["x"]), try #require(place["y"]))
      let (width, height) = (try #require(place["w"]), try #require(place["h"]))
      #expect(x >= 0 && width > 0 && x + width <= 24, "\(title)")
      for cell in (y..<y + height).flatMap({ y in (x..<x + width).map { [$0, y] } }) {
        #expect(taken.insert(cell).inserted, "\(title) lies over another at \(cell)")
      }
      let targets = panel["targets"] as? [[String: Any]] ?? []
      #expect((panel["type"] as? String == "row") == targets.isEmpty, "\(title)")
      #expect(Set(targets.compactMap { $0["refId"] as? String }).count == targets.count, "\(title)")
      for source in [panel["datasource"]] + targets.map({ $0["datasource"] }) where !targets.isEmpty
      {
        #expect(
          source as? [String: String] == ["type": "prometheus", "uid": "${datasource}"],
          "\(title)")
      }
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
