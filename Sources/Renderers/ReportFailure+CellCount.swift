package import ReportCore

extension ReportFailure {
  /// A row does not fit its header: a bug of the data source.
  package static func cellCount(_ count: Int, columns: Int) -> ReportFailure {
    ReportFailure(.internal, "A row has \(count) values where the header has \(columns).")
  }
}
