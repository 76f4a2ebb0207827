import ProtobufWire
import ReportAPI

/// What is measured: messages as the report service exchanges them.
enum Workload: String, CaseIterable {
  /// GetReportRequest, 63 bytes.
  case a
  /// ReportInfo with a Struct of 8 keys, about 600 bytes.
  case b
  /// ReportsInfo of 100 such, about 64 kB.
  case c
  /// A Struct of 1000 keys, about 40 kB.
  case d

  /// The message's bytes; the same on every machine. Struct entries come in no order, as the maps
  /// of most implementations give them.
  func bytes() throws -> [UInt8] {
    switch self {
    case .a:
      try GetReportRequest(
        domainID: "domain-58010aa2e451", reportID: "report-0b1c5c2f9a10",
        only: ["report_id", "state", "x"]
      ).protobuf()
    case .b: try Workload.report(7)
    case .c:
      try Workload.list((0..<100).map { try Workload.report($0) })
    case .d: try Workload.object(count: 1000, seed: 11)
    }
  }

  /// Counts up from a seed, scattered over 64 bits (splitmix64).
  struct Scatter: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    }
  }

  private static func list(_ reports: [[UInt8]]) throws -> [UInt8] {
    var writer = BinaryWriter()
    for report in reports {
      writer.tag(1, .lengthDelimited)
      let mark = writer.begin()
      writer.append(contentsOf: report)
      writer.end(mark)
    }
    writer.tag(2, .varint)
    writer.varint(UInt64(reports.count))
    return writer.take()
  }

  private static func report(_ index: Int) throws -> [UInt8] {
    var scatter = Scatter(state: UInt64(index))
    func id(_ prefix: String) -> String {
      prefix + "-" + String(scatter.next() >> 16 | 1 << 47, radix: 16)
    }
    var report = ReportInfo()
    report.domainID = "domain-58010aa2e451"
    report.reportID = id("report")
    report.templateID = id("template")
    report.storageInfo = StorageInfo(
      domainID: "domain-58010aa2e451", storageID: id("storage"), name: "local",
      storageTypeInfo: StorageTypeInfo(
        storageTypeID: "storage-type-local", name: "Local files", storageType: "LOCAL",
        provider: "reportwire"),
      createdAt: Timestamp(seconds: 1_700_000_000))
    report.storagePath = "domain-58010aa2e451/2026/11/\(report.reportID)"
    report.state = .finished
    report.createdBy = "user-\(index)@example.com"
    report.scheduleID = id("schedule")
    report.createdAt = Timestamp(seconds: 1_764_000_000 + Int64(index), nanos: 123_456_000)
    var writer = BinaryWriter()
    try report.encode(into: &writer)
    writer.tag(6, .lengthDelimited)
    let mark = writer.begin()
    writer.append(contentsOf: try options(index))
    writer.end(mark)
    return writer.take()
  }

  private static func options(_ index: Int) throws -> [UInt8] {
    let entries: [(String, Value)] = [
      ("region", .string("eu-central-1")), ("limit", .number(Double(1000 + index))),
      ("include_closed", .bool(index % 2 == 0)), ("formats", .list(["csv", "json", "xlsx"])),
      ("department", .string("Research and development")),
      ("period", .struct(["from": "2026-01-01", "to": "2026-11-30"])),
      ("owner", .struct(["name": "Kim Minji", "id": "user-4f1c", "active": true])),
      ("threshold", .number(0.25)),
    ]
    return try encoded(entries)
  }

  private static func object(count: Int, seed: UInt64) throws -> [UInt8] {
    var scatter = Scatter(state: seed)
    var entries: [(String, Value)] = []
    for index in 0..<count {
      let key = "field_\(String(scatter.next() >> 40, radix: 36))_\(index)"
      let value: Value =
        switch index % 10 {
        case 0..<4: .string("value \(index)")
        case 4..<6: .number(Double(index) / 4)
        case 6: .bool(index % 20 == 6)
        case 7: .null
        case 8: .list([.string("item"), .number(Double(index))])
        default: .struct(["id": .number(Double(index)), "name": .string("n\(index)")])
        }
      entries.append((key, value))
    }
    return try encoded(entries)
  }

  private static func encoded(_ entries: [(String, Value)]) throws -> [UInt8] {
    var writer = BinaryWriter()
    for (key, value) in entries {
      writer.tag(1, .lengthDelimited)
      let entry = writer.begin()
      writer.tag(1, .lengthDelimited)
      writer.lengthDelimited(key)
      writer.tag(2, .lengthDelimited)
      let mark = writer.begin()
      try value.encode(into: &writer)
      writer.end(mark)
      writer.end(entry)
    }
    return writer.take()
  }
}
