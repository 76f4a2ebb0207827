public import ProtobufWire
public import RPCCore

/// Steers and explains reports that `spaceone.api.report.v1.Report` has created.
public enum ReportControlMethods {
  private static let name = "reportwire.v1.ReportControl"

  /// Calls a report off. One that waits is CANCELED at once, one that runs within a second; one
  /// that has ended stays as it is.
  public static let cancel = Method<CancelReportRequest, ReportInfo>(
    service: name, name: "cancel", permission: .run, needsDomain: true, isIdempotent: true,
    httpRules: [HTTPRule(.post, "/reportwire/v1/report/{report_id}/cancel", body: "*")])

  /// Follows a report: sends where it stands, then every change, and ends after the terminal state.
  public static let watch = Method<WatchReportRequest, ReportProgress>(
    service: name, name: "watch", permission: .read, needsDomain: true,
    isServerStreaming: true, isIdempotent: true,
    httpRules: [HTTPRule(.get, "/reportwire/v1/report/{report_id}/watch")])

  /// Tells everything about a report: what was asked for, what happened, and which files came out.
  public static let inspect = Method<InspectReportRequest, ReportInspection>(
    service: name, name: "inspect", permission: .read, needsDomain: true, isIdempotent: true,
    httpRules: [HTTPRule(.get, "/reportwire/v1/report/{report_id}")])

  /// Removes a report and its files. One that runs is refused; cancel it first.
  public static let delete = Method<DeleteReportRequest, Empty>(
    service: name, name: "delete", permission: .run, needsDomain: true, isIdempotent: true,
    httpRules: [HTTPRule(.delete, "/reportwire/v1/report/{report_id}")])

  /// Keeps a report, however old it gets.
  public static let pin = Method<PinReportRequest, ReportInfo>(
    service: name, name: "pin", permission: .run, needsDomain: true, isIdempotent: true,
    httpRules: [HTTPRule(.post, "/reportwire/v1/report/{report_id}/pin", body: "*")])

  /// Keeps a report no longer than others.
  public static let unpin = Method<UnpinReportRequest, ReportInfo>(
    service: name, name: "unpin", permission: .run, needsDomain: true, isIdempotent: true,
    httpRules: [HTTPRule(.post, "/reportwire/v1/report/{report_id}/unpin", body: "*")])

  /// Shows the first rows that a template gives, and how its source finds them, without making a
  /// report.
  public static let preview = Method<PreviewTemplateRequest, TemplatePreview>(
    service: name, name: "preview", permission: .run, needsDomain: true, isIdempotent: true,
    httpRules: [HTTPRule(.post, "/reportwire/v1/template/{template_id}/preview", body: "*")])

  /// Tells which reports of the domain have a file with these bytes: the ten newest at most, the newest
  /// first.
  public static let find = Method<FindReportsRequest, ReportsInfo>(
    service: name, name: "find", permission: .read, needsDomain: true, isIdempotent: true,
    httpRules: [HTTPRule(.get, "/reportwire/v1/file/{sha256}")])

  /// The service with all its methods, in the order of the proto file.
  public static let service = ServiceDescriptor(
    name: name,
    methods: [
      cancel.descriptor,
      watch.descriptor,
      inspect.descriptor,
      delete.descriptor,
      pin.descriptor,
      unpin.descriptor,
      preview.descriptor,
      find.descriptor,
    ])
}
