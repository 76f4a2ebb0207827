import ReportCore
import ReportwireTestKit
import Synchronization

/// The use cases over a store in memory; nothing runs the reports.
struct UseCaseBench {
  let store: InMemoryReportStore
  let ports: UseCasePorts

  static let template = Template(
    templateID: "template-00000000000a", name: "monthly-cost", title: "Monthly cost",
    source: "costs", isShared: true, sql: "SELECT 1",
    parameters: [
      TemplateParameter(name: "note", kind: .string),
      TemplateParameter(name: "items", kind: .stringList),
    ], formats: [.csv])

  init(
    _ limits: UseCaseLimits = UseCaseLimits(), storages: [Storage] = [],
    renderers: [any Renderer] = [LineRenderer()], vault: PasswordVault = PasswordVault(),
    limitReached: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    store = InMemoryReportStore(storages: storages)
    ports = UseCasePorts(
      store: store, catalog: FixedCatalog([Self.template], sources: [:]), engine: IdleEngine(),
      renderers: renderers,
      downloadURL: { report, artifact, _ in "\(report.reportID).\(artifact.format)" },
      digest: { bytes in "\(bytes)" }, clock: FakeClock(), ids: SequentialIDs(), limits: limits,
      vault: vault, limitReached: limitReached)
  }

  func caller(_ domainID: String = "domain-a", _ subject: String = "") throws -> ReportCaller {
    try ReportCaller(domainID: domainID, subject: subject, limits: ports.limits)
  }

  /// Reads the audit.
  func audit(_ command: ReadAudit.Command, domainID: String = "domain-a") async throws {
    _ = try await ReadAudit(ports).page(command, domainID: domainID)
  }

  /// Creates a report.
  @discardableResult
  func create(
    _ options: OptionObject = [:], templateID: String = "monthly-cost", name: String = "costs",
    repetition: CreateReport.Repetition = .none
  ) async throws -> ReportView {
    try await CreateReport(ports).run(
      CreateReport.Command(
        templateID: templateID, name: name, options: options, repetition: repetition),
      for: try caller())
  }
}

private struct IdleEngine: ReportRunning {
  func wake() {}
  func cancelRequested(_ report: Report) {}

  func updates(of report: Report) -> AsyncStream<Report> {
    AsyncStream { continuation in
      continuation.yield(report)
      continuation.finish()
    }
  }
}

/// The limits that were in the way.
final class Reached: Sendable {
  private let kept = Mutex<[String]>([])

  var names: [String] { kept.withLock { $0 } }

  func note(_ name: String) { kept.withLock { $0.append(name) } }
}
