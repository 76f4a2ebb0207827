import ReportwireTestKit
import Testing

@testable import ReportCore

@Suite("What callers may give", .timeLimit(.minutes(5)))
struct UseCaseLimitsTests {
  /// To Swift one letter, which it takes the square of its length to compare.
  private static let marks = "e" + String(repeating: "\u{301}", count: 262_144)

  private static func text(_ bytes: Int) -> String { String(repeating: "x", count: bytes) }

  /// Every id, name and key that a caller gives, by what it is known as.
  private static let givers:
    [(key: String, give: @Sendable (UseCaseBench, String) async throws -> Void)] =
      [
        ("template_id", { try await $0.create(templateID: $1) }),
        (
          "template_id",
          { bench, text in
            _ = try await PreviewTemplate(bench.ports).run(
              .init(templateID: text), for: bench.caller())
          }
        ),
        (
          "template_options",
          { bench, text in
            _ = try await PreviewTemplate(bench.ports).run(
              .init(templateID: "monthly-cost", options: [text: .null]), for: bench.caller())
          }
        ),
        ("name", { try await $0.create(name: $1) }),
        ("idempotency-key", { try await $0.create(repetition: .key($1)) }),
        ("template_options", { try await $0.create([$1: .null]) }),
        (
          "storage_id",
          { bench, text in
            _ = try await CreateReport(bench.ports).run(
              .init(templateID: "monthly-cost", name: "n", storageID: text), for: bench.caller())
          }
        ),
        ("domain_id", { _ = try $0.caller($1) }),
        ("domain_id", { try await $0.audit(.init(), domainID: $1) }),
        ("resource_id", { try await $0.audit(.init(resourceID: $1)) }),
        ("subject", { try await $0.audit(.init(subject: $1)) }),
        ("method", { try await $0.audit(.init(method: $1)) }),
        ("cursor", { try await $0.audit(.init(cursor: $1)) }),
        ("user_id", { _ = try $0.caller("d", $1) }),
        (
          "sha256",
          { bench, text in
            _ = try await ReadReports(bench.ports).reports(withFileOf: text, for: bench.caller())
          }
        ),
        (
          "report_id",
          { bench, text in _ = try await ReadReports(bench.ports).one(text, for: bench.caller()) }
        ),
        (
          "report_id",
          { bench, text in
            _ = try await ReadReports(bench.ports).inspection(of: text, for: bench.caller())
          }
        ),
        (
          "report_id",
          { bench, text in
            _ = try await ReadReports(bench.ports).updates(of: text, for: bench.caller())
          }
        ),
        (
          "report_id",
          { bench, text in _ = try await CancelReport(bench.ports).run(text, for: bench.caller()) }
        ),
        (
          "report_id",
          { bench, text in
            _ = try await DownloadReport(bench.ports).link(
              to: text, format: nil, timeLeft: nil, for: bench.caller())
          }
        ),
        (
          "format",
          { bench, text in
            _ = try await DownloadReport(bench.ports).link(
              to: "r", format: text, timeLeft: nil, for: bench.caller())
          }
        ),
        (
          "report_id",
          { bench, text in
            _ = try await DownloadReport(bench.ports).file(
              of: text, format: .csv, for: bench.caller())
          }
        ),
        (
          "format",
          { bench, text in
            _ = try await DownloadReport(bench.ports).file(
              of: "r", format: ReportFormat(rawValue: text), for: bench.caller())
          }
        ),
        (
          "report_id",
          { bench, text in
            _ = try await KeepReport(bench.ports).pin(true, text, for: bench.caller())
          }
        ),
        (
          "report_id",
          { bench, text in
            try await KeepReport(bench.ports).delete(text, for: bench.caller())
          }
        ),
        ("template_id", { _ = try await BrowseCatalog($0.ports).template($1, for: "") }),
        ("domain_id", { _ = try await BrowseCatalog($0.ports).template("monthly-cost", for: $1) }),
        (
          "domain_id",
          {
            _ = try await BrowseCatalog($0.ports).templates(
              templateID: "", name: "", isDisabledOnly: false, for: $1)
          }
        ),
        (
          "template_id",
          {
            _ = try await BrowseCatalog($0.ports).templates(
              templateID: $1, name: "", isDisabledOnly: false, for: "")
          }
        ),
        (
          "name",
          {
            _ = try await BrowseCatalog($0.ports).templates(
              templateID: "", name: $1, isDisabledOnly: false, for: "")
          }
        ),
        (
          "storage_id",
          { bench, text in
            _ = try await BrowseCatalog(bench.ports).storage(text, for: bench.caller())
          }
        ),
        ("storage_type_id", { _ = try BrowseCatalog($0.ports).storageType($1) }),
        (
          "storage_type_id",
          {
            _ = try BrowseCatalog($0.ports).storageTypes(
              storageTypeID: $1, name: "", storageType: "")
          }
        ),
        (
          "name",
          {
            _ = try BrowseCatalog($0.ports).storageTypes(
              storageTypeID: "", name: $1, storageType: "")
          }
        ),
        (
          "storage_type",
          {
            _ = try BrowseCatalog($0.ports).storageTypes(
              storageTypeID: "", name: "", storageType: $1)
          }
        ),
      ]

