import Foundation
import ReportCore
import ReportwireTestKit
import Testing

@testable import ManifestSigning

@Suite struct ManifestTests {
  /// The key of RFC 8037, appendix A, which is that of the first test of RFC 8032 too.
  static let key = ManifestKey(
    seed: [
      0x9D, 0x61, 0xB1, 0x9D, 0xEF, 0xFD, 0x5A, 0x60, 0xBA, 0x84, 0x4A, 0xF4, 0x92, 0xEC, 0x2C,
      0xC4, 0x44, 0x49, 0xC5, 0x69, 0x7B, 0x32, 0x69, 0x19, 0x70, 0x3B, 0xAC, 0x03, 0x1C, 0xAE,
      0x7F, 0x60,
    ])!
  static let csv = Array("a,b\r\n1,2\r\n".utf8)
  static let csvDigest = "8fa3371f3c06fa3b2fb2d3a0d7d9c5a5f5d4cb2f3d8e2cb9bd5b2c16d3c0f0d1"

  static func manifest(
    sha256: String = csvDigest, source: OptionObject = ["change_counter": .number(7)],
    rows: Int64 = 1
  ) -> Manifest {
    var report = TestReports.report(
      1, name: "Kosten \"é\"\n", options: ["since": .string("2026-01-01"), "top": .number(2.5)])
    report.startedAt = FakeClock.at(1)
    report.endedAt = Instant(secondsSinceEpoch: 1_800_000_002, nanosecond: 5)
    report.state = .finished
    report.attempts = 2
    report.progress = Progress(rows: rows, bytes: 10, textsReplaced: 3)
    report.artifacts = [
      Artifact(
        format: .csv, path: "p", bytes: Int64(csv.count), rows: rows, sha256: sha256,
        mediaType: "text/csv; charset=utf-8"),
      Artifact(
        format: ReportFormat(rawValue: "csv.gz"), path: "q", bytes: 99, rows: rows,
        sha256: String(repeating: "1b", count: 32), mediaType: "application/gzip"),
    ]
    var template = Template(
      templateID: "template-000000000001", name: "cost", title: "", source: "costs",
      isShared: true, sql: "SELECT 1", formats: [.csv])
    template.textSHA256 = String(repeating: "cd", count: 32)
    return Manifest(
      report: report,
      facts: RunFacts(
        template: template, parameters: ["top": .number(2.5)],
        source: SourceState(kind: "sqlite", marks: source)),
      engineVersion: "1.2.3")
  }

  static func signed(_ manifest: Manifest = manifest()) throws -> [UInt8] {
    let payload = try #require(manifest.payload)
    return SignedManifest(payload: payload, signature: try key.sign(payload)).bytes
  }

  private let keys = [key.publicKey]

  // MARK: Keys

  @Test func aKeyIsNamedByItsThumbprint() {
    #expect(Self.key.publicKey.text == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
    #expect(Self.key.publicKey.keyID == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
    #expect(ManifestKey(seed: Self.key.seed)?.publicKey == Self.key.publicKey)
    #expect(ManifestKey(seed: Array(Self.key.seed.dropLast())) == nil)
    #expect(ManifestKey().publicKey != ManifestKey().publicKey)
  }

  @Test func whatItSignsIsGoodAndNothingElse() throws {
    let signature = try Self.key.sign(Array("text".utf8)).bytes
    #expect(signature.count == 64)
    #expect(Self.key.publicKey.isGood(signature, of: Array("text".utf8)))
    #expect(!Self.key.publicKey.isGood(signature, of: Array("Text".utf8)))
    #expect(!ManifestKey().publicKey.isGood(signature, of: Array("text".utf8)))
  }

