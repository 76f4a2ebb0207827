public import ProtobufWire
public import RPCCore

/// Keeps the list of a domain's schedules.
public enum ScheduleMethods {
  private static let name = "spaceone.api.report.v1.Schedule"

  /// Reads one schedule.
  public static let get = Method<GetScheduleRequest, ScheduleInfo>(
    service: name, name: "get", permission: .read, needsDomain: true, isIdempotent: true,
    httpRules: [HTTPRule(.get, "/report/v1/schedule/{schedule_id}")])

  /// Reads the schedules of a domain that match a query.
  public static let list = Method<ScheduleQuery, SchedulesInfo>(
    service: name, name: "list", permission: .read, needsDomain: true, isIdempotent: true,
    isBulk: true,
    httpRules: [
      HTTPRule(.get, "/report/v1/schedules"),
      HTTPRule(.post, "/report/v1/schedules/search", body: "*"),
    ])

  /// Adds a schedule, enabled.
  public static let add = Method<AddScheduleRequest, ScheduleInfo>(
    service: name, name: "add", permission: .manage, needsDomain: true,
    httpRules: [HTTPRule(.post, "/report/v1/schedule", body: "*")])

  /// Takes a schedule away; the reports it made stay.
  public static let delete = Method<DeleteScheduleRequest, Empty>(
    service: name, name: "delete", permission: .manage, needsDomain: true,
    httpRules: [HTTPRule(.delete, "/report/v1/schedule/{schedule_id}")])

  /// Lets a schedule create reports again.
  public static let enable = Method<EnableScheduleRequest, ScheduleInfo>(
    service: name, name: "enable", permission: .manage, needsDomain: true, isIdempotent: true,
    httpRules: [HTTPRule(.put, "/report/v1/schedule/{schedule_id}/enable", body: "*")])

  /// Keeps a schedule from creating reports, until it is enabled.
  public static let disable = Method<DisableScheduleRequest, ScheduleInfo>(
    service: name, name: "disable", permission: .manage, needsDomain: true, isIdempotent: true,
    httpRules: [HTTPRule(.put, "/report/v1/schedule/{schedule_id}/disable", body: "*")])

  /// Sums up the schedules of a domain.
  public static let stat = Method<ScheduleStatQuery, Struct>(
    service: name, name: "stat", permission: .read, needsDomain: true, isIdempotent: true,
    httpRules: [HTTPRule(.post, "/report/v1/schedules/stat", body: "*")])

  /// The service with all its methods, in the order of the proto file.
  public static let service = ServiceDescriptor(
    name: name,
    methods: [
      get.descriptor,
      list.descriptor,
      add.descriptor,
      delete.descriptor,
      enable.descriptor,
      disable.descriptor,
      stat.descriptor,
    ])
}
