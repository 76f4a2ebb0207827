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

  @Test("A report that has ended is written in JSON once, and answered so until it is deleted")
  func json() async throws {
    let harness = try ServiceHarness()
    let info = try await harness.create()
    _ = try await harness.finishNext()
    let request = JSONRequest(
      query: [FieldText("domain_id", "domain-a")], path: [FieldText("report_id", info.reportID)])
    // Nobody has read it yet.
    #expect(try harness.json(ReportMethods.get, request) == nil)
    let binary = GetReportRequest(domainID: "domain-a", reportID: info.reportID)
    let report = try await harness.call(ReportMethods.get, binary)
    let text = try report.json(options: PayloadFormat.jsonOptions)
    let kept = { harness.cache.report(domainID: "domain-a", reportID: info.reportID) }
    #expect(kept()?.json == nil)
    for _ in 0..<2 {
      #expect(try harness.json(ReportMethods.get, request) == text)
      #expect(kept()?.json.map { String(decoding: $0, as: UTF8.self) } == text)
    }
    // Who asks in binary is answered so.
    #expect(try await harness.call(ReportMethods.get, binary) == report)
    // It is of its domain alone.
    var other = request
    other.query = [FieldText("domain_id", "domain-b")]
    #expect(try harness.json(ReportMethods.get, other) == nil)
    let _: Empty = try await harness.call(
      ReportControlMethods.delete,
      DeleteReportRequest(domainID: "domain-a", reportID: info.reportID))
    #expect(try harness.json(ReportMethods.get, request) == nil)
  }

  @Test("JSON that is kept is the answer, and a long report is not written on the loop")
  func keptJSON() async throws {
    let harness = try ServiceHarness()
    let cases = [("short", 1000), ("long", 20_000)].map { name, bytes in
      var info = ReportInfo()
      info.reportID = name
      info.createdBy = String(repeating: "n", count: bytes)
      return (name, info)
    }
    for (name, info) in cases {
      let request = JSONRequest(
        query: [FieldText("domain_id", "domain-a")], path: [FieldText("report_id", name)])
      harness.cache.insert(
        try info.protobuf(), domainID: "domain-a", reportID: name,
        readAfter: harness.cache.removals)
      let kept = try #require(harness.cache.report(domainID: "domain-a", reportID: name))
      if name == "long" { #expect(try harness.json(ReportMethods.get, request) == nil) }
      harness.cache.insert(
        json: Array("marked".utf8), domainID: "domain-a", reportID: name, of: kept)
      #expect(try harness.json(ReportMethods.get, request) == "marked")
    }
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

  /// With room for three reports of 100 bytes, into which so many came.
  private func cache(of count: Int) -> EncodedReportCache {
    let cache = EncodedReportCache(bytesMax: 3 * 356)
    for number in 0..<count {
      cache.insert(
        [UInt8](repeating: 1, count: 100), domainID: "d", reportID: "\(number)", readAfter: 0)
    }
    return cache
  }

  @Test("The cache drops the oldest beyond its bound")
  func cacheBound() {
    let cache = cache(of: 5)
    #expect(cache.count == 3)
    #expect(cache.report(domainID: "d", reportID: "1")?.bytes == nil)
    #expect(cache.report(domainID: "d", reportID: "2")?.bytes.count == 100)
    cache.insert([UInt8](repeating: 1, count: 2000), domainID: "d", reportID: "large", readAfter: 0)
    #expect(cache.report(domainID: "d", reportID: "large")?.bytes == nil)
    #expect(cache.count == 3)
  }

  @Test("The JSON of a report stands beside its bytes, counts, and goes with them")
  func cachedJSON() throws {
    let cache = cache(of: 3)
    let last = try #require(cache.report(domainID: "d", reportID: "2"))
    #expect(last.json == nil)
    cache.insert(json: [7, 8], domainID: "d", reportID: "2", of: last)
    let kept = try #require(cache.report(domainID: "d", reportID: "2"))
    #expect(kept.json == [7, 8])
    #expect(kept.bytes == last.bytes)
    // It took the room of the oldest, and is not taken twice.
    #expect(cache.count == 2)
    cache.insert(json: [9], domainID: "d", reportID: "2", of: last)
    #expect(cache.report(domainID: "d", reportID: "2")?.json == [7, 8])
    // One that has no room at all drops nobody.
    let other = try #require(cache.report(domainID: "d", reportID: "1"))
    cache.insert(
      json: [UInt8](repeating: 1, count: 2000), domainID: "d", reportID: "1", of: other)
    #expect(cache.report(domainID: "d", reportID: "1")?.json == nil)
    #expect(cache.count == 2)
    // Nor one whose report is gone, or is another one now.
    cache.remove(domainID: "d", reportID: "1")
    cache.insert(json: [7], domainID: "d", reportID: "1", of: other)
    #expect(cache.report(domainID: "d", reportID: "1") == nil)
    cache.insert([5], domainID: "d", reportID: "1", readAfter: cache.removals)
    cache.insert(json: [7], domainID: "d", reportID: "1", of: other)
    #expect(cache.report(domainID: "d", reportID: "1")?.json == nil)
    // Gone with its bytes, it leaves all of its room.
    cache.remove(domainID: "d", reportID: "2")
    cache.remove(domainID: "d", reportID: "1")
    for number in 3..<6 {
      cache.insert(
        [UInt8](repeating: 1, count: 100), domainID: "d", reportID: "\(number)",
        readAfter: cache.removals)
    }
    #expect(cache.count == 3)
  }

  @Test("What is kept is written behind what is there, to whom it is")
  func written() throws {
    let cache = EncodedReportCache()
    cache.insert([1, 2], domainID: "d", reportID: "report-1", readAfter: 0)
    func written(_ reportID: String, of domainID: String = "d", as format: PayloadFormat = .binary)
      -> [UInt8]?
    {
      var writer = BinaryWriter()
      writer.append(9)
      let isKept = cache.write(domainID: domainID, reportID: reportID, as: format, to: &writer)
      if !isKept { #expect(writer.bytes() == [9]) }
      return isKept ? writer.bytes() : nil
    }
    #expect(written("report-1") == [9, 1, 2])
    #expect(written("report-1", as: .json) == nil)
    #expect(written("report-1", of: "e") == nil)
    #expect(written("report-2") == nil)
    #expect(written("report-") == nil)
    #expect(written(String(repeating: "r", count: 256)) == nil)
    #expect(cache.report(domainID: "d", reportID: "report-1", bytesMax: 1) == nil)
    let kept = try #require(cache.report(domainID: "d", reportID: "report-1", bytesMax: 2))
    cache.insert(json: [5], domainID: "d", reportID: "report-1", of: kept)
    #expect(written("report-1") == [9, 1, 2])
    #expect(written("report-1", as: .json) == [9, 5])
    // What it is called may be of any length up to the bound, and of any bytes.
    for count in 0...255 {
      let name = String(repeating: "\u{0}", count: count)
      cache.insert([UInt8(count)], domainID: "", reportID: name, readAfter: 0)
      #expect(written(name, of: "") == [9, UInt8(count)])
    }
    #expect(cache.count == 257)
  }

  @Test("A report whose JSON comes to it is the newest, also if it was the oldest")
  func cachedJSONOfTheOldest() throws {
    let cache = cache(of: 3)
    let oldest = try #require(cache.report(domainID: "d", reportID: "0"))
    cache.insert(json: [7], domainID: "d", reportID: "0", of: oldest)
    #expect(cache.report(domainID: "d", reportID: "0")?.json == [7])
    #expect(cache.report(domainID: "d", reportID: "1") == nil)
    cache.insert([UInt8](repeating: 1, count: 99), domainID: "d", reportID: "3", readAfter: 0)
    cache.insert([UInt8](repeating: 1, count: 100), domainID: "d", reportID: "4", readAfter: 0)
    #expect(cache.report(domainID: "d", reportID: "2") == nil)
    #expect(cache.report(domainID: "d", reportID: "0")?.json == [7])
    #expect(cache.count == 3)
  }

  @Test("The cache drops what is removed, and keeps nothing that was read before a removal")
  func cacheRemoval() {
    let cache = EncodedReportCache(bytesMax: 1 << 20)
    cache.insert([1], domainID: "d", reportID: "a", readAfter: 0)
    cache.insert([2], domainID: "d", reportID: "b", readAfter: 0)
    let before = cache.removals
    cache.remove(domainID: "d", reportID: "a")
    #expect(cache.report(domainID: "d", reportID: "a")?.bytes == nil)
    #expect(cache.report(domainID: "d", reportID: "b")?.bytes == [2])
    cache.insert([1], domainID: "d", reportID: "a", readAfter: before)
    #expect(cache.report(domainID: "d", reportID: "a")?.bytes == nil)
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
    #expect(cache.report(domainID: "d", reportID: "8999")?.bytes == [3])
    #expect(cache.report(domainID: "d", reportID: "b")?.bytes == nil)
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