  @Test func keysAreReadAsTheyAreWrittenElsewhere() {
    let key = Self.key.publicKey
    let other = ManifestKey().publicKey
    // What openssl makes of it.
    let pem = """
      -----BEGIN PUBLIC KEY-----\r
      MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\r
      -----END PUBLIC KEY-----\r

      """
    #expect(ManifestPublicKey.keys(in: pem) == [key])
    #expect(ManifestPublicKey.keys(in: key.webKey) == [key])
    #expect(ManifestPublicKey.keys(in: ManifestPublicKey.keySet([other, key])) == [other, key])
    let mixed = #"""
      {"keys": [{"kty": "RSA", "n": "AQAB"}, 7, \#(key.webKey), {"kty": "OKP", "crv": "X25519",
       "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}, {"kty": "OKP", "crv": "Ed25519", "x": "11q"}]}
      """#
    #expect(ManifestPublicKey.keys(in: mixed) == [key])
  }

  @Test(arguments: [
    "", "{", "[]", #"{"keys": 1}"#, "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
    "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n",
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
      + "-----END PRIVATE KEY-----\n",
  ])
  func textsWithoutAPublicKeyHaveNone(text: String) {
    #expect(ManifestPublicKey.keys(in: text).isEmpty)
  }

  // MARK: Manifests

  @Test func aManifestIsOneTextAndTheSameWheneverItIsMade() throws {
    let bytes = try Self.signed()
    #expect(bytes == (try Self.signed()))
    let lines = String(decoding: bytes, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 6)
    #expect(lines[0] == "{\"manifest\":")
    #expect(
      lines[1] == #"""
        {"artifacts":[{"bytes":10,"file_name":"cost_20270115.csv","format":"csv","media_type":"text/csv; charset=utf-8","rows":1,"sha256":"\#(Self.csvDigest)"},{"bytes":99,"file_name":"cost_20270115.csv.gz","format":"csv.gz","media_type":"application/gzip","rows":1,"sha256":"\#(String(repeating: "1b", count: 32))"}],"attempt":2,"created_at":"2027-01-15T08:00:00Z","domain_id":"domain-a","ended_at":"2027-01-15T08:00:02.000000005Z","engine":{"name":"reportwire","version":"1.2.3"},"name":"Kosten \u0022é\u0022\u000a","options":{"since":"2026-01-01","top":2.5},"parameters":{"top":2.5},"report_id":"report-000000000001","rows":1,"source":{"kind":"sqlite","name":"costs","state":{"change_counter":7}},"started_at":"2027-01-15T08:00:01Z","template":{"name":"cost","sha256":"\#(String(repeating: "cd", count: 32))","template_id":"template-000000000001"},"type":"reportwire.manifest.v1","warnings":[{"code":"TEXTS_REPLACED","count":3}]}
        """#)
    #expect(
      lines[3].hasPrefix(#"{"alg":"EdDSA","kid":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k""#))
    let checked = try CheckedManifest(bytes, keys: keys)
    #expect(checked.reportID == "report-000000000001")
    #expect(checked.files.map(\.format) == ["csv", "csv.gz"])
  }

  @Test func aByteThatIsAnotherAnywhereIsFound() throws {
    let bytes = try Self.signed()
    for index in bytes.indices {
      for change in [0x01, 0x20, 0x80] as [UInt8] {
        var changed = bytes
        changed[index] ^= change
        #expect(throws: ManifestFault.self, "byte \(index) ^ \(change)") {
          try CheckedManifest(changed, keys: keys)
        }
      }
    }
  }

  @Test func aByteMoreOrLessIsFound() throws {
    let bytes = try Self.signed()
    for index in bytes.indices {
      var shorter = bytes
      shorter.remove(at: index)
      #expect(throws: ManifestFault.self) { try CheckedManifest(shorter, keys: keys) }
      var longer = bytes
      longer.insert(UInt8(ascii: " "), at: index)
      #expect(throws: ManifestFault.self) { try CheckedManifest(longer, keys: keys) }
    }
    #expect(throws: ManifestFault.self) { try CheckedManifest(bytes + [10], keys: keys) }
  }

  @Test func faultsAreToldApart() throws {
    let bytes = try Self.signed()
    func code(_ bytes: [UInt8], _ keys: [ManifestPublicKey]) -> ManifestFault.Code? {
      do throws(ManifestFault) {
        _ = try CheckedManifest(bytes, keys: keys)
        return nil
      } catch {
        return error.code
      }
    }
    #expect(code(bytes, keys) == nil)
    #expect(code(bytes, [ManifestKey().publicKey] + keys) == nil)
    #expect(code(bytes, [ManifestKey().publicKey]) == .unknownKey)
    #expect(code(bytes, []) == .unknownKey)
    #expect(code([], keys) == .malformed)
    var changed = bytes
    changed[30] ^= 1
    #expect(code(changed, keys) == .badSignature)
    // Signed well, but about something else.
    let payload = Array(#"{"type":"something"}"#.utf8)
    let other = SignedManifest(payload: payload, signature: try Self.key.sign(payload))
    #expect(code(other.bytes, keys) == .malformed)
    #expect(code(Array(repeating: 10, count: SignedManifest.bytesMax + 1), keys) == .malformed)
  }

  // MARK: Files

  @Test func aFileIsFoundByItsBytesWhateverItIsCalled() throws {
    let manifest = try CheckedManifest(try Self.signed(), keys: keys)
    let digest = FileDigest(bytes: 10, sha256: Self.csvDigest)
    #expect(try manifest.check(digest, named: "x").get().format == "csv")
  }

  @Test(arguments: [
    (
      "cost_20270115.csv", 9, "it is not the csv file of report report-000000000001: it has 9 bytes"
    ),
    ("renamed.csv.gz", 99, "it is not the csv.gz file of report report-000000000001: its SHA-256"),
    ("other.xlsx", 10, "it is no file of report report-000000000001, which has csv, csv.gz"),
  ])
  func whatAFileShouldBeFollowsFromItsName(name: String, bytes: Int64, wanted: String) throws {
    let manifest = try CheckedManifest(try Self.signed(), keys: keys)
    let digest = FileDigest(bytes: bytes, sha256: String(repeating: "00", count: 32))
    let fault = #expect(throws: ManifestFault.self) {
      try manifest.check(digest, named: name).get()
    }
    #expect(fault?.code == .differs)
    #expect(fault?.message.hasPrefix(wanted) == true, "\(fault?.message ?? "")")
  }

  @Test func aByteOfTheFileThatIsAnotherIsFoundAnywhere() throws {
    let path = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    func digest(_ bytes: [UInt8]) throws -> FileDigest {
      try Data(bytes).write(to: URL(filePath: path))
      return try FileDigest(ofFile: path)
    }
    let sha256 = try digest(Self.csv).sha256
    let manifest = try CheckedManifest(
      try Self.signed(Self.manifest(sha256: sha256)), keys: keys)
    let right = try digest(Self.csv)
    #expect(try manifest.check(right, named: "x").get().format == "csv")
    for index in Self.csv.indices {
      for bit in 0..<8 {
        var changed = Self.csv
        changed[index] ^= 1 << UInt8(bit)
        let finding = manifest.check(try digest(changed), named: "x.csv")
        #expect(throws: ManifestFault.self, "byte \(index), bit \(bit)") { try finding.get() }
      }
    }
  }

  @Test func whatReportsWereMadeOfIsCompared() throws {
    let old = try CheckedManifest(try Self.signed(), keys: keys)
    let same = try CheckedManifest(
      try Self.signed(Self.manifest(sha256: String(repeating: "2c", count: 32))), keys: keys)
    #expect(same.differences(from: old).isEmpty)
    let new = try CheckedManifest(
      try Self.signed(
        Self.manifest(source: ["change_counter": .number(8), "bytes": .number(4)], rows: 2)),
      keys: keys)
    #expect(
      new.differences(from: old) == [
        "source.state.bytes: 4, not there", "source.state.change_counter: 8, not 7",
        "rows: 2, not 1",
      ])
    #expect(
      old.differences(from: new).contains("source.state.bytes: not there, but 4"))
  }
}
