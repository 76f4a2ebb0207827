import ProtobufWire
import RPCCore
import ReportAPI
import ReportCore
import ReportService
import ReportwireTestKit
import SQLiteStore
import Synchronization

/// The services over a real store in memory, called through a router; the engine is a recorder, so
/// that a test decides what becomes of a report.
struct ServiceHarness {
  let store: SQLiteStore
  let engine = RecordingEngine()
  let clock = FakeClock()
  let cache: EncodedReportCache
  let channel: InProcessChannel

  static let template = Template(
    templateID: "template-00000000000a", name: "monthly-cost", title: "Monthly cost",
    source: "costs", isShared: false,
    sql: "SELECT * FROM costs WHERE domain_id = :domain_id AND region = :region",
    parameters: [
      TemplateParameter(name: "region", kind: .string, isRequired: true),
      TemplateParameter(name: "top", kind: .integer, defaultValue: .number(10)),
    ],
    columns: [TemplateColumn(name: "region", title: "Region")], formats: [.csv])
  static let disabled = Template(
    templateID: "template-00000000000b", name: "old", title: "Old", isEnabled: false,
    source: "costs", isShared: true, sql: "SELECT 1", formats: [.json])

  init(limits: QueryLimits = QueryLimits(), cache: EncodedReportCache = EncodedReportCache()) throws
  {
    store = try SQLiteStore()
    self.cache = cache
    var router = Router()
    ReportServices(
      ReportServiceEnvironment(
        store: store, catalog: Catalog(templates: [Self.template, Self.disabled]), engine: engine,
        formats: [.csv, .json],
        downloadURL: { report, artifact in "test:\(report.reportID)/\(artifact.format.rawValue)" },
        digest: { bytes in bytes.map { String($0) }.joined(separator: ".") }, clock: clock,
        ids: SequentialIDs(), cache: cache, limits: limits, version: "1.2.3")
    ).register(into: &router)
    channel = InProcessChannel(router)
  }

  /// Calls a method.
  func call<Input, Output>(
    _ method: Method<Input, Output>, _ request: Input, _ metadata: Metadata = Metadata()
  ) async throws(RPCError) -> Output {
    try await channel.call(method, request, options: CallOptions(metadata: metadata))
  }

  /// Creates a report through the API.
  @discardableResult
  func create(
    _ name: String = "costs", domain: String = "domain-a", region: String = "eu",
    _ metadata: Metadata = Metadata()
  ) async throws -> ReportInfo {
    // Each a second later than the one before, so that the default order is known.
    clock.advance(by: .seconds(1))
    return try await call(
      ReportMethods.create,
      CreateReportRequest(
        domainID: domain, templateID: Self.template.templateID, name: name,
        templateOptions: ["region": .string(region)]), metadata)
  }

  /// Runs the next report to its end, as a worker would.
  func finishNext(with formats: [ReportFormat] = [.csv]) async throws -> Report {
    let claimed = try await store.claimNext(
      worker: "w", at: clock.now, leaseFor: .seconds(30), runningPerDomainMax: 100)
    guard let claimed, let lease = claimed.lease else { throw NothingToRun() }
    let artifacts = formats.map { format in
      Artifact(
        format: format, path: "\(claimed.domainID)/\(claimed.reportID)/1.\(format.rawValue)",
        bytes: 10, rows: 2, sha256: String(repeating: "ab", count: 32), mediaType: "text/plain")
    }
    let outcome = try await store.finish(
      claimed.reportID, fencingToken: lease.fencingToken,
      with: .finished(artifacts, Progress(rows: 2, bytes: 10, textsReplaced: 4)), at: clock.now)
    guard case .finished(let report) = outcome else { throw NothingToRun() }
    return report
  }

  struct NothingToRun: Error {}
}

/// A fixed set of templates, without sources.
private struct Catalog: TemplateCatalog {
  let templates: [Template]

  func template(_ idOrName: String) -> Template? {
    templates.first { $0.templateID == idOrName || $0.name == idOrName }
  }

  func source(_ name: String) -> (any DataSource)? { nil }
}

/// Remembers what it was told and gives out the updates it was given.
final class RecordingEngine: ReportRunning {
  private let state = Mutex<(wakes: Int, cancels: [String], updates: [Report])>((0, [], []))

  var wakes: Int { state.withLock(\.wakes) }
  var cancels: [String] { state.withLock(\.cancels) }

  func setUpdates(_ updates: [Report]) {
    state.withLock { $0.updates = updates }
  }

  func wake() {
    state.withLock { $0.wakes += 1 }
  }

  func cancelRequested(_ report: Report) {
    state.withLock { $0.cancels.append(report.reportID) }
  }

  func updates(of report: Report) -> AsyncStream<Report> {
    let updates = state.withLock { [report] + $0.updates }
    return AsyncStream { continuation in
      for update in updates { continuation.yield(update) }
      continuation.finish()
    }
  }
}
