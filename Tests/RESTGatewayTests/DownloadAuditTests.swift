import Logging
import RPCCore
import ReportwireTestKit
import Synchronization
import Testing

@testable import RESTGateway
@testable import ReportCore

@Suite("Audit of downloads", .timeLimit(.minutes(5)))
struct DownloadAuditTests {
  private static let start = FakeClock.monotonicStart
  private static let key = DownloadTrail.Key(grant: "s", host: "127.0.0.1")

  private func event(_ number: Int) -> AuditEvent {
    AuditEvent(id: "audit-\(number)", at: FakeClock.start, method: AuditEvent.download)
  }

  /// Begins and ends a response.
  private func send(
    _ trail: inout DownloadTrail, _ range: Range<Int64>, of byteCount: Int64 = 100,
    code: String = AuditEvent.ok, at seconds: Int64 = 0, _ number: Int = 1,
    key: DownloadTrail.Key = key
  ) -> AuditEvent? {
    let now = Self.start.advanced(by: .seconds(seconds))
    let (id, _) = trail.begin(key, range, byteCount: byteCount, at: now) { event(number) }
    return trail.end(id, range, code: code, reason: "", at: now)
  }

  @Test func `A whole file is one event, and the next one another`() {
    var trail = DownloadTrail()
    for number in 1...2 {
      let event = send(&trail, 0..<100, number)
      #expect(event?.id == "audit-\(number)")
      #expect(event?.bytes == 100)
      #expect(event?.isComplete == true)
    }
    #expect(send(&trail, 0..<0, of: 0, 3)?.isComplete == true)
    #expect(trail.count == 0)
  }

  @Test func `What goes on after a break is one event, which is complete in the end`() {
    var trail = DownloadTrail()
    let broken = send(&trail, 0..<40, code: "CANCELLED", 1)
    #expect(broken?.isComplete == false)
    #expect(broken?.code == "CANCELLED")
    let whole = send(&trail, 30..<100, at: 5, 2)
    #expect(whole?.id == "audit-1")
    #expect(whole?.bytes == 110)
    #expect(whole?.isComplete == true)
    #expect(whole?.code == "OK")
  }

  @Test func `From the beginning, from elsewhere or after a while it is another one`() {
    var trail = DownloadTrail()
    _ = send(&trail, 0..<40, 1)
    #expect(send(&trail, 0..<40, 2)?.id == "audit-2")
    let other = DownloadTrail.Key(grant: "s", host: "127.0.0.2")
    #expect(send(&trail, 40..<100, 3, key: other)?.id == "audit-3")
    #expect(send(&trail, 40..<100, at: 601, 4)?.id == "audit-4")
  }

  @Test func `Who wants the same bytes again begins another one, whatever they are`() {
    var trail = DownloadTrail()
    _ = send(&trail, 1..<100, 1)
    #expect(send(&trail, 1..<100, 2)?.id == "audit-2")
    #expect(send(&trail, 50..<60, 3)?.id == "audit-3")
    // The beginning may come last.
    #expect(send(&trail, 0..<50, at: 20, 4)?.id == "audit-3")
    #expect(send(&trail, 0..<100, 5)?.id == "audit-5")
  }

