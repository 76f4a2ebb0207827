import ReportCore

/// A key as the engine makes it.
func key(
  domain: String = "domain-000000000001", report: String = "report-000000000001",
  token: Int64 = 1, format: ReportFormat = .csv, fileExtension: String = "csv"
) -> ArtifactKey {
  ArtifactKey(
    domainID: domain, reportID: report, fencingToken: token, format: format,
    fileExtension: fileExtension)
}
