// Written by scripts/descriptors from proto/; not to be edited.

/// The comments of the proto files, by the full names of what they are about: services, methods
/// (`package.Service.method`), messages, fields, enums and their values.
public enum ProtoComments {
  /// The comments, each in one line.
  public static let all: [String: String] = [
    "reportwire.v1.ArtifactInfo":
      "A file of a report.",
    "reportwire.v1.ArtifactInfo.bytes":
      "Its size.",
    "reportwire.v1.ArtifactInfo.format":
      "The file's format, such as `csv`.",
    "reportwire.v1.ArtifactInfo.media_type":
      "Its media type, such as `text/csv; charset=utf-8`.",
    "reportwire.v1.ArtifactInfo.path":
      "Where it is within the storage.",
    "reportwire.v1.ArtifactInfo.rows":
      "The rows of data in it, without headings.",
    "reportwire.v1.ArtifactInfo.sha256":
      "The SHA-256 of its bytes: 64 lower-case hexadecimal digits.",
    "reportwire.v1.Audit":
      "Tells who did what.",
    "reportwire.v1.Audit.list":
      "Reads what callers did in a domain, the newest first: creates, cancels, downloads and changes.",
    "reportwire.v1.AuditEventInfo":
      "Something that a caller did, or wanted to do.",
    "reportwire.v1.AuditEventInfo.at":
      "When it began.",
    "reportwire.v1.AuditEventInfo.authentication":
      "How the server knew the caller: none, token, certificate, signed_url.",
    "reportwire.v1.AuditEventInfo.bytes":
      "Of a download: how many bytes were sent.",
    "reportwire.v1.AuditEventInfo.caller_domain_id":
      "The only domain that the caller reaches; empty: every one, or none.",
    "reportwire.v1.AuditEventInfo.code":
      "The status, such as OK or PERMISSION_DENIED.",
    "reportwire.v1.AuditEventInfo.domain_id":
      "The tenant whose audit it stands in; empty: none is known.",
    "reportwire.v1.AuditEventInfo.door":
      "The door it came through: ttrpc, grpc, http.",
    "reportwire.v1.AuditEventInfo.event_id":
      "Unique; begins with the time.",
    "reportwire.v1.AuditEventInfo.is_complete":
      "Of a download: whether the whole file was sent.",
    "reportwire.v1.AuditEventInfo.left_out":
      "How many failed calls of the same peer, since its last line, have none.",
    "reportwire.v1.AuditEventInfo.method":
      "`service/method`; `download` for files; `left_out` for a line that only tells left_out.",
    "reportwire.v1.AuditEventInfo.peer":
      "The other side of the connection, such as 127.0.0.1:41234.",
    "reportwire.v1.AuditEventInfo.reason":
      "The error's reason, such as ERROR_NOT_FOUND.",
    "reportwire.v1.AuditEventInfo.request_id":
      "What the caller named its call (transaction_id, X-Request-Id).",
    "reportwire.v1.AuditEventInfo.resource_id":
      "The report or other resource it was about; empty if none is known.",
    "reportwire.v1.AuditEventInfo.roles":
      "The caller's roles.",
    "reportwire.v1.AuditEventInfo.subject":
      "Who it was; empty if nobody said.",
    "reportwire.v1.AuditEventInfo.trace_id":
      "Of a W3C trace context.",
    "reportwire.v1.AuditEventsInfo":
      "A page of events.",
    "reportwire.v1.AuditEventsInfo.next_cursor":
      "Where the next page begins; empty: there are no more.",
    "reportwire.v1.AuditEventsInfo.results":
      "The events, the newest first.",
    "reportwire.v1.AuditQuery":
      "Which events of the audit to read.",
    "reportwire.v1.AuditQuery.cursor":
      "Where to go on: `next_cursor` of the page before; empty: from the newest on.",
    "reportwire.v1.AuditQuery.domain_id":
      "The tenant whose audit it is; empty: the caller's own, or all for callers that reach every one.",
    "reportwire.v1.AuditQuery.limit":
      "How many events at most, up to 1000; 0: 100.",
    "reportwire.v1.AuditQuery.method":
      "Only events of this method, `service/method`, or `download`.",
    "reportwire.v1.AuditQuery.resource_id":
      "Only events about this report or other resource.",
    "reportwire.v1.AuditQuery.since":
      "Only events that began at this moment or later.",
    "reportwire.v1.AuditQuery.subject":
      "Only events of this caller.",
    "reportwire.v1.AuditQuery.until":
      "Only events that began before this moment.",
    "reportwire.v1.CancelReportRequest":
      "Asks that a report is called off.",
    "reportwire.v1.CancelReportRequest.domain_id":
      "The tenant that the report belongs to; required.",
    "reportwire.v1.CancelReportRequest.report_id":
      "The report; required.",
    "reportwire.v1.DeleteReportRequest":
      "Asks that a report and its files are removed.",
    "reportwire.v1.DeleteReportRequest.domain_id":
      "The tenant that the report belongs to; required.",
    "reportwire.v1.DeleteReportRequest.report_id":
      "The report; required.",
    "reportwire.v1.FindReportsRequest":
      "Asks for the reports that have a certain file.",
    "reportwire.v1.FindReportsRequest.domain_id":
      "The tenant that the reports belong to; required.",
    "reportwire.v1.FindReportsRequest.sha256":
      "The SHA-256 of the file: 64 lower-case hexadecimal digits; required.",
    "reportwire.v1.InspectReportRequest":
      "Asks for everything about a report.",
    "reportwire.v1.InspectReportRequest.domain_id":
      "The tenant that the report belongs to; required.",
    "reportwire.v1.InspectReportRequest.report_id":
      "The report; required.",
    "reportwire.v1.PinReportRequest":
      "Asks that a report is kept, however old it gets.",
    "reportwire.v1.PinReportRequest.domain_id":
      "The tenant that the report belongs to; required.",
    "reportwire.v1.PinReportRequest.report_id":
      "The report; required.",
    "reportwire.v1.PlanStep":
      "A step of how the source finds the rows.",
    "reportwire.v1.PlanStep.depth":
      "How many steps it is a part of.",
    "reportwire.v1.PlanStep.detail":
      "The step in the source's words.",
    "reportwire.v1.PlanStep.warning":
      "What makes it slow, and what helps; empty if nothing is known to.",
    "reportwire.v1.PreviewColumn":
      "A column of a preview.",
    "reportwire.v1.PreviewColumn.kinds":
      "What the values shown are, NULL aside: `integer`, `double`, `text`, `blob`, and what types make of them.",
    "reportwire.v1.PreviewColumn.name":
      "The name that the query gives it.",
    "reportwire.v1.PreviewColumn.title":
      "What readers of a report see.",
    "reportwire.v1.PreviewColumn.type":
      "What the template says that its values are, such as `date`; empty if it does not say.",
    "reportwire.v1.PreviewTemplateRequest":
      "Asks what a template gives.",
    "reportwire.v1.PreviewTemplateRequest.domain_id":
      "The tenant whose rows are shown; required.",
    "reportwire.v1.PreviewTemplateRequest.template_id":
      "The template's id or name; required.",
    "reportwire.v1.PreviewTemplateRequest.template_options":
      "Its parameters, as in a create; formats have no effect.",
    "reportwire.v1.ReportControl":
      "Steers and explains reports that `spaceone.api.report.v1.Report` has created.",
    "reportwire.v1.ReportControl.cancel":
      "Calls a report off. One that waits is CANCELED at once, one that runs within a second; one that has ended stays as it is.",
    "reportwire.v1.ReportControl.delete":
      "Removes a report and its files. One that runs is refused; cancel it first.",
    "reportwire.v1.ReportControl.find":
      "Tells which reports of the domain have a file with these bytes: the ten newest at most, the newest first.",
    "reportwire.v1.ReportControl.inspect":
      "Tells everything about a report: what was asked for, what happened, and which files came out.",
    "reportwire.v1.ReportControl.pin":
      "Keeps a report, however old it gets.",
    "reportwire.v1.ReportControl.preview":
      "Shows the first rows that a template gives, and how its source finds them, without making a report.",
    "reportwire.v1.ReportControl.unpin":
      "Keeps a report no longer than others.",
    "reportwire.v1.ReportControl.watch":
      "Follows a report: sends where it stands, then every change, and ends after the terminal state.",
    "reportwire.v1.ReportEvent":
      "Something that happened to a report.",
    "reportwire.v1.ReportEvent.at":
      "When it happened.",
    "reportwire.v1.ReportEvent.attempt":
      "The attempt it belongs to, counted from 1; 0 before the first.",
    "reportwire.v1.ReportEvent.kind":
      "What happened, in one word, such as `created`, `claimed` or `finished`.",
    "reportwire.v1.ReportEvent.message":
      "More about it, for people.",
    "reportwire.v1.ReportEvent.state":
      "The report's state afterwards.",
    "reportwire.v1.ReportEvent.worker":
      "The worker that did it; empty where none was involved.",
    "reportwire.v1.ReportInspection":
      "Everything about a report.",
    "reportwire.v1.ReportInspection.artifacts":
      "Its files, in the order the formats were asked for; empty until FINISHED.",
    "reportwire.v1.ReportInspection.attempts":
      "How many attempts were started.",
    "reportwire.v1.ReportInspection.is_pinned":
      "Whether it is kept, however old it gets.",
    "reportwire.v1.ReportInspection.kept_until":
      "When it is removed; absent if it is kept for ever, or has not ended.",
    "reportwire.v1.ReportInspection.name":
      "What people call it.",
    "reportwire.v1.ReportInspection.parameters":
      "The template's parameters as they were bound, defaults included.",
    "reportwire.v1.ReportInspection.progress":
      "Where it stands.",
    "reportwire.v1.ReportInspection.report":
      "The report itself.",
    "reportwire.v1.ReportInspection.texts_replaced":
      "Texts of the source that were not UTF-8 and were changed, as source or template allow.",
    "reportwire.v1.ReportInspection.timeline":
      "What happened, in order.",
    "reportwire.v1.ReportInspection.traceparent":
      "Where the call that asked for it stood in a trace (W3C Trace Context); empty if in none.",
    "reportwire.v1.ReportProgress":
      "Where a report stands at one moment.",
    "reportwire.v1.ReportProgress.attempt":
      "Which attempt it is, counted from 1; 0 before the first.",
    "reportwire.v1.ReportProgress.bytes":
      "Bytes written so far by the present attempt, over all formats.",
    "reportwire.v1.ReportProgress.error":
      "Why it ended early; absent while it runs and when it is FINISHED.",
    "reportwire.v1.ReportProgress.expected_rows":
      "Rows that it is expected to have, by what earlier runs of its template had; 0 if nothing is known, and once it has ended.",
    "reportwire.v1.ReportProgress.poll_after_milliseconds":
      "After how long there may be news, for callers that ask again instead of following; 0 once it has ended.",
    "reportwire.v1.ReportProgress.report_id":
      "The report.",
    "reportwire.v1.ReportProgress.rows":
      "Rows read so far by the present attempt.",
    "reportwire.v1.ReportProgress.state":
      "Its state; the last message of a stream has a terminal one.",
    "reportwire.v1.ReportProgress.updated_at":
      "When the report last changed.",
    "reportwire.v1.TemplatePreview":
      "What a template gives.",
    "reportwire.v1.TemplatePreview.columns":
      "The columns, in their order.",
    "reportwire.v1.TemplatePreview.cut_by":
      "Which bound there may be more rows behind: `rows`, `bytes` or `seconds`; empty if these are all.",
    "reportwire.v1.TemplatePreview.plan":
      "How the source finds the rows; empty where it does not say.",
    "reportwire.v1.TemplatePreview.rows":
      "The first rows, a value for each column. Whole numbers beyond 2^53 and decimals are strings, dates and moments in ISO 8601, blobs in base64.",
    "reportwire.v1.TemplatePreview.template_id":
      "The template.",
    "reportwire.v1.UnpinReportRequest":
      "Asks that a report is kept no longer than others.",
    "reportwire.v1.UnpinReportRequest.domain_id":
      "The tenant that the report belongs to; required.",
    "reportwire.v1.UnpinReportRequest.report_id":
      "The report; required.",
    "reportwire.v1.WatchReportRequest":
      "Asks to follow a report.",
    "reportwire.v1.WatchReportRequest.domain_id":
      "The tenant that the report belongs to; required.",
    "reportwire.v1.WatchReportRequest.report_id":
      "The report; required.",
    "spaceone.api.core.v1.AggregateCount":
      "Counts what the steps before have left.",
    "spaceone.api.core.v1.AggregateCount.name":
      "What the number is called in the result.",
    "spaceone.api.core.v1.AggregateGroup":
      "What rows are grouped by and what is computed for each group.",
    "spaceone.api.core.v1.AggregateGroup.fields":
      "The values of each group.",
    "spaceone.api.core.v1.AggregateGroup.keys":
      "The fields whose values name a group.",
    "spaceone.api.core.v1.AggregateGroupField":
      "A value computed over the rows of a group.",
    "spaceone.api.core.v1.AggregateGroupField.date_format":
      "How a date is written before it is used; dates stay as they are if empty.",
    "spaceone.api.core.v1.AggregateGroupField.k":
      "The field's path, under its short name.",
    "spaceone.api.core.v1.AggregateGroupField.key":
      "The field's path.",
    "spaceone.api.core.v1.AggregateGroupField.key_alias":
      "The field it is computed from; not needed for a count.",
    "spaceone.api.core.v1.AggregateGroupField.n":
      "The result's name for it, under its short name.",
    "spaceone.api.core.v1.AggregateGroupField.name":
      "The result's name for it.",
    "spaceone.api.core.v1.AggregateGroupField.name_alias":
      "What the value is called in the result.",
    "spaceone.api.core.v1.AggregateGroupField.o":
      "The operator's name, under its short name.",
    "spaceone.api.core.v1.AggregateGroupField.operator":
      "The operator's name.",
    "spaceone.api.core.v1.AggregateGroupField.operator_alias":
      "How it is computed, such as `count`, `sum`, `average` or `max`.",
    "spaceone.api.core.v1.AggregateGroupField.operator_value":
      "A further operand, for the operators that take one.",
    "spaceone.api.core.v1.AggregateGroupField.v":
      "The operand, under its short name.",
    "spaceone.api.core.v1.AggregateGroupField.value":
      "The operand.",
    "spaceone.api.core.v1.AggregateGroupKey":
      "A field that rows are grouped by.",
    "spaceone.api.core.v1.AggregateGroupKey.date_format":
      "How a date is written before it is compared, such as `%Y-%m`; dates stay as they are if empty.",
    "spaceone.api.core.v1.AggregateGroupKey.k":
      "The field's path, under its short name.",
    "spaceone.api.core.v1.AggregateGroupKey.key":
      "The field's path.",
    "spaceone.api.core.v1.AggregateGroupKey.key_alias":
      "The field.",
    "spaceone.api.core.v1.AggregateGroupKey.n":
      "The result's name for it, under its short name.",
    "spaceone.api.core.v1.AggregateGroupKey.name":
      "The result's name for it.",
    "spaceone.api.core.v1.AggregateGroupKey.name_alias":
      "What the field is called in the result.",
    "spaceone.api.core.v1.AggregateUnwind":
      "Makes one row of every element of a list.",
    "spaceone.api.core.v1.AggregateUnwind.path":
      "The path of the list.",
    "spaceone.api.core.v1.Filter":
      "One condition: a field, an operator and a value. Each part can be written out or by its short alias; of the two, the one that comes last on the wire counts.",
    "spaceone.api.core.v1.Filter.k":
      "The field's path, under its short name.",
    "spaceone.api.core.v1.Filter.key":
      "The field's path.",
    "spaceone.api.core.v1.Filter.key_alias":
      "The field that is looked at, in snake case; dots lead into nested fields (`template_options.department`).",
    "spaceone.api.core.v1.Filter.o":
      "The operator's name, under its short name.",
    "spaceone.api.core.v1.Filter.operator":
      "The operator's name.",
    "spaceone.api.core.v1.Filter.operator_alias":
      "How field and value are compared, such as `eq`, `contain_in` or `timediff_gt`.",
    "spaceone.api.core.v1.Filter.v":
      "The value, under its short name.",
    "spaceone.api.core.v1.Filter.value":
      "The value, or the list of values for an operator that takes one.",
    "spaceone.api.core.v1.Filter.value_alias":
      "What the field is compared with. Enum values are written by name; numbers are doubles.",
    "spaceone.api.core.v1.Page":
      "A slice of a list.",
    "spaceone.api.core.v1.Page.limit":
      "The number of rows at most; 0 means all.",
    "spaceone.api.core.v1.Page.start":
      "The position of the first row, counted from 1; 0 means 1.",
    "spaceone.api.core.v1.Query":
      "Which resources a list contains, in which order, and how much of each is sent.",
    "spaceone.api.core.v1.Query.count_only":
      "Whether only the number of matches is sent, without results.",
    "spaceone.api.core.v1.Query.filter":
      "Conditions that all must hold.",
    "spaceone.api.core.v1.Query.filter_or":
      "Conditions of which one must hold, if there are any; beside those of `filter`.",
    "spaceone.api.core.v1.Query.keyword":
      "Words separated by spaces, looked for in the fields that people read, whatever their case.",
    "spaceone.api.core.v1.Query.minimal":
      "Whether only ids, names and states are sent.",
    "spaceone.api.core.v1.Query.only":
      "The paths of the fields that are sent; all if empty. Joins with `minimal`.",
    "spaceone.api.core.v1.Query.page":
      "The slice; everything if absent.",
    "spaceone.api.core.v1.Query.sort":
      "The order; newest first if absent.",
    "spaceone.api.core.v1.ServerInfo":
      "Facts about the server that need no permission.",
    "spaceone.api.core.v1.ServerInfo.get_version":
      "Tells which version of the server answers.",
    "spaceone.api.core.v1.Sort":
      "The order of a list.",
    "spaceone.api.core.v1.Sort.desc":
      "Whether the greatest comes first.",
    "spaceone.api.core.v1.Sort.key":
      "The field to sort by. Equal ones keep the order of their ids.",
    "spaceone.api.core.v1.StatisticsAggregate":
      "The steps of a summary, in this order.",
    "spaceone.api.core.v1.StatisticsAggregate.count":
      "The count at the end; absent if the groups themselves are wanted.",
    "spaceone.api.core.v1.StatisticsAggregate.group":
      "How rows are grouped; absent if they are only counted.",
    "spaceone.api.core.v1.StatisticsAggregate.unwind":
      "Lists that are taken apart first.",
    "spaceone.api.core.v1.StatisticsQuery":
      "A summary of resources instead of the resources themselves.",
    "spaceone.api.core.v1.StatisticsQuery.aggregate":
      "What is computed; absent if `distinct` is asked for.",
    "spaceone.api.core.v1.StatisticsQuery.distinct":
      "The path of a field whose different values are the result; excludes `aggregate`.",
    "spaceone.api.core.v1.StatisticsQuery.filter":
      "Conditions that all must hold.",
    "spaceone.api.core.v1.StatisticsQuery.filter_or":
      "Conditions of which one must hold, if there are any; beside those of `filter`.",
    "spaceone.api.core.v1.StatisticsQuery.keyword":
      "Words separated by spaces, looked for in the fields that people read, whatever their case.",
    "spaceone.api.core.v1.StatisticsQuery.limit":
      "So many rows from the start.",
    "spaceone.api.core.v1.StatisticsQuery.limit_result":
      "How much of the result is sent.",
    "spaceone.api.core.v1.StatisticsQuery.page":
      "A slice of it.",
    "spaceone.api.core.v1.StatisticsQuery.sort":
      "The order of the result; as it comes if absent.",
    "spaceone.api.core.v1.StatisticsSort":
      "The order of a summary.",
    "spaceone.api.core.v1.StatisticsSort.desc":
      "Whether the greatest comes first.",
    "spaceone.api.core.v1.StatisticsSort.name":
      "A name of the result.",
    "spaceone.api.core.v1.VersionInfo":
      "The version of a server.",
    "spaceone.api.core.v1.VersionInfo.version":
      "The version, such as `1.6.1`.",
    "spaceone.api.report.v1.AddScheduleRequest":
      "Asks for a new schedule.",
    "spaceone.api.report.v1.AddScheduleRequest.domain_id":
      "The tenant that the schedule will belong to; required.",
    "spaceone.api.report.v1.AddScheduleRequest.name":
      "What people call the schedule; its reports are named after it. Required.",
    "spaceone.api.report.v1.AddScheduleRequest.schedule":
      "When it creates a report: exactly one of `cron`, `interval` (minutes), `minutes` and `hours`, and optionally `timezone`, an IANA name; required.",
    "spaceone.api.report.v1.AddScheduleRequest.storage_id":
      "Where its reports' files go; the server's own storage if empty.",
    "spaceone.api.report.v1.AddScheduleRequest.template_id":
      "The template of its reports; required.",
    "spaceone.api.report.v1.AddScheduleRequest.template_options":
      "What each of its reports gives to the template.",
    "spaceone.api.report.v1.CreateReportRequest":
      "Asks for a new report.",
    "spaceone.api.report.v1.CreateReportRequest.domain_id":
      "The tenant that the report will belong to; required.",
    "spaceone.api.report.v1.CreateReportRequest.name":
      "What people call the report; required. The downloaded file is named after it.",
    "spaceone.api.report.v1.CreateReportRequest.storage_id":
      "Where the files go; the server's own storage if empty.",
    "spaceone.api.report.v1.CreateReportRequest.template_id":
      "The template that says what is reported; required.",
    "spaceone.api.report.v1.CreateReportRequest.template_options":
      "The template's parameters by name, and `formats`, the list of file formats to make.",
    "spaceone.api.report.v1.DeleteScheduleRequest":
      "Asks for the end of a schedule.",
    "spaceone.api.report.v1.DeleteScheduleRequest.domain_id":
      "The tenant that the schedule belongs to; required.",
    "spaceone.api.report.v1.DeleteScheduleRequest.schedule_id":
      "The schedule; required.",
    "spaceone.api.report.v1.DeregisterStorageRequest":
      "Asks for the end of a storage.",
    "spaceone.api.report.v1.DeregisterStorageRequest.domain_id":
      "The tenant that the storage belongs to; required.",
    "spaceone.api.report.v1.DeregisterStorageRequest.storage_id":
      "The storage; required.",
    "spaceone.api.report.v1.DisableDomainRequest":
      "Asks that a domain makes no more reports.",
    "spaceone.api.report.v1.DisableDomainRequest.domain_id":
      "The domain; required.",
    "spaceone.api.report.v1.DisableScheduleRequest":
      "Asks that a schedule pauses.",
    "spaceone.api.report.v1.DisableScheduleRequest.domain_id":
      "The tenant that the schedule belongs to; required.",
    "spaceone.api.report.v1.DisableScheduleRequest.schedule_id":
      "The schedule; required.",
    "spaceone.api.report.v1.Domain":
      "Keeps the list of domains that use reports.",
    "spaceone.api.report.v1.Domain.disable":
      "Keeps a domain from making reports; those it has stay readable.",
    "spaceone.api.report.v1.Domain.enable":
      "Lets a domain make reports.",
    "spaceone.api.report.v1.Domain.get":
      "Reads one domain.",
    "spaceone.api.report.v1.Domain.list":
      "Reads the domains that match a query.",
    "spaceone.api.report.v1.DomainInfo":
      "A domain: a tenant and what it may report on.",
    "spaceone.api.report.v1.DomainInfo.domain_id":
      "The domain's id: `domain-` and 12 hexadecimal digits.",
    "spaceone.api.report.v1.DomainInfo.register_templates":
      "The ids of the templates that it may use.",
    "spaceone.api.report.v1.DomainInfo.relation_resources":
      "The resources of other services that its reports draw on.",
    "spaceone.api.report.v1.DomainQuery":
      "Asks for domains. Every field that is set narrows the result.",
    "spaceone.api.report.v1.DomainQuery.domain_id":
      "The one domain with this id.",
    "spaceone.api.report.v1.DomainQuery.query":
      "Conditions, order and page. The key `state` (ENABLE or DISABLE) may be asked for too.",
    "spaceone.api.report.v1.DomainsInfo":
      "A list of domains.",
    "spaceone.api.report.v1.DomainsInfo.results":
      "The domains of the page that was asked for.",
    "spaceone.api.report.v1.DomainsInfo.total_count":
      "How many domains match, on all pages together.",
    "spaceone.api.report.v1.EnableDomainRequest":
      "Asks that a domain may make reports.",
    "spaceone.api.report.v1.EnableDomainRequest.domain_id":
      "The domain; required.",
    "spaceone.api.report.v1.EnableScheduleRequest":
      "Asks that a schedule creates reports again.",
    "spaceone.api.report.v1.EnableScheduleRequest.domain_id":
      "The tenant that the schedule belongs to; required.",
    "spaceone.api.report.v1.EnableScheduleRequest.schedule_id":
      "The schedule; required.",
    "spaceone.api.report.v1.GetDomainRequest":
      "Asks for one domain. Number 2 is free.",
    "spaceone.api.report.v1.GetDomainRequest.domain_id":
      "The domain; required.",
    "spaceone.api.report.v1.GetDomainRequest.only":
      "The paths of the fields that are sent; all if empty.",
    "spaceone.api.report.v1.GetDownloadURLRequest":
      "Asks for the link to a report's file.",
    "spaceone.api.report.v1.GetDownloadURLRequest.domain_id":
      "The tenant that the report belongs to; required.",
    "spaceone.api.report.v1.GetDownloadURLRequest.report_id":
      "The report; required. It must be FINISHED.",
    "spaceone.api.report.v1.GetReportRequest":
      "Asks for one report.",
    "spaceone.api.report.v1.GetReportRequest.domain_id":
      "The tenant that the report belongs to; required.",
    "spaceone.api.report.v1.GetReportRequest.only":
      "The paths of the fields that are sent; all if empty.",
    "spaceone.api.report.v1.GetReportRequest.report_id":
      "The report; required.",
    "spaceone.api.report.v1.GetScheduleRequest":
      "Asks for one schedule.",
    "spaceone.api.report.v1.GetScheduleRequest.domain_id":
      "The tenant that the schedule belongs to; required.",
    "spaceone.api.report.v1.GetScheduleRequest.only":
      "The paths of the fields that are sent; all if empty.",
    "spaceone.api.report.v1.GetScheduleRequest.schedule_id":
      "The schedule; required.",
    "spaceone.api.report.v1.GetStorageRequest":
      "Asks for one storage.",
    "spaceone.api.report.v1.GetStorageRequest.domain_id":
      "The tenant that the storage belongs to; required.",
    "spaceone.api.report.v1.GetStorageRequest.only":
      "The paths of the fields that are sent; all if empty.",
    "spaceone.api.report.v1.GetStorageRequest.storage_id":
      "The storage; required.",
    "spaceone.api.report.v1.GetStorageTypeRequest":
      "Asks for one kind of storage.",
    "spaceone.api.report.v1.GetStorageTypeRequest.domain_id":
      "The tenant that asks; required.",
    "spaceone.api.report.v1.GetStorageTypeRequest.only":
      "The paths of the fields that are sent; all if empty.",
    "spaceone.api.report.v1.GetStorageTypeRequest.storage_type_id":
      "The kind of storage; required.",
    "spaceone.api.report.v1.GetTemplateRequest":
      "Asks for one template.",
    "spaceone.api.report.v1.GetTemplateRequest.domain_id":
      "The tenant that asks: only what it may use is there. Empty: that of the caller, or every one.",
    "spaceone.api.report.v1.GetTemplateRequest.only":
      "The paths of the fields that are sent; all if empty.",
    "spaceone.api.report.v1.GetTemplateRequest.template_id":
      "The template; required.",
    "spaceone.api.report.v1.IdentityInfo":
      "One part of a resource's identity.",
    "spaceone.api.report.v1.IdentityInfo.key":
      "The name of the field, such as `project_id`.",
    "spaceone.api.report.v1.IdentityInfo.value":
      "The field's value.",
    "spaceone.api.report.v1.RegisterStorageRequest":
      "Asks for a new storage.",
    "spaceone.api.report.v1.RegisterStorageRequest.domain_id":
      "The tenant that the storage will belong to; required.",
    "spaceone.api.report.v1.RegisterStorageRequest.name":
      "What people call the storage; required.",
    "spaceone.api.report.v1.RegisterStorageRequest.options":
      "The settings that the kind asks for, such as bucket and prefix.",
    "spaceone.api.report.v1.RegisterStorageRequest.secret_id":
      "Where the credentials are kept; the storage itself holds none.",
    "spaceone.api.report.v1.RegisterStorageRequest.storage_type_id":
      "The kind of storage; required.",
    "spaceone.api.report.v1.RelationResourceInfo":
      "A resource of another service that a domain's reports draw on.",
    "spaceone.api.report.v1.RelationResourceInfo.identity":
      "What tells this resource from others of its kind.",
    "spaceone.api.report.v1.RelationResourceInfo.resource":
      "The kind of resource there, such as `CloudService`.",
    "spaceone.api.report.v1.RelationResourceInfo.service":
      "The service that owns the resource, such as `inventory`.",
    "spaceone.api.report.v1.RelationResourceInfo.tags":
      "Labels of the domain's own.",
    "spaceone.api.report.v1.Report":
      "Makes reports in the background and hands over their files.",
    "spaceone.api.report.v1.Report.create":
      "Queues a report and answers at once, in state CREATED.",
    "spaceone.api.report.v1.Report.get":
      "Reads one report.",
    "spaceone.api.report.v1.Report.get_download_url":
      "Makes a link to the file of a finished report.",
    "spaceone.api.report.v1.Report.list":
      "Reads the reports of a domain that match a query.",
    "spaceone.api.report.v1.ReportDownloadInfo":
      "The link to a report's file.",
    "spaceone.api.report.v1.ReportDownloadInfo.download_url":
      "Where a plain HTTP GET finds the file. It is signed and expires.",
    "spaceone.api.report.v1.ReportError":
      "Why a report did not become FINISHED.",
    "spaceone.api.report.v1.ReportError.code":
      "The reason for programs, from a fixed list, such as `ROW_LIMIT`.",
    "spaceone.api.report.v1.ReportError.message":
      "The reason for people; without secrets.",
    "spaceone.api.report.v1.ReportInfo":
      "A report: what was asked for and where it stands.",
    "spaceone.api.report.v1.ReportInfo.State":
      "The stations of a report's life; the last four are terminal.",
    "spaceone.api.report.v1.ReportInfo.State.CANCELED":
      "Somebody called it off.",
    "spaceone.api.report.v1.ReportInfo.State.CREATED":
      "It waits for its turn.",
    "spaceone.api.report.v1.ReportInfo.State.FAILURE":
      "It broke; `error` says why.",
    "spaceone.api.report.v1.ReportInfo.State.FINISHED":
      "Its files are there.",
    "spaceone.api.report.v1.ReportInfo.State.IN_PROGRESS":
      "A worker is making it.",
    "spaceone.api.report.v1.ReportInfo.State.TIMEOUT":
      "It took longer than its template allows.",
    "spaceone.api.report.v1.ReportInfo.created_at":
      "When it was asked for.",
    "spaceone.api.report.v1.ReportInfo.created_by":
      "The user who asked for it.",
    "spaceone.api.report.v1.ReportInfo.domain_id":
      "The tenant that the report belongs to.",
    "spaceone.api.report.v1.ReportInfo.error":
      "Why it ended early; absent while it runs and when it is FINISHED.",
    "spaceone.api.report.v1.ReportInfo.report_id":
      "The report's id: `report-` and 12 hexadecimal digits.",
    "spaceone.api.report.v1.ReportInfo.schedule_id":
      "The schedule that created it; empty if a person or program did.",
    "spaceone.api.report.v1.ReportInfo.state":
      "Where it stands.",
    "spaceone.api.report.v1.ReportInfo.storage_info":
      "Where its files are, or will be.",
    "spaceone.api.report.v1.ReportInfo.storage_path":
      "The folder of its files within the storage; empty until FINISHED.",
    "spaceone.api.report.v1.ReportInfo.template_id":
      "The template that it is made from.",
    "spaceone.api.report.v1.ReportInfo.template_options":
      "What the caller gave to the template.",
    "spaceone.api.report.v1.ReportQuery":
      "Asks for the reports of a domain. Every field that is set narrows the result.",
    "spaceone.api.report.v1.ReportQuery.created_by":
      "Reports that this user asked for.",
    "spaceone.api.report.v1.ReportQuery.domain_id":
      "The tenant whose reports are listed; required.",
    "spaceone.api.report.v1.ReportQuery.query":
      "Conditions, order and page.",
    "spaceone.api.report.v1.ReportQuery.report_id":
      "The one report with this id.",
    "spaceone.api.report.v1.ReportQuery.schedule_id":
      "Reports that this schedule created.",
    "spaceone.api.report.v1.ReportQuery.state":
      "Reports in this state. CREATED is number 0, which the wire cannot tell from absent: it means any state, and reports that wait are found with a condition in `query`.",
    "spaceone.api.report.v1.ReportQuery.storage_id":
      "Reports whose files are in this storage.",
    "spaceone.api.report.v1.ReportQuery.template_id":
      "Reports made from this template.",
    "spaceone.api.report.v1.ReportsInfo":
      "A list of reports.",
    "spaceone.api.report.v1.ReportsInfo.results":
      "The reports of the page that was asked for.",
    "spaceone.api.report.v1.ReportsInfo.total_count":
      "How many reports match, on all pages together.",
    "spaceone.api.report.v1.Schedule":
      "Keeps the list of a domain's schedules.",
    "spaceone.api.report.v1.Schedule.add":
      "Adds a schedule, enabled.",
    "spaceone.api.report.v1.Schedule.delete":
      "Takes a schedule away; the reports it made stay.",
    "spaceone.api.report.v1.Schedule.disable":
      "Keeps a schedule from creating reports, until it is enabled.",
    "spaceone.api.report.v1.Schedule.enable":
      "Lets a schedule create reports again.",
    "spaceone.api.report.v1.Schedule.get":
      "Reads one schedule.",
    "spaceone.api.report.v1.Schedule.list":
      "Reads the schedules of a domain that match a query.",
    "spaceone.api.report.v1.Schedule.stat":
      "Sums up the schedules of a domain.",
    "spaceone.api.report.v1.ScheduleInfo":
      "A schedule: what creates the same report again and again.",
    "spaceone.api.report.v1.ScheduleInfo.State":
      "Whether a schedule creates reports.",
    "spaceone.api.report.v1.ScheduleInfo.State.DISABLE":
      "It pauses.",
    "spaceone.api.report.v1.ScheduleInfo.State.ENABLE":
      "It does.",
    "spaceone.api.report.v1.ScheduleInfo.created_at":
      "When it was added.",
    "spaceone.api.report.v1.ScheduleInfo.domain_id":
      "The tenant that the schedule belongs to.",
    "spaceone.api.report.v1.ScheduleInfo.last_schedule_at":
      "When it created a report last; absent before the first.",
    "spaceone.api.report.v1.ScheduleInfo.name":
      "What people call it.",
    "spaceone.api.report.v1.ScheduleInfo.schedule":
      "When it creates a report; the shapes are those of `AddScheduleRequest.schedule`.",
    "spaceone.api.report.v1.ScheduleInfo.schedule_id":
      "The schedule's id: `sch-` and 12 hexadecimal digits.",
    "spaceone.api.report.v1.ScheduleInfo.state":
      "Whether it creates reports.",
    "spaceone.api.report.v1.ScheduleInfo.storage_id":
      "Where its reports' files go.",
    "spaceone.api.report.v1.ScheduleInfo.template_id":
      "The template of its reports.",
    "spaceone.api.report.v1.ScheduleInfo.template_options":
      "What each of its reports gives to the template.",
    "spaceone.api.report.v1.ScheduleQuery":
      "Asks for the schedules of a domain. Every field that is set narrows the result.",
    "spaceone.api.report.v1.ScheduleQuery.State":
      "Whether a schedule creates reports.",
    "spaceone.api.report.v1.ScheduleQuery.State.DISABLE":
      "It pauses.",
    "spaceone.api.report.v1.ScheduleQuery.State.ENABLE":
      "It does. Number 0, so in a query it means any state.",
    "spaceone.api.report.v1.ScheduleQuery.created_at":
      "Schedules added at this very moment.",
    "spaceone.api.report.v1.ScheduleQuery.domain_id":
      "The tenant whose schedules are listed; required.",
    "spaceone.api.report.v1.ScheduleQuery.name":
      "Schedules with this name.",
    "spaceone.api.report.v1.ScheduleQuery.query":
      "Conditions, order and page.",
    "spaceone.api.report.v1.ScheduleQuery.schedule_id":
      "The one schedule with this id.",
    "spaceone.api.report.v1.ScheduleQuery.state":
      "Schedules in this state.",
    "spaceone.api.report.v1.ScheduleQuery.storage_id":
      "Schedules whose files go to this storage.",
    "spaceone.api.report.v1.ScheduleQuery.template_id":
      "Schedules of this template.",
    "spaceone.api.report.v1.ScheduleStatQuery":
      "Asks for a summary of a domain's schedules.",
    "spaceone.api.report.v1.ScheduleStatQuery.domain_id":
      "The tenant whose schedules are counted; required.",
    "spaceone.api.report.v1.ScheduleStatQuery.query":
      "What is counted and how it is grouped; required.",
    "spaceone.api.report.v1.SchedulesInfo":
      "A list of schedules.",
    "spaceone.api.report.v1.SchedulesInfo.results":
      "The schedules of the page that was asked for.",
    "spaceone.api.report.v1.SchedulesInfo.total_count":
      "How many schedules match, on all pages together.",
    "spaceone.api.report.v1.Storage":
      "Keeps the list of a domain's storages.",
    "spaceone.api.report.v1.Storage.deregister":
      "Takes a storage out of a domain; files in it stay.",
    "spaceone.api.report.v1.Storage.get":
      "Reads one storage.",
    "spaceone.api.report.v1.Storage.list":
      "Reads the storages of a domain that match a query.",
    "spaceone.api.report.v1.Storage.register":
      "Adds a storage to a domain.",
    "spaceone.api.report.v1.Storage.update":
      "Changes what is set in the request and leaves the rest.",
    "spaceone.api.report.v1.StorageInfo":
      "A storage: a place for files that a domain may use.",
    "spaceone.api.report.v1.StorageInfo.created_at":
      "When it was registered.",
    "spaceone.api.report.v1.StorageInfo.domain_id":
      "The tenant that the storage belongs to; empty for one that every domain may use.",
    "spaceone.api.report.v1.StorageInfo.name":
      "What people call it.",
    "spaceone.api.report.v1.StorageInfo.options":
      "Its settings, as the kind asks for them.",
    "spaceone.api.report.v1.StorageInfo.secret_id":
      "Where its credentials are kept; empty if it needs none.",
    "spaceone.api.report.v1.StorageInfo.storage_id":
      "The storage's id: `storage-` and 12 hexadecimal digits.",
    "spaceone.api.report.v1.StorageInfo.storage_type_info":
      "The kind of storage it is.",
    "spaceone.api.report.v1.StorageQuery":
      "Asks for the storages of a domain. Every field that is set narrows the result.",
    "spaceone.api.report.v1.StorageQuery.domain_id":
      "The tenant whose storages are listed; required.",
    "spaceone.api.report.v1.StorageQuery.name":
      "Storages with this name.",
    "spaceone.api.report.v1.StorageQuery.query":
      "Conditions, order and page.",
    "spaceone.api.report.v1.StorageQuery.secret_id":
      "Storages that use these credentials.",
    "spaceone.api.report.v1.StorageQuery.storage_id":
      "The one storage with this id.",
    "spaceone.api.report.v1.StorageQuery.storage_type_id":
      "Storages of this kind.",
    "spaceone.api.report.v1.StorageType":
      "The catalogue of storage kinds.",
    "spaceone.api.report.v1.StorageType.get":
      "Reads one kind of storage. The published binding is the POST; GET is this server's addition.",
    "spaceone.api.report.v1.StorageType.list":
      "Reads the kinds of storage that match.",
    "spaceone.api.report.v1.StorageTypeInfo":
      "A kind of storage that the server can write to.",
    "spaceone.api.report.v1.StorageTypeInfo.name":
      "What people call it.",
    "spaceone.api.report.v1.StorageTypeInfo.options":
      "Which settings a storage of this kind takes.",
    "spaceone.api.report.v1.StorageTypeInfo.provider":
      "Who runs it, such as `aws`; empty for the server's own.",
    "spaceone.api.report.v1.StorageTypeInfo.storage_type":
      "The technique behind it: `local` or `s3`.",
    "spaceone.api.report.v1.StorageTypeInfo.storage_type_id":
      "The kind's id: `storage-type-` and 12 hexadecimal digits.",
    "spaceone.api.report.v1.StorageTypeQuery":
      "Asks for kinds of storage. Every field that is set narrows the result. Number 2 is free: this list takes no query.",
    "spaceone.api.report.v1.StorageTypeQuery.domain_id":
      "The tenant that asks; required.",
    "spaceone.api.report.v1.StorageTypeQuery.name":
      "Kinds with this name.",
    "spaceone.api.report.v1.StorageTypeQuery.storage_type":
      "Kinds of this technique, such as `local`.",
    "spaceone.api.report.v1.StorageTypeQuery.storage_type_id":
      "The one kind with this id.",
    "spaceone.api.report.v1.StorageTypesInfo":
      "A list of storage kinds.",
    "spaceone.api.report.v1.StorageTypesInfo.results":
      "The kinds of storage that match.",
    "spaceone.api.report.v1.StorageTypesInfo.total_count":
      "How many kinds match.",
    "spaceone.api.report.v1.StoragesInfo":
      "A list of storages.",
    "spaceone.api.report.v1.StoragesInfo.results":
      "The storages of the page that was asked for.",
    "spaceone.api.report.v1.StoragesInfo.total_count":
      "How many storages match, on all pages together.",
    "spaceone.api.report.v1.Template":
      "The catalogue of reports that can be asked for.",
    "spaceone.api.report.v1.Template.get":
      "Reads one template. The published binding is the POST; GET is this server's addition.",
    "spaceone.api.report.v1.Template.list":
      "Reads the templates that match.",
    "spaceone.api.report.v1.TemplateInfo":
      "A template: something that can be reported.",
    "spaceone.api.report.v1.TemplateInfo.State":
      "Whether reports can be made from a template.",
    "spaceone.api.report.v1.TemplateInfo.State.DISABLE":
      "They cannot.",
    "spaceone.api.report.v1.TemplateInfo.State.ENABLE":
      "They can.",
    "spaceone.api.report.v1.TemplateInfo.name":
      "Its name, which is unique.",
    "spaceone.api.report.v1.TemplateInfo.options":
      "What its parameters are, with types and limits, and which formats it makes.",
    "spaceone.api.report.v1.TemplateInfo.state":
      "Whether reports can be made from it.",
    "spaceone.api.report.v1.TemplateInfo.template_id":
      "The template's id: `template-` and 12 hexadecimal digits.",
    "spaceone.api.report.v1.TemplateQuery":
      "Asks for templates. Every field that is set narrows the result.",
    "spaceone.api.report.v1.TemplateQuery.State":
      "Whether reports can be made from a template.",
    "spaceone.api.report.v1.TemplateQuery.State.DISABLE":
      "They cannot.",
    "spaceone.api.report.v1.TemplateQuery.State.ENABLE":
      "They can. Number 0, so in a query it means any state.",
    "spaceone.api.report.v1.TemplateQuery.domain_id":
      "The tenant that asks: only what it may use is there. Empty: that of the caller, or every one.",
    "spaceone.api.report.v1.TemplateQuery.name":
      "The template with this name.",
    "spaceone.api.report.v1.TemplateQuery.state":
      "Templates in this state.",
    "spaceone.api.report.v1.TemplateQuery.template_id":
      "The one template with this id.",
    "spaceone.api.report.v1.TemplatesInfo":
      "A list of templates.",
    "spaceone.api.report.v1.TemplatesInfo.results":
      "The templates that match.",
    "spaceone.api.report.v1.TemplatesInfo.total_count":
      "How many templates match.",
    "spaceone.api.report.v1.UpdateStorageRequest":
      "Asks for a change of a storage.",
    "spaceone.api.report.v1.UpdateStorageRequest.domain_id":
      "The tenant that the storage belongs to; required.",
    "spaceone.api.report.v1.UpdateStorageRequest.name":
      "Another name; unchanged if empty.",
    "spaceone.api.report.v1.UpdateStorageRequest.options":
      "Other settings, all of them; unchanged if absent.",
    "spaceone.api.report.v1.UpdateStorageRequest.secret_id":
      "Other credentials; unchanged if empty.",
    "spaceone.api.report.v1.UpdateStorageRequest.storage_id":
      "The storage; required.",
  ]
}