  @Test func `A response that nobody writes ends, and its download can go on`() {
    var trail = DownloadTrail()
    let key = Self.key
    let first = trail.begin(key, 0..<100, byteCount: 100, at: Self.start) { event(1) }
    #expect(first.new?.id == "audit-1")
    trail.abandon(first.id, at: Self.start)
    let second = trail.begin(key, 50..<100, byteCount: 100, at: Self.start) { event(2) }
    #expect(second.id == first.id)
    #expect(second.new == nil)
    trail.abandon(second.id, at: Self.start)
    #expect(trail.settle(at: Self.start.advanced(by: .seconds(601))).isEmpty)
    #expect(trail.count == 0)
    let third = trail.begin(key, 50..<100, byteCount: 100, at: Self.start) { event(3) }
    trail.remove(third.id)
    trail.abandon(third.id, at: Self.start)
    #expect(trail.count == 0)
    #expect(
      trail.begin(key, 60..<100, byteCount: 100, at: Self.start) { event(4) }.new?.id == "audit-4")
  }

  @Test func `Many small parts are written now and then, and none is lost`() {
    var trail = DownloadTrail()
    var written: [Int64] = []
    for part in 0..<25 {
      let begin = Int64(part) * 4
      if let event = send(&trail, begin..<(begin + 2), at: Int64(part)) {
        written.append(event.bytes)
      }
    }
    #expect(written == [2, 22, 42])
    let rest = trail.settle(at: Self.start.advanced(by: .seconds(60)))
    #expect(rest.map(\.bytes) == [50])
    #expect(rest.map(\.isComplete) == [false])
    #expect(trail.settle(at: Self.start.advanced(by: .seconds(61))).isEmpty)
    #expect(trail.count == 1)
    _ = trail.settle(at: Self.start.advanced(by: .seconds(700)))
    #expect(trail.count == 0)
  }

  @Test func `Parts at the same time belong together, in any order`() {
    var trail = DownloadTrail()
    let now = Self.start
    let parts: [Range<Int64>] = [0..<30, 60..<100, 30..<60]
    let ids = parts.map { part in
      trail.begin(Self.key, part, byteCount: 100, at: now) { event(1) }.id
    }
    #expect(Set(ids).count == 1)
    let ends = zip(ids, parts).map { trail.end($0, $1, code: "OK", reason: "", at: now) }
    #expect(ends.map { $0?.isComplete } == [false, nil, true])
    #expect(trail.count == 0)
  }

  @Test func `Not more downloads are remembered than may be, and each is written`() {
    var trail = DownloadTrail(downloadsMax: 10)
    for number in 1...100 {
      let key = DownloadTrail.Key(grant: "\(number)".exact, host: "h")
      #expect(send(&trail, 0..<1, number, key: key) != nil)
      #expect(trail.count <= 10)
    }
  }

  @Test func `Too many pieces are never taken for the whole`() {
    var ranges = ByteRanges()
    for piece in 0..<Int64(2 * ByteRanges.piecesMax) { ranges.insert(piece * 2..<piece * 2 + 1) }
    for piece in 0..<Int64(2 * ByteRanges.piecesMax) { ranges.insert(piece * 2..<piece * 2 + 2) }
    #expect(ranges.covers(Int64(4 * ByteRanges.piecesMax)))
    ranges = ByteRanges()
    ranges.insert(1..<5)
    #expect(!ranges.covers(5))
    ranges.insert(0..<1)
    #expect(ranges.covers(5))
    #expect(!ranges.covers(6))
  }

  // MARK: Over a socket

  /// Hands on what is written.
  private final class Sink: AuditSink {
    let events = AsyncStream.makeStream(of: AuditEvent.self)

    func record(_ event: AuditEvent) async throws { events.continuation.yield(event) }

    func next() async -> AuditEvent? {
      for await event in events.stream { return event }
      return nil
    }
  }

  /// Takes its time for the first line, which then fails.
  private final class SlowSink: AuditSink {
    let hasBegun = Gate()
    let mayEnd = Gate()
    let count = Mutex(0)

    func record(_ event: AuditEvent) async throws {
      let isFirst = count.withLock { count in
        count += 1
        return count == 1
      }
      guard isFirst else { return }
      hasBegun.open()
      await mayEnd.wait()
      throw StoreError(.unavailable, "full")
    }
  }

  @Test func `No part of a download is sent before its event is kept, whoever asked for it first`()
    async throws
  {
    let sink = SlowSink()
    let log = LogRecorder()
    let audit = DownloadAudit(
      Auditor(sink: sink, clock: FakeClock(), ids: SequentialIDs(), logger: log.logger),
      clock: FakeClock())
    let grant = DownloadGrant(
      domainID: "d", reportID: "r", format: .csv, subject: "s", authentication: .token,
      isAuditable: true)
    let origin = DownloadAudit.Origin(peer: "127.0.0.1:1")
    let first = Task { try await audit.begin(grant, 0..<50, byteCount: 100, origin) }
    await sink.hasBegun.wait()
    let second = Task { try await audit.begin(grant, 50..<100, byteCount: 100, origin) }
    // It belongs to the same download, whose line fails: nothing may be sent of either.
    while audit.openParts < 2 { await Task.yield() }
    sink.mayEnd.open()
    await #expect(throws: (any Error).self) { _ = try await first.value }
    await #expect(throws: (any Error).self) { _ = try await second.value }
    #expect(sink.count.withLock(\.self) == 1)
    // What comes then is another one, with a line of its own.
    _ = try await audit.begin(grant, 0..<50, byteCount: 100, origin)
    #expect(sink.count.withLock(\.self) == 2)
  }

  private func gateway(_ sink: Sink) -> Gateway {
    var gateway = Gateway()
    let auditor = Auditor(
      sink: sink, clock: gateway.clock, ids: SequentialIDs(), logger: gateway.log.logger)
    gateway.audit = DownloadAudit(auditor, clock: gateway.clock)
    return gateway
  }

  @Test func `A download says what, from where and how much, and a header says nothing`()
    async throws
  {
    let sink = Sink()
    try await gateway(sink).run { gateway in
      _ = try await gateway.exchange(RawRequest(method: "HEAD", target: gateway.target))
      _ = try await gateway.get(nil, "If-None-Match: \"\(Gateway.sha256)\"")
      _ = try await gateway.get(nil, "X-Request-Id: call-7", "Range: bytes=0-9")
      let part = try #require(await sink.next())
      #expect(part.method == "download")
      #expect(part.domainID == Gateway.domain.exact)
      #expect(part.resourceID == Gateway.report.exact)
      #expect(part.authentication == "signed_url")
      #expect(part.door == "http")
      #expect(part.peer.text.hasPrefix("127.0.0.1:"))
      #expect(part.requestID == "call-7")
      #expect(part.code == "OK")
      #expect(part.bytes == 10)
      #expect(!part.isComplete)
      _ = try await gateway.get(nil, "Range: bytes=10-")
      let whole = try #require(await sink.next())
      #expect(whole.id == part.id)
      #expect(whole.bytes == 1000)
      #expect(whole.isComplete)
    }
  }

  @Test func `What is refused is told, with no name that the URL does not prove`() async throws {
    let sink = Sink()
    try await gateway(sink).run { gateway in
      _ = try await gateway.get(gateway.target.replacing("signature=", with: "signature=x"))
      let forged = try #require(await sink.next())
      #expect(forged.code == "PERMISSION_DENIED")
      #expect(forged.reason == "ERROR_PERMISSION_DENIED")
      #expect(forged.domainID == "")
      #expect(forged.resourceID == "")
      #expect(forged.authentication == "none")
      _ = try await gateway.get(gateway.target(domain: Gateway.domain, report: "gone"))
      let gone = try #require(await sink.next())
      #expect(gone.code == "NOT_FOUND")
      #expect(gone.domainID == Gateway.domain.exact)
      #expect(gone.resourceID == "gone")
      let target = gateway.target
      gateway.clock.advance(by: .seconds(900))
      _ = try await gateway.get(target)
      let late = try #require(await sink.next())
      #expect(late.code == "PERMISSION_DENIED")
      #expect(late.resourceID == Gateway.report.exact)
    }
  }
}
