public import ProtobufWire
public import RPCCore

/// The proto files of the report API, and every message that they declare: for reflection, and for
/// tests that leave none out.
public enum MessageTable {
  /// The files, each behind those that it imports.
  public static let files: [ProtoFile] = [
    ProtoFile(
      "spaceone/api/core/v1/query.proto", package: "spaceone.api.core.v1",
      dependencies: [
        "google/protobuf/struct.proto"
      ],
      messages: [
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
      ],
      services: []),
    ProtoFile(
      "spaceone/api/core/v1/server_info.proto", package: "spaceone.api.core.v1",
      dependencies: [
        "google/protobuf/empty.proto"
      ],
      messages: [
        VersionInfo.self
      ],
      services: [ServerInfoMethods.service]),
    ProtoFile(
      "spaceone/api/report/v1/storage_type.proto", package: "spaceone.api.report.v1",
      dependencies: [
        "google/api/annotations.proto",
        "google/protobuf/struct.proto",
      ],
      messages: [
        GetStorageTypeRequest.self,
        StorageTypeQuery.self,
        StorageTypeInfo.self,
        StorageTypesInfo.self,
      ],
      services: [StorageTypeMethods.service]),
    ProtoFile(
      "spaceone/api/report/v1/storage.proto", package: "spaceone.api.report.v1",
      dependencies: [
        "google/api/annotations.proto",
        "google/protobuf/empty.proto",
        "google/protobuf/struct.proto",
        "google/protobuf/timestamp.proto",
        "spaceone/api/core/v1/query.proto",
        "spaceone/api/report/v1/storage_type.proto",
      ],
      messages: [
        GetStorageRequest.self,
        RegisterStorageRequest.self,
        DeregisterStorageRequest.self,
        UpdateStorageRequest.self,
        StorageQuery.self,
        StorageInfo.self,
        StoragesInfo.self,
      ],
      services: [StorageMethods.service]),
    ProtoFile(
      "spaceone/api/report/v1/report.proto", package: "spaceone.api.report.v1",
      dependencies: [
        "google/api/annotations.proto",
        "google/protobuf/struct.proto",
        "google/protobuf/timestamp.proto",
        "spaceone/api/core/v1/query.proto",
        "spaceone/api/report/v1/storage.proto",
      ],
      messages: [
        GetDownloadURLRequest.self,
        GetReportRequest.self,
        ReportQuery.self,
        CreateReportRequest.self,
        ReportError.self,
        ReportDownloadInfo.self,
        ReportInfo.self,
        ReportsInfo.self,
      ],
      services: [ReportMethods.service]),
    ProtoFile(
      "spaceone/api/report/v1/schedule.proto", package: "spaceone.api.report.v1",
      dependencies: [
        "google/api/annotations.proto",
        "google/protobuf/empty.proto",
        "google/protobuf/struct.proto",
        "google/protobuf/timestamp.proto",
        "spaceone/api/core/v1/query.proto",
      ],
      messages: [
        GetScheduleRequest.self,
        AddScheduleRequest.self,
        DeleteScheduleRequest.self,
        EnableScheduleRequest.self,
        DisableScheduleRequest.self,
        ScheduleStatQuery.self,
        ScheduleQuery.self,
        ScheduleInfo.self,
        SchedulesInfo.self,
      ],
      services: [ScheduleMethods.service]),
    ProtoFile(
      "spaceone/api/report/v1/domain.proto", package: "spaceone.api.report.v1",
      dependencies: [
        "google/api/annotations.proto",
        "google/protobuf/empty.proto",
        "google/protobuf/struct.proto",
        "spaceone/api/core/v1/query.proto",
      ],
      messages: [
        GetDomainRequest.self,
        EnableDomainRequest.self,
        DisableDomainRequest.self,
        DomainQuery.self,
        IdentityInfo.self,
        RelationResourceInfo.self,
        DomainInfo.self,
        DomainsInfo.self,
      ],
      services: [DomainMethods.service]),
    ProtoFile(
      "spaceone/api/report/v1/template.proto", package: "spaceone.api.report.v1",
      dependencies: [
        "google/api/annotations.proto",
        "google/protobuf/struct.proto",
      ],
      messages: [
        GetTemplateRequest.self,
        TemplateQuery.self,
        TemplateInfo.self,
        TemplatesInfo.self,
      ],
      services: [TemplateMethods.service]),
    ProtoFile(
      "reportwire/v1/report_control.proto", package: "reportwire.v1",
      dependencies: [
        "google/api/annotations.proto",
        "google/protobuf/empty.proto",
        "google/protobuf/struct.proto",
        "google/protobuf/timestamp.proto",
        "spaceone/api/report/v1/report.proto",
      ],
      messages: [
        CancelReportRequest.self,
        WatchReportRequest.self,
        InspectReportRequest.self,
        DeleteReportRequest.self,
        PinReportRequest.self,
        UnpinReportRequest.self,
        FindReportsRequest.self,
        ReportProgress.self,
        ReportEvent.self,
        ArtifactInfo.self,
        ReportInspection.self,
        PreviewTemplateRequest.self,
        PreviewColumn.self,
        PlanStep.self,
        TemplatePreview.self,
      ],
      services: [ReportControlMethods.service]),
    ProtoFile(
      "reportwire/v1/audit.proto", package: "reportwire.v1",
      dependencies: [
        "google/api/annotations.proto",
        "google/protobuf/timestamp.proto",
      ],
      messages: [
        AuditQuery.self,
        AuditEventInfo.self,
        AuditEventsInfo.self,
      ],
      services: [AuditMethods.service]),
  ]

  /// The messages of all files.
  public static let messages: [any Message.Type] = files.flatMap(\.messages)

  private static let byName = Dictionary(
    uniqueKeysWithValues: messages.map { (UTF8Key($0.descriptor.fullName), $0) })

  /// The message of a full name, such as `spaceone.api.report.v1.ReportInfo`; nil if there is none.
  public static func message(named fullName: String) -> (any Message.Type)? {
    byName[UTF8Key(fullName)]
  }
}
