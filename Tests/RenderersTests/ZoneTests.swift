import Foundation
import ReportCore
import ReportwireTestKit
import Testing

@testable import Renderers

@Suite("Time zones", .timeLimit(.minutes(5)))
struct ZoneTests {
  private func text(_ zone: String, _ instant: Instant) throws -> String {
    try #require(ZoneCatalog.system.zone(zone)).clock().text(instant)
  }

  @Test(
    arguments: [
      ("Europe/Berlin", "2024-03-31T00:59:59Z", "2024-03-31T01:59:59+01:00"),
      ("Europe/Berlin", "2024-03-31T01:00:00Z", "2024-03-31T03:00:00+02:00"),
      // The clock shows both half past two.
      ("Europe/Berlin", "2024-10-27T00:30:00.25Z", "2024-10-27T02:30:00.250+02:00"),
      ("Europe/Berlin", "2024-10-27T01:30:00Z", "2024-10-27T02:30:00+01:00"),
      ("Europe/Berlin", "2500-07-01T12:00:00Z", "2500-07-01T14:00:00+02:00"),
      // By the sun: 53 minutes and 28 seconds.
      ("Europe/Berlin", "1890-01-01T00:00:00Z", "1890-01-01T00:53:00+00:53"),
      ("America/New_York", "1900-01-01T00:00:00Z", "1899-12-31T19:00:00-05:00"),
      ("America/New_York", "2037-07-01T00:00:00Z", "2037-06-30T20:00:00-04:00"),
      ("America/St_Johns", "2024-01-01T00:00:00Z", "2023-12-31T20:30:00-03:30"),
      ("Asia/Kathmandu", "2024-01-01T00:00:00Z", "2024-01-01T05:45:00+05:45"),
      ("Australia/Lord_Howe", "2500-01-01T00:00:00Z", "2500-01-01T11:00:00+11:00"),
      ("Europe/Dublin", "2500-01-01T00:00:00Z", "2500-01-01T00:00:00+00:00"),
      ("Asia/Dubai", "2500-01-01T00:00:00Z", "2500-01-01T04:00:00+04:00"),
      ("Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31T00:00:00+14:00"),
      ("UTC", "2024-01-01T00:00:00Z", "2024-01-01T00:00:00+00:00"),
      ("Etc/GMT+12", "2024-01-01T00:00:00Z", "2023-12-31T12:00:00-12:00"),
      // There is no year 0 or 10000 to be shown.
      ("America/New_York", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+00:00"),
      ("Asia/Tokyo", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59+00:00"),
    ] as [(String, Instant, String)])
  func `A moment is written as the zone's clocks show it`(
    _ zone: String, _ instant: Instant, _ expected: String
  ) throws {
    #expect(try text(zone, instant) == expected)
    #expect(ISO8601.instant(expected).map { $0 == instant } == true)
  }

  /// Every zone at moments of all times, and around each change of a few, as Python has them.
  @Test func `Every zone goes as Python's zoneinfo says`() async throws {
    let script = """
      from datetime import datetime, timedelta, timezone
      from zoneinfo import ZoneInfo, available_timezones
      epoch = datetime(1970, 1, 1, tzinfo=timezone.utc)
      moments = [-2208988800 + 7_777_777 * i for i in range(0, 760)]
      moments += [16725225600 + 1_111_111 * i for i in range(60)]
      for name in sorted(available_timezones()):
          if name in ("Factory", "localtime"):
              continue
          zone = ZoneInfo(name)
          offsets = [(epoch + timedelta(seconds=m)).astimezone(zone).utcoffset() for m in moments]
          print(name, *[int(o.total_seconds()) for o in offsets])
      """
    let result = try await Program("/usr/bin/python3", ["-B", "-c", script]).run()
    try #require(result.exit == 0, "\(String(decoding: result.error, as: UTF8.self))")
    var moments: [Int64] = (0..<760).map { -2_208_988_800 + 7_777_777 * $0 }
    moments += (0..<60).map { 16_725_225_600 + 1_111_111 * $0 }
    let lines = String(decoding: result.output, as: UTF8.self).split(separator: "\n")
    #expect(lines.count > 400)
    for line in lines {
      let words = line.split(separator: " ")
      let name = String(words[0])
      guard let zone = ZoneCatalog.system.zone(name) else {
        Issue.record("no zone \(name)")
        continue
      }
      let clock = zone.clock()
      let offsets = moments.map { clock.offset(at: Instant(secondsSinceEpoch: $0)) }
      #expect(offsets == words.dropFirst().compactMap { Int64($0) }, "\(name)")
      // Whatever was asked before.
      let backwards = moments.reversed().map { clock.offset(at: Instant(secondsSinceEpoch: $0)) }
      #expect(backwards.reversed() == offsets, "\(name)")
    }
  }

  @Test(arguments: [
    ("europe/berlin", ["Europe/Berlin"]), ("Berlin", ["Europe/Berlin"]),
    ("Europe/Berln", ["Europe/Berlin"]), ("utc", ["UTC"]), ("Nowhere/None", []), ("", []),
    (String(repeating: "Europe/Berlin", count: 20), []),
  ])
  func `An unknown zone is refused with what may have been meant`(
    _ name: String, _ nearest: [String]
  ) {
    var options = FormatOptions(["time_zone": .string(name)])
    #expect(options.timeZone() == nil)
    let problem = options.problems.first?.message ?? ""
    #expect(
      problem.hasPrefix("it must be the IANA name of a time zone, such as Europe/Berlin, not "))
    #expect(ZoneCatalog.system.nearest(to: name) == nearest)
    for name in nearest { #expect(problem.hasSuffix("; did you mean \(name)?")) }
  }

  @Test(arguments: [
    "/etc/localtime", "../zoneinfo/UTC", "Europe/../UTC", "posix/UTC", "right/UTC", "localtime",
    "posixrules", "tzdata.zi", "zone.tab", "Europe", "Europe/", "/UTC", "UTC\0", "./UTC", "ＵＴＣ",
  ])
  func `Only names of zones are opened`(_ name: String) {
    #expect(ZoneCatalog.system.zone(name) == nil)
  }

  @Test func `A file that is no zone's gives none, whatever is in it`() throws {
    let whole = try Array(Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/Europe/Berlin")))
    #expect(ZoneTable(whole) != nil)
    for count in 0..<whole.count { #expect(ZoneTable(Array(whole[..<count])) == nil) }
    var state: UInt64 = 7
    for _ in 0..<5000 {
      var bytes = whole
      for _ in 0..<3 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 20)
      }
      // It is read or refused, and what was read answers.
      guard let table = ZoneTable(bytes) else { continue }
      for second: Int64 in [-62_135_596_800, 0, 1_711_846_800, 253_402_300_799] {
        #expect((-93_600...93_600).contains(table.span(at: second).offset))
      }
    }
  }

  @Test func `Only so many names are kept, of so many parts`() throws {
    let folder = try TemporaryFiles()
    let deep = folder.path.appending(path: "A/B/C")
    try FileManager.default.createDirectory(at: deep, withIntermediateDirectories: true)
    for name in ["Top", "A/Second", "A/B/Third", "A/B/C/Fourth", "lower", "A/With.Point", "-X"] {
      try Data().write(to: folder.path.appending(path: name))
    }
    var names: [String] = []
    ZoneCatalog.list(folder.path.path, "", 3, into: &names)
    #expect(names.sorted() == ["A/B/Third", "A/Second", "Top"])
    for number in 0..<ZoneCatalog.namesMax {
      try Data().write(to: deep.appending(path: "N\(number)"))
    }
    names = []
    ZoneCatalog.list(folder.path.path, "", 4, into: &names)
    #expect(names.count == ZoneCatalog.namesMax)
  }

  @Test func `A file that is longer than any zone's is not read`() throws {
    let folder = try TemporaryFiles()
    let whole = try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/Europe/Berlin"))
    try whole.write(to: folder.path.appending(path: "Short"))
    try (whole + Data(count: 65_536)).write(to: folder.path.appending(path: "Long"))
    let catalog = ZoneCatalog(folder: folder.path.path)
    #expect(catalog.zone("Short") != nil)
    #expect(catalog.zone("Long") == nil)
    #expect(catalog.nearest(to: "long") == ["Long"])
  }

  @Test(
    arguments: [
      ("EST5EDT,M3.2.0,M11.1.0", 1_720_000_000, -14_400),
      ("EST5EDT,M3.2.0,M11.1.0", 1_705_000_000, -18_000),
      // Summer all year, and a winter that is the exception.
      ("XXX3EDT4,0/0,J365/23", 1_704_067_200, -14_400),
      ("IST-1GMT0,M10.5.0,M3.5.0/1", 1_705_000_000, 0),
      // Hours of another day (RFC 9636).
      ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 1_711_846_799, -7200),
      ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 1_711_846_800, -3600),
      ("CET-1CEST,J60,J300", 1_709_168_400, 3600), ("<+0330>-3:30", 0, 12_600),
    ] as [(String, Int64, Int64)])
  func `Rules go as RFC 9636 says`(_ rule: String, _ second: Int64, _ offset: Int64) throws {
    let table = try #require(ZoneTable(Self.file(rule)))
    #expect(table.span(at: second).offset == offset)
    #expect(table.span(at: 60_000_000_000).offset.magnitude <= 86_400)
  }

