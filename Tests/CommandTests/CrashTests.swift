import Foundation
import ProtobufWire
import RPCCore
import ReportAPI
import ReportwireClient
import ReportwireTestKit
import Synchronization
import Testing

/// A server that is killed in the middle of its work loses nothing that it has acknowledged.
@Suite(.serialized) struct CrashTests {
  /// When the server is killed.
  enum Moment: Sendable, CustomTestStringConvertible {
    /// With this acknowledgement, in the middle of a storm of creates.
    case acknowledged(Int)
    /// When a run has written its first rows.
    case firstRows

    var testDescription: String {
      switch self {
      case .acknowledged(let count): "at acknowledgement \(count)"
      case .firstRows: "at the first rows"
      }
    }
  }

  /// Moments drawn from a fixed seed, so that each run of the tests kills at the same ones.
  static let moments: [Moment] = {
    var random = SeededGenerator(seed: 20_261_123)
    return (0..<3).map { _ in .acknowledged(Int.random(in: 1...60, using: &random)) }
      + [.firstRows]
  }()

  private static let callersMax = 8
  private static let domainID = "default"

  @Test(.timeLimit(.minutes(5)), arguments: moments)
  func whatWasAcknowledgedEndsOnceAfterARestart(moment: Moment) async throws {
    let place = try Workplace()
    let acknowledged = try await storm(place, killAt: moment)
    #expect(!acknowledged.isEmpty)

    let server = try await ServerProcess([], folder: place.path)
    let client = try ReportwireClient(address: server.ttrpc)
    let known = try await everyReport(client)
    #expect(acknowledged.isSubset(of: known), "lost: \(acknowledged.subtracting(known))")
    for id in known { try await checkEnd(of: id, client, place) }
    let lines = try await everyLine(client)
    #expect(
      acknowledged.isSubset(of: lines), "not in the audit: \(acknowledged.subtracting(lines))")
    #expect(Set(lines) == known)
    #expect(lines.count == known.count)
    await client.close()
    #expect(await server.stop() == 0)
    #expect(place.files("data/artifacts").filter { $0.hasSuffix(".tmp") } == [])
  }

  /// Dead runs hold all that their domain may run, and their leases last an hour: the lock of the
  /// data folder says that nobody has them any more.
  @Test(.timeLimit(.minutes(5)), arguments: [(3, ReportInfo.State.inProgress), (1, .failure)])
  func runsOfAKilledServerAreTakenUpAtTheStart(
    attempts: Int, state: ReportInfo.State
  ) async throws {
    let place = try Workplace()
    let limits = [
      "--limits-lease-seconds", "3600", "--limits-runs-per-domain", "1", "--limits-attempts",
      "\(attempts)",
    ]
    let killed = try await ServerProcess(limits, folder: place.path)
    let before = try ReportwireClient(address: killed.ttrpc)
    let report = try await create(before, 0, count: 99_000_000)
    try await wait(for: report, before) { $0.state == .inProgress }
    killed.signal(SIGKILL)
    #expect(await killed.exit() == -SIGKILL)
    await before.close()

    let server = try await ServerProcess(limits, folder: place.path)
    let ready = ContinuousClock.now
    let client = try ReportwireClient(address: server.ttrpc)
    let first = try await create(client, 1)
    try await wait(for: report, client) { $0.state == state && $0.attempt == min(attempts, 2) }
    // Below one second; a machine that is busy with other tests may take a few.
    #expect(ready.duration(to: .now) < .seconds(20))
    if state == .failure {
      try await wait(for: first, client) { $0.state == .finished }
      let inspection = try await client.reportControl.inspect(
        InspectReportRequest(domainID: Self.domainID, reportID: report.reportID))
      #expect(inspection.report?.error?.code == "WORKER_LOST")
    }
    await client.close()
    #expect(await server.stop() == 0)
  }

  /// Returns at the first snapshot of a report that fits.
  private func wait(
    for report: ReportInfo, _ client: ReportwireClient, until fits: (ReportProgress) -> Bool
  ) async throws {
    let request = WatchReportRequest(domainID: Self.domainID, reportID: report.reportID)
    for try await progress in try await client.reportControl.watch(request)
    where fits(progress) {
      return
    }
    Issue.record("the report ended before")
  }

  /// Runs creates until the server is killed.
  ///
  /// - Returns: the reports that it acknowledged.
  private func storm(_ place: Workplace, killAt moment: Moment) async throws -> Set<String> {
    let server = try await ServerProcess([], folder: place.path)
    let client = try ReportwireClient(address: server.ttrpc)
    let acknowledged = Acknowledged()
    await withTaskGroup(of: Void.self) { group in
      for caller in 0..<Self.callersMax {
        group.addTask {
          // Ends with the server: then the call fails.
          while let report = try? await create(client, caller) {
            let count = acknowledged.insert(report.reportID)
            switch moment {
            case .acknowledged(count): server.signal(SIGKILL)
            case .firstRows where count == 1: watchAndKill(report, client, server)
            default: break
            }
          }
        }
      }
    }
    #expect(await server.exit() == -SIGKILL)
    await client.close()
    return acknowledged.ids
  }

  private func watchAndKill(
    _ report: ReportInfo, _ client: ReportwireClient, _ server: ServerProcess
  ) {
    Task {
      let request = WatchReportRequest(domainID: Self.domainID, reportID: report.reportID)
      for try await progress in try await client.reportControl.watch(request)
      where progress.rows > 0 {
        server.signal(SIGKILL)
        return
      }
    }
  }

  private func create(
    _ client: ReportwireClient, _ caller: Int, count: Int = 400_000
  ) async throws -> ReportInfo {
    let template = caller == 0 ? "series" : "sales"
    let options = caller == 0 ? Struct(json: "count", count) : Struct(json: "least", caller)
    return try await client.report.create(
      CreateReportRequest(
        domainID: Self.domainID, templateID: template, name: template, templateOptions: options))
  }

  /// The ids of all reports, acknowledged or not.
  private func everyReport(_ client: ReportwireClient) async throws -> Set<String> {
    let list = try await client.report.list(
      ReportQuery(domainID: Self.domainID, query: Query(only: ["report_id"])))
    return Set(list.results.map(\.reportID))
  }

  /// The reports of all lines that the audit has of creates.
  private func everyLine(_ client: ReportwireClient) async throws -> [String] {
    var query = AuditQuery(domainID: Self.domainID, limit: 1000)
    query.method = ReportMethods.create.descriptor.fullName
    var ids: [String] = []
    repeat {
      let page = try await client.audit.list(query)
      ids += page.results.map(\.resourceID)
      query.cursor = page.nextCursor
    } while !query.cursor.isEmpty
    return ids
  }

  private func checkEnd(
    of id: String, _ client: ReportwireClient, _ place: Workplace
  ) async throws {
    let last = try await client.reportControl.waitUntilEnded(
      WatchReportRequest(domainID: Self.domainID, reportID: id))
    #expect(last.state == .finished, "\(id): \(last)")
    let inspection = try await client.reportControl.inspect(
      InspectReportRequest(domainID: Self.domainID, reportID: id))
    let endings = inspection.timeline.filter { $0.kind == "ENDED" }
    #expect(endings.map(\.state) == [.finished], "\(id): \(inspection.timeline)")
    for artifact in inspection.artifacts {
      let file = "\(place.path)/data/artifacts/\(artifact.path)"
      let attributes = try FileManager.default.attributesOfItem(atPath: file)
      #expect(attributes[.size] as? Int64 == artifact.bytes)
    }
  }
}

/// The reports whose creates were answered.
private final class Acknowledged: Sendable {
  private let state = Mutex<Set<String>>([])

  var ids: Set<String> { state.withLock { $0 } }

  /// - Returns: how many there are now.
  func insert(_ id: String) -> Int {
    state.withLock {
      $0.insert(id)
      return $0.count
    }
  }
}

extension Struct {
  /// An object of one number.
  fileprivate init(json key: String, _ number: Int) {
    self.init()
    self[key] = .number(Double(number))
  }
}
