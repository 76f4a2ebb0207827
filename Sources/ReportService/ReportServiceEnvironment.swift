internal import RPCCore
package import ReportCore

/// Everything the handlers need from outside, chosen by the composition.
package struct ReportServiceEnvironment: Sendable {
  /// Where reports live.
  package var store: any ReportStore
  /// The templates in force.
  package var catalog: any TemplateCatalog
  /// What runs the reports.
  package var engine: any ReportRunning
  /// The formats that have a renderer.
  package var formats: [ReportFormat]
  /// The signed URL under which an artifact can be downloaded.
  package var downloadURL: @Sendable (Report, Artifact) -> String
  /// A digest that differs whenever the bytes do, such as SHA-256 in hexadecimal digits.
  package var digest: @Sendable ([UInt8]) -> String
  package var clock: any EngineClock
  package var ids: any IDSource
  package var cache: EncodedReportCache
  package var limits: QueryLimits
  /// How long `get_download_url` waits for a report to end.
  package var downloadURLWait: Duration
  /// Waits so long, on a clock that nobody sets.
  package var sleep: @Sendable (Duration) async throws -> Void
  /// The version of this server.
  package var version: String

  package init(
    store: any ReportStore, catalog: any TemplateCatalog, engine: any ReportRunning,
    formats: [ReportFormat], downloadURL: @escaping @Sendable (Report, Artifact) -> String,
    digest: @escaping @Sendable ([UInt8]) -> String, clock: any EngineClock,
    ids: any IDSource = RandomIDs(), cache: EncodedReportCache = EncodedReportCache(),
    limits: QueryLimits = QueryLimits(), downloadURLWait: Duration = .seconds(25),
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
    version: String
  ) {
    self.store = store
    self.catalog = catalog
    self.engine = engine
    self.formats = formats
    self.downloadURL = downloadURL
    self.digest = digest
    self.clock = clock
    self.ids = ids
    self.cache = cache
    self.limits = limits
    self.downloadURLWait = downloadURLWait
    self.sleep = sleep
    self.version = version
  }

  /// How long a call may wait for a report, so that its answer still reaches the caller.
  func patience(until deadline: Deadline?) -> Duration {
    guard let remaining = deadline?.remaining() else { return downloadURLWait }
    return min(downloadURLWait, remaining - min(remaining / 4, .milliseconds(500)))
  }
}
