import HTTPTypes
internal import RPCCore
package import ReportCore
import Synchronization
internal import Texts

/// Writes an event of the audit for each download, when it ends, and for each that is refused.
package final class DownloadAudit: Sendable {
  /// How often it is looked for downloads that are not written to their end.
  private static let pause = Duration.seconds(60)

  private let auditor: Auditor
  private let clock: any EngineClock
  private let trail = Mutex(DownloadTrail())
  /// The lines of downloads that have to be on disk before anything is sent, while they are written.
  private let keeping = Mutex<[DownloadTrail.ID: Task<Void, any Error>]>([:])

  package init(_ auditor: Auditor, clock: any EngineClock = SystemClock()) {
    self.auditor = auditor
    self.clock = clock
  }

  /// Writes what is known of downloads that were interrupted and go on, from time to time until the task
  /// is cancelled, and then once more.
  package func run() async {
    await clock.repeating(after: Self.pause) { await settle() }
    await settle()
  }

  /// Responses that are being written, or about to be.
  var openParts: Int { trail.withLock(\.openParts) }

  func settle() async {
    for event in trail.withLock({ $0.settle(at: clock.monotonic) }) { await keep(event) }
  }

  /// Where a request comes from.
  struct Origin: Sendable {
    /// Such as `127.0.0.1:41234`.
    var peer: String
    /// As the caller named it; nil: it did not.
    var requestID: String?
  }

  /// A file is refused, or cannot be had.
  ///
  /// - Parameter grant: what would have given it, if that is good.
  func refused(_ failure: HTTPFailure, _ grant: DownloadGrant?, _ origin: Origin) async {
    var event = event(grant, origin)
    // The event that was asked for is one of a file that was had.
    event.isAuditable = false
    event.code = "\(StatusCode(failure.status))"
    event.reason = AuditEvent.bounded(failure.code)
    guard auditor.admits(failure: &event, isRefusal: failure.status == .forbidden) else { return }
    await keep(event)
  }

  /// A response that is to be written. One that nobody writes ends when nobody has it any more.
  final class Part: Sendable {
    private let audit: DownloadAudit
    private let id: DownloadTrail.ID
    private let offset: Int64
    private let hasEnded = Atomic<Bool>(false)

    fileprivate init(_ audit: DownloadAudit, _ id: DownloadTrail.ID, from offset: Int64) {
      self.audit = audit
      self.id = id
      self.offset = offset
    }

    deinit {
      guard !hasEnded.load(ordering: .acquiring) else { return }
      audit.trail.withLock { $0.abandon(id, at: audit.clock.monotonic) }
    }

    /// It ended.
    ///
    /// - Parameters:
    ///   - bytes: that were sent.
    ///   - failure: why not all were.
    func end(bytes: Int64, failure: HTTPFailure?) async {
      hasEnded.store(true, ordering: .releasing)
      let event = audit.trail.withLock { trail in
        trail.end(
          id, offset..<(offset + bytes),
          code: failure.map { "\(StatusCode($0.status))" } ?? AuditEvent.ok,
          reason: AuditEvent.bounded(failure?.code ?? ""), at: audit.clock.monotonic)
      }
      if let event { await audit.keep(event) }
    }
  }

  /// A response is to begin. The line of a download whose caller asked for an event is on disk when this
  /// returns, also where another response of the download began it a moment ago.
  ///
  /// - Parameters:
  ///   - range: of the file.
  ///   - byteCount: of the whole file.
  /// - Throws: why that line is not kept: then nothing may be sent.
  func begin(
    _ grant: DownloadGrant, _ range: Range<Int64>, byteCount: Int64, _ origin: Origin
  ) async throws -> Part {
    let key = DownloadTrail.Key(
      grant: grant.key, host: PeerAddress.host(of: origin.peer).exact)
    let (id, line) = trail.withLock { trail -> (DownloadTrail.ID, Task<Void, any Error>?) in
      let (id, new) = trail.begin(key, range, byteCount: byteCount, at: clock.monotonic) {
        event(grant, origin)
      }
      guard grant.isAuditable else { return (id, nil) }
      return (id, writing(of: id, new))
    }
    let part = Part(self, id, from: range.lowerBound)
    guard let line else { return part }
    defer { keeping.withLock { $0[id] = nil } }
    do {
      try await line.value
    } catch {
      trail.withLock { $0.remove(id) }
      throw error
    }
    return part
  }

  /// What writes the line of a download, as long as it is at that.
  ///
  /// - Parameter new: the line, if the download begins.
  private func writing(of id: DownloadTrail.ID, _ new: AuditEvent?) -> Task<Void, any Error>? {
    keeping.withLock { keeping in
      if let new { keeping[id] = Task { [auditor] in try await auditor.keep(new) } }
      return keeping[id]
    }
  }

  private func event(_ grant: DownloadGrant?, _ origin: Origin) -> AuditEvent {
    var event = auditor.event(AuditEvent.download)
    event.peer = AuditEvent.bounded(origin.peer)
    event.door = "http"
    event.requestID = AuditEvent.bounded(origin.requestID ?? "")
    event.authentication = Caller.Authentication.none.rawValue
    guard let grant else { return event }
    event.domainID = AuditEvent.domain(grant.domainID)
    event.callerDomainID = event.domainID
    event.subject = AuditEvent.bounded(grant.subject)
    event.resourceID = AuditEvent.bounded(grant.reportID)
    event.authentication = grant.authentication.rawValue
    event.isAuditable = grant.isAuditable
    return event
  }

  private func keep(_ event: AuditEvent) async {
    // Whoever has the file has it; that it is not in the audit is in the log.
    do throws(UseCaseError) { try await auditor.keep(event) } catch {}
  }
}

extension StatusCode {
  /// What a status of a download means among the codes of calls.
  fileprivate init(_ status: HTTPResponse.Status) {
    self =
      switch status.code {
      case 403: .permissionDenied
      case 404, 410: .notFound
      case 412: .failedPrecondition
      case 416: .outOfRange
      case 499: .cancelled
      default: .internal
      }
  }
}