  @Test(
    "An id, name or key of the largest size is looked at; a longer one, or one with NUL, is not",
    arguments: givers.indices)
  func ids(index: Int) async throws {
    let (key, give) = Self.givers[index]
    let bench = UseCaseBench()
    func refusal(_ text: String) async throws -> String {
      do {
        try await give(bench, text)
      } catch let error as UseCaseError where error.code == .invalid && error.key == key {
        return error.message
      } catch is UseCaseError {
        return "another"
      }
      return ""
    }
    let largest = try await refusal(Self.text(255))
    #expect(!largest.contains("bytes"), "\(largest)")
    #expect(try await refusal(Self.text(256)).contains("256 bytes; at most 255"))
    #expect(try await refusal("x\0").contains("NUL"))
    // The store is closed: whoever asked it, or compared this, would not get here in time.
    try await bench.store.close()
    let long = try await refusal(Self.marks)
    // Options are measured as a whole before their names are.
    let bound = key == "template_options" ? "bytes; at most 262144" : "524289 bytes; at most 255"
    #expect(long.contains(bound), "\(long)")
  }

  @Test("Options are measured as the JSON that is kept of them, to the byte")
  func optionBytes() async throws {
    let bench = UseCaseBench(UseCaseLimits(optionsBytesMax: 1000))
    // {"note":"..."}
    for (note, bytes) in [
      (Self.text(989), 1000), (Self.text(990), 1001),
      // Each is six in JSON.
      (String(repeating: "\"", count: 164) + "xxxxx", 1000),
      (String(repeating: "\n", count: 165), 1001),
      (String(repeating: "é", count: 494) + "x", 1000), (Self.marks, 524_300),
    ] {
      let options: OptionObject = ["note": .string(note)]
      #expect(CanonicalJSON.text(.object(options))?.utf8.count == bytes)
      if bytes <= 1000 {
        try await bench.create(options)
      } else {
        let error = UseCaseError.invalid(
          "template_options", "as JSON they have \(bytes) bytes; at most 1000 are taken")
        await #expect(throws: error) { try await bench.create(options) }
      }
    }
  }

  @Test(
    "The measure is that of the text",
    arguments: [
      .null, .bool(true), .bool(false), .number(0), .number(-1.5), .number(1e300),
      .number(123_456_789), .string(""), .string("\u{1}\u{7f}\u{301}\"\\/"), .list([]),
      .list([.null]), .list([.number(1), .list([.null, .null])]), .object([:]),
      .object(["a": .null]), .object(["a\"": .list([]), "b": .object(["c": .string("d")])]),
    ] as [OptionValue])
  func measure(value: OptionValue) {
    #expect(CanonicalJSON.byteCount(value) == CanonicalJSON.text(value)?.utf8.count)
  }

  @Test("A list of options has its items counted, wherever it is")
  func listItems() async throws {
    let bench = UseCaseBench(UseCaseLimits(listItemsMax: 3))
    let three = OptionValue.list([.string("a"), .string("b"), .string("c")])
    let four = OptionValue.list([.string("a"), .string("b"), .string("c"), .string("d")])
    try await bench.create(["items": three])
    for options in [
      ["items": four], ["items": .list([four])], ["note": .object(["x": four])],
    ] as [OptionObject] {
      let error = await #expect(throws: UseCaseError.self) { try await bench.create(options) }
      #expect(error?.code == .invalid)
      #expect(error?.key == "template_options.\(options.keys[0])")
      #expect(error?.message == "it has 4 items; at most 3 are taken")
    }
  }

  @Test("The limits are those that are promised")
  func defaults() async throws {
    let limits = UseCaseLimits()
    #expect(limits.idBytesMax == 255)
    #expect(limits.optionsBytesMax == 256 * 1024)
    #expect(limits.listItemsMax == 10_000)
    let bench = UseCaseBench(limits)
    func items(_ count: Int) -> OptionObject {
      ["items": .list(Array(repeating: .string("x"), count: count))]
    }
    try await bench.create(items(10_000))
    await #expect(throws: UseCaseError.self) { try await bench.create(items(10_001)) }
  }

  @Test(
    "Text with NUL, and numbers that are none, are refused wherever they are in options",
    arguments: [
      ["note": .string("a\0b")], ["items": .list([.string("\0")])],
      ["note": .object(["a\0": .null])], ["note": .object(["a": .string("\0")])],
      ["no\0te": .null], ["note": .number(.infinity)], ["note": .list([.number(.nan)])],
    ] as [OptionObject])
  func unkeepable(options: OptionObject) async throws {
    for repetition in [.none, .key("k")] as [CreateReport.Repetition] {
      let error = await #expect(throws: UseCaseError.self) {
        try await UseCaseBench().create(options, repetition: repetition)
      }
      #expect(error?.code == .invalid)
      #expect(error?.message.contains("NUL") == true || error?.message.contains("finite") == true)
    }
  }
}
