public import RPCCore

/// Makes reports in the background and hands over their files.
public enum ReportMethods {
  private static let name = "spaceone.api.report.v1.Report"

  /// Reads one report.
  public static let get = Method<GetReportRequest, ReportInfo>(
    service: name, name: "get", permission: .read, needsDomain: true, isIdempotent: true,
    httpRules: [HTTPRule(.get, "/report/v1/report/{report_id}")])

  /// Makes a link to the file of a finished report.
  public static let getDownloadURL = Method<GetDownloadURLRequest, ReportDownloadInfo>(
    service: name, name: "get_download_url", permission: .read, needsDomain: true,
    isIdempotent: true, isAudited: true,
    httpRules: [HTTPRule(.get, "/report/v1/report/{report_id}/download_url")])

  /// Reads the reports of a domain that match a query.
  public static let list = Method<ReportQuery, ReportsInfo>(
    service: name, name: "list", permission: .read, needsDomain: true, isIdempotent: true,
    isBulk: true,
    httpRules: [
      HTTPRule(.get, "/report/v1/reports"),
      HTTPRule(.post, "/report/v1/reports/search", body: "*"),
    ])

  /// Queues a report and answers at once, in state CREATED.
  public static let create = Method<CreateReportRequest, ReportInfo>(
    service: name, name: "create", permission: .run, needsDomain: true,
    httpRules: [HTTPRule(.post, "/report/v1/reports", body: "*")])

  /// The service with all its methods, in the order of the proto file.
  public static let service = ServiceDescriptor(
    name: name,
    methods: [
      get.descriptor,
      getDownloadURL.descriptor,
      list.descriptor,
      create.descriptor,
    ])
}
