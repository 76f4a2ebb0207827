package import ReportCore
internal import Texts

/// Reports to test with.
package enum TestReports {
  /// `report-` and the number, in hexadecimal digits.
  package static func id(_ number: Int) -> String {
    "report-" + Hex.text(UInt64(number), digits: 12)
  }

  /// A report that waits.
  package static func report(
    _ number: Int, in domainID: String = "domain-a", templateID: String = "template-000000000001",
    name: String? = nil, options: OptionObject = [:], formats: [ReportFormat] = [.csv],
    createdBy: String = "", createdAt: Instant = FakeClock.start
  ) -> Report {
    Report(
      reportID: id(number), domainID: domainID, templateID: templateID,
      name: name ?? "report \(number)", templateOptions: options, formats: formats,
      storageID: Storage.local.storageID, createdBy: createdBy, createdAt: createdAt,
      trace: TraceParent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"))
  }

  /// The artifact of a report that has one CSV file.
  package static func artifact(of report: Report) -> Artifact {
    Artifact(
      format: .csv, path: "\(report.domainID)/\(report.reportID)/\(report.lastFencingToken).csv",
      bytes: 12, rows: 2, sha256: String(repeating: "0a", count: 32),
      mediaType: "text/csv; charset=utf-8")
  }
}
