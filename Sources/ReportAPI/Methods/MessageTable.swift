public import ProtobufWire

/// Every message of the report API, for reflection and for tests that leave none out.
public enum MessageTable {
  /// The messages by the proto file that declares them, in its order.
  public static let messages: [any Message.Type] = [
    // spaceone/api/core/v1/query.proto
    Filter.self,
    Sort.self,
    Page.self,
    Query.self,
    AggregateGroupKey.self,
    AggregateGroupField.self,
    AggregateGroup.self,
    AggregateUnwind.self,
    AggregateCount.self,
    StatisticsAggregate.self,
    StatisticsSort.self,
    StatisticsQuery.self,
    // spaceone/api/report/v1/schedule.proto
    GetScheduleRequest.self,
    AddScheduleRequest.self,
    DeleteScheduleRequest.self,
    EnableScheduleRequest.self,
    DisableScheduleRequest.self,
    ScheduleStatQuery.self,
    ScheduleQuery.self,
    ScheduleInfo.self,
    SchedulesInfo.self,
    // spaceone/api/report/v1/storage_type.proto
    GetStorageTypeRequest.self,
    StorageTypeQuery.self,
    StorageTypeInfo.self,
    StorageTypesInfo.self,
    // spaceone/api/report/v1/storage.proto
    GetStorageRequest.self,
    RegisterStorageRequest.self,
    DeregisterStorageRequest.self,
    UpdateStorageRequest.self,
    StorageQuery.self,
    StorageInfo.self,
    StoragesInfo.self,
    // spaceone/api/report/v1/report.proto
    GetDownloadURLRequest.self,
    GetReportRequest.self,
    ReportQuery.self,
    CreateReportRequest.self,
    ReportError.self,
    ReportDownloadInfo.self,
    ReportInfo.self,
    ReportsInfo.self,
    // spaceone/api/report/v1/domain.proto
    GetDomainRequest.self,
    EnableDomainRequest.self,
    DisableDomainRequest.self,
    DomainQuery.self,
    IdentityInfo.self,
    RelationResourceInfo.self,
    DomainInfo.self,
    DomainsInfo.self,
    // spaceone/api/report/v1/template.proto
    GetTemplateRequest.self,
    TemplateQuery.self,
    TemplateInfo.self,
    TemplatesInfo.self,
    // spaceone/api/core/v1/server_info.proto
    VersionInfo.self,
    // reportwire/v1/report_control.proto
    CancelReportRequest.self,
    WatchReportRequest.self,
    InspectReportRequest.self,
    ReportProgress.self,
    ReportEvent.self,
    ArtifactInfo.self,
    ReportInspection.self,
  ]

  private static let byName = Dictionary(
    uniqueKeysWithValues: messages.map { (UTF8Key($0.descriptor.fullName), $0) })

  /// The message of a full name, such as `spaceone.api.report.v1.ReportInfo`; nil if there is none.
  public static func message(named fullName: String) -> (any Message.Type)? {
    byName[UTF8Key(fullName)]
  }
}
