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
  /// The version of this server.
  package var version: String

  package init(
    store: any ReportStore, catalog: any TemplateCatalog, engine: any ReportRunning,
    formats: [ReportFormat], downloadURL: @escaping @Sendable (Report, Artifact) -> String,
    digest: @escaping @Sendable ([UInt8]) -> String, clock: any EngineClock,
    ids: any IDSource = RandomIDs(), cache: EncodedReportCache = EncodedReportCache(),
    limits: QueryLimits = QueryLimits(), version: String
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
    self.version = version
  }
}