  @Test(arguments: [
    "X", "EST", "EST25", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,M13.1.0,M1.1.0",
    "EST5EDT,M3.6.0,M1.1.0", "EST5EDT,J0,J1", "EST5EDT,366,1", "EST5EDT,M3.2.0/168,M11.1.0",
    "EST5EDT,M3.2.0,M11.1.0,", "<-02", "EST-", "EST5:60",
  ])
  func `What is no rule makes the file none`(_ rule: String) {
    #expect(ZoneTable(Self.file(rule)) == nil)
  }

  /// A file of the second version without changes, which only has a rule.
  private static func file(_ rule: String) -> [UInt8] {
    let header = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
    let counts: (UInt8, UInt8) -> [UInt8] = { types, characters in
      [UInt8](repeating: 0, count: 16) + [0, 0, 0, types, 0, 0, 0, characters]
    }
    return header + counts(0, 0) + header + counts(1, 4) + [UInt8](repeating: 0, count: 6)
      + Array("UTC\0\n\(rule)\n".utf8)
  }
}

@Suite("Files in a time zone", .timeLimit(.minutes(5)))
struct ZonedFileTests {
  private static let columns = [
    RenderColumn(name: "at", title: "at", type: .datetime),
    RenderColumn(name: "shown", title: "shown", format: CellFormat("dd.mm.yyyy hh:mm:ss")),
    RenderColumn(name: "day", title: "day", type: .date),
  ]
  private static let rows: [[Cell]] = [
    [.instant("2024-03-31T00:30:00Z"), .text("2024-03-31T01:00:00Z"), .date("2024-03-31")],
    [.instant("2024-07-01T22:00:00.5Z"), .integer(1_719_871_200), .date("2024-07-01")],
    // A text of a day is that day.
    [.instant("1890-01-01T00:00:00Z"), .text("2024-07-01"), .null],
    [.null, .instant("2024-12-31T23:30:00Z"), .null],
    [.null, .date("2024-07-01"), .null],
  ]

