import RPCCore

/// The services of the server.
extension ReportwireClient {
  /// Reports: create, get, list, and links to their files.
  public var report: ReportClient { ReportClient(channel: self) }

  /// Cancel, watch and inspect reports.
  public var reportControl: ReportControlClient { ReportControlClient(channel: self, clock: clock) }

  /// What can be reported.
  public var template: TemplateClient { TemplateClient(channel: self) }

  /// Where files go.
  public var storage: StorageClient { StorageClient(channel: self) }

  /// The kinds of storage.
  public var storageType: StorageTypeClient { StorageTypeClient(channel: self) }

  /// Facts about the server.
  public var serverInfo: ServerInfoClient { ServerInfoClient(channel: self) }
}
