import ProtobufWire
import RPCCore
import ReportAPI
import ReportCore
import ReportService
import ReportwireTestKit
import SQLiteStore
import Testing

@Suite("Report.get and get_download_url", .timeLimit(.minutes(5)))
struct GetTests {
  @Test("Another domain's report answers like one that does not exist")
  func tenants() async throws {
    let harness = try ServiceHarness()
    let info = try await harness.create()
    for (domain, id) in [("domain-b", info.reportID), ("domain-a", "report-ffffffffffff")] {
      await #expect(throws: RPCError.notFound("report_id", id)) {
        try await harness.call(ReportMethods.get, GetReportRequest(domainID: domain, reportID: id))
      }
      await #expect(throws: RPCError.notFound("report_id", id)) {
        try await harness.call(
          ReportMethods.getDownloadURL, GetDownloadURLRequest(domainID: domain, reportID: id))
      }
      await #expect(throws: RPCError.notFound("report_id", id)) {
        try await harness.call(
          ReportControlMethods.cancel, CancelReportRequest(domainID: domain, reportID: id))
      }
      await #expect(throws: RPCError.notFound("report_id", id)) {
        try await harness.call(
          ReportControlMethods.inspect, InspectReportRequest(domainID: domain, reportID: id))
      }
    }
  }

  @Test("Domain and report must be named")
  func required() async throws {
    let harness = try ServiceHarness()
    await #expect(throws: RPCError.requiredParameter("domain_id")) {
      try await harness.call(ReportMethods.get, GetReportRequest(reportID: "r"))
    }
    await #expect(throws: RPCError.requiredParameter("report_id")) {
      try await harness.call(ReportMethods.get, GetReportRequest(domainID: "d"))
    }
  }

  @Test("only leaves the other fields at their defaults, also of a report that is cached")
  func only() async throws {
    let harness = try ServiceHarness()
    let info = try await harness.create()
    _ = try await harness.finishNext()
    let request = GetReportRequest(domainID: "domain-a", reportID: info.reportID)
    let whole = try await harness.call(ReportMethods.get, request)
    var masked = request
    masked.only = ["report_id", "storage_info.name", "template_options.region"]
    let part = try await harness.call(ReportMethods.get, masked)
    #expect(
      part
        == ReportInfo(
          reportID: info.reportID, storageInfo: StorageInfo(name: "local"),
          templateOptions: ["region": "eu"]))
    #expect(try await harness.call(ReportMethods.get, request) == whole)
    masked.only = ["report_id", "nope"]
    let error = await #expect(throws: RPCError.self) {
      try await harness.call(ReportMethods.get, masked)
    }
    #expect(error?.reason == "ERROR_INVALID_PARAMETER")
    #expect(error?.message.contains("nope") == true)
  }

  @Test("A report that ended is answered from the cache, one that has not is not")
  func cache() async throws {
    let harness = try ServiceHarness()
    let info = try await harness.create()
    let request = GetReportRequest(domainID: "domain-a", reportID: info.reportID)
    _ = try await harness.call(ReportMethods.get, request)
    #expect(harness.cache.count == 0)
    _ = try await harness.finishNext()
    let first = try await harness.call(ReportMethods.get, request)
    #expect(first.state == .finished)
    #expect(harness.cache.count == 1)
    // The store is gone: what answers now is the cache.
    try await harness.store.close()
    #expect(try await harness.call(ReportMethods.get, request) == first)
    let foreign = GetReportRequest(domainID: "domain-b", reportID: info.reportID)
    let error = await #expect(throws: RPCError.self) {
      try await harness.call(ReportMethods.get, foreign)
    }
    #expect(error?.code == .unavailable)
    // SpaceONE's clients try again unless the text begins with `ERROR_`.
    #expect(error?.wireMessage.hasPrefix("The server is stopping") == true)
  }

  @Test("A domain or report id that only looks like another's finds nothing, cached or not")
  func lookalikes() async throws {
    let harness = try ServiceHarness()
    let info = try await harness.create(domain: "domain-K")
    _ = try await harness.finishNext()
    let request = GetReportRequest(domainID: "domain-K", reportID: info.reportID)
    _ = try await harness.call(ReportMethods.get, request)
    #expect(harness.cache.count == 1)
    let kelvin = "domain-\u{212A}"
    await #expect(throws: RPCError.notFound("report_id", info.reportID)) {
      try await harness.call(
        ReportMethods.get, GetReportRequest(domainID: kelvin, reportID: info.reportID))
    }
    let list = ReportQuery(domainID: kelvin)
    #expect(try await harness.call(ReportMethods.list, list).totalCount == 0)
    let refused = await #expect(throws: RPCError.self) { try await harness.create(domain: kelvin) }
    #expect(refused?.message.contains("domain_id") == true)
  }

  @Test("Ids that are too long are refused before anybody looks for them")
  func longIDs() async throws {
    let harness = try ServiceHarness()
    let marks = "e" + String(repeating: "\u{301}", count: 32_768)
    // Nobody asks the store, which would say that it is closed.
    try await harness.store.close()
    for (domainID, reportID, key) in [(marks, "r", "domain_id"), ("d", marks, "report_id")] {
      let error = RPCError.invalidParameter(
        key, reason: "it has 65537 bytes; at most 255 are taken")
      await #expect(throws: error) {
        try await harness.call(
          ReportMethods.get, GetReportRequest(domainID: domainID, reportID: reportID))
      }
    }
    harness.cache.insert([1], domainID: marks, reportID: "r", readAfter: 0)
    #expect(harness.cache.count == 0)
  }

  @Test("The cache drops the oldest beyond its bound")
  func cacheBound() {
    let cache = EncodedReportCache(bytesMax: 3 * 356)
    for number in 0..<5 {
      cache.insert(
        [UInt8](repeating: 1, count: 100), domainID: "d", reportID: "\(number)", readAfter: 0)
    }
    #expect(cache.count == 3)
    #expect(cache.bytes(domainID: "d", reportID: "1") == nil)
    #expect(cache.bytes(domainID: "d", reportID: "2")?.count == 100)
    cache.insert([UInt8](repeating: 1, count: 2000), domainID: "d", reportID: "large", readAfter: 0)
    #expect(cache.bytes(domainID: "d", reportID: "large") == nil)
    #expect(cache.count == 3)
  }

  @Test("The cache drops what is removed, and keeps nothing that was read before a removal")
  func cacheRemoval() {
    let cache = EncodedReportCache(bytesMax: 1 << 20)
    cache.insert([1], domainID: "d", reportID: "a", readAfter: 0)
    cache.insert([2], domainID: "d", reportID: "b", readAfter: 0)
    let before = cache.removals
    cache.remove(domainID: "d", reportID: "a")
    #expect(cache.bytes(domainID: "d", reportID: "a") == nil)
    #expect(cache.bytes(domainID: "d", reportID: "b") == [2])
    cache.insert([1], domainID: "d", reportID: "a", readAfter: before)
    #expect(cache.bytes(domainID: "d", reportID: "a") == nil)
    // However many come and go, the bound and the newest stay.
    for number in 0..<5000 {
      cache.insert([3], domainID: "d", reportID: "\(number)", readAfter: cache.removals)
      cache.remove(domainID: "d", reportID: "\(number)")
    }
    #expect(cache.count == 1)
    for number in 0..<9000 {
      cache.insert([3], domainID: "d", reportID: "\(number)", readAfter: cache.removals)
    }
    #expect(cache.count == (1 << 20) / 257)
    #expect(cache.bytes(domainID: "d", reportID: "8999") == [3])
    #expect(cache.bytes(domainID: "d", reportID: "b") == nil)
  }

  @Test("The download URL is for the first format, or the one that the metadata names")
  func downloadURLs() async throws {
    let harness = try ServiceHarness(limits: UseCaseLimits(downloadURLWait: .zero))
    let info = try await harness.create()
    let request = GetDownloadURLRequest(domainID: "domain-a", reportID: info.reportID)
    let early = await #expect(throws: RPCError.self) {
      try await harness.call(ReportMethods.getDownloadURL, request)
    }
    #expect(early?.code == .failedPrecondition)
    #expect(early?.reason == "ERROR_REPORT_NOT_FINISHED")
    #expect(early?.message.contains("CREATED") == true)
    _ = try await harness.finishNext(with: [.csv, .json])
    let first = try await harness.call(ReportMethods.getDownloadURL, request)
    #expect(first.downloadURL == "test:\(info.reportID)/csv")
    let second = try await harness.call(ReportMethods.getDownloadURL, request, ["format": "json"])
    #expect(second.downloadURL == "test:\(info.reportID)/json")
    let other = await #expect(throws: RPCError.self) {
      try await harness.call(ReportMethods.getDownloadURL, request, ["format": "pdf"])
    }
    #expect(other?.message.contains("csv, json") == true)
  }
}