  private func adapted(_ renderer: any Renderer) -> any Renderer {
    var options = FormatOptions(["time_zone": .string("Europe/Berlin")])
    let adapted = renderer.adapted(to: &options)
    #expect(options.problems.isEmpty)
    return adapted
  }

  @Test func `CSV and JSON write moments with the offset, days as they are`() throws {
    let csv = try renderedText(adapted(CSVRenderer()), Self.columns, Self.rows)
    #expect(
      csv.split(separator: "\r\n") == [
        "at,shown,day", "2024-03-31T01:30:00+01:00,31.03.2024 03:00:00,2024-03-31",
        "2024-07-02T00:00:00.500+02:00,02.07.2024 00:00:00,2024-07-01",
        "1890-01-01T00:53:00+00:53,01.07.2024 00:00:00,", ",01.01.2025 00:30:00,",
        ",01.07.2024 00:00:00,",
      ])
    let lines = try renderedText(adapted(JSONLinesRenderer()), Self.columns, Self.rows)
    #expect(
      lines.hasPrefix(
        #"{"at":"2024-03-31T01:30:00+01:00","shown":"31.03.2024 03:00:00","day":"2024-03-31"}"#))
    let json = try renderedText(adapted(JSONRenderer()), Self.columns, Self.rows)
    #expect(json.contains(#""at":"2024-07-02T00:00:00.500+02:00","shown":"02.07.2024 00:00:00""#))
    let zipped = CompressedRenderer(CSVRenderer(), .gzip)
    #expect(try rendered(adapted(zipped), Self.columns, Self.rows).count > 20)
  }

  @Test func `XLSX has what the clocks show`() async throws {
    let file = try rendered(adapted(XLSXRenderer()), Self.columns, Self.rows)
    let sheet = try #require(try await Spreadsheet.read(file).sheets.first)
    #expect(
      sheet.shown == [
        "s:at s:shown s:day", "d:2024-03-31T01:30:00 d:2024-03-31T03:00:00 d:2024-03-31T00:00:00",
        "d:2024-07-02T00:00:00.500000 d:2024-07-02T00:00:00 d:2024-07-01T00:00:00",
        "s:1890-01-01T00:53:00+00:53 d:2024-07-01T00:00:00 null",
        "null d:2025-01-01T00:30:00 null", "null d:2024-07-01T00:00:00 null",
      ])
  }

  @Test func `Without a zone everything is in UTC, whatever the machine's is`() throws {
    let csv = try renderedText(CSVRenderer(), Self.columns, Self.rows)
    #expect(csv.contains("2024-03-31T00:30:00Z,31.03.2024 01:00:00,2024-03-31\r\n"))
  }
}
