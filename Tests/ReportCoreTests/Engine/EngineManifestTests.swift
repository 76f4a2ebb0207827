import ReportCore
import ReportwireTestKit
import Synchronization
import Testing

@Suite("ReportEngine: manifests", .timeLimit(.minutes(5)))
struct EngineManifestTests {
  /// Signs with what it signs, cut short; or cannot.
  private struct Signer: ManifestSigner {
    var canSign = true

    func sign(_ payload: [UInt8]) throws(ReportFailure) -> ManifestSignature {
      guard canSign else { throw ReportFailure(.internal, "no random numbers") }
      return ManifestSignature(keyID: "k", bytes: Array(payload.prefix(64)))
    }
  }

  private func bench(
    _ steps: [ScriptedSource.Step] = [.rows(2)], canSign: Bool = true,
    store: InMemoryReportStore? = nil, clock: FakeClock = FakeClock()
  ) -> EngineBench {
    EngineBench(
      steps, store: store, clock: clock,
      manifests: ManifestMaker(signer: Signer(canSign: canSign), engineVersion: "9"))
  }

  private func payload(of report: Report, in bench: EngineBench) async throws -> String? {
    let bytes = try await bench.store.manifest(of: report.key)
    return bytes.flatMap { SignedManifest(bytes: $0) }
      .map { String(decoding: $0.payload, as: UTF8.self) }
  }

  @Test func `A finished report has a manifest of its rows, files and times`() async throws {
    let texts = Mutex<[String]>([])
    for _ in 0..<2 {
      try await bench([.rows(2), .replaced(4)]).running { bench in
        let report = try await bench.create(formats: [.json, .csv])
        let ended = try #require(await bench.end(of: report))
        let text = try #require(try await payload(of: report, in: bench))
        #expect(text.contains(#""rows":2,"#))
        #expect(text.contains(#""warnings":[{"code":"TEXTS_REPLACED","count":4}]"#))
        #expect(text.contains(#""ended_at":"\#(ISO8601.text(try #require(ended.endedAt)))""#))
        #expect(text.contains(#""attempt":1,"#))
        #expect(text.contains(#""engine":{"name":"reportwire","version":"9"}"#))
        #expect(text.contains(#""source":{"name":"numbers"}"#))
        for artifact in ended.artifacts {
          #expect(text.contains(#""sha256":"\#(artifact.sha256)""#))
          #expect(text.contains(#""format":"\#(artifact.format.rawValue)""#))
        }
        texts.withLock { $0.append(text) }
      }
    }
    let both = texts.withLock { $0 }
    #expect(both.count == 2 && both[0] == both[1])
  }

  /// But for the moments that it says.
  @Test func `A wrong clock changes nothing else`() async throws {
    let texts = Mutex<[String]>([])
    for year in ["1970", "2027", "9999"] {
      let clock = FakeClock(try #require(ISO8601.instant("\(year)-01-01T23:59:59.5")))
      try await bench(clock: clock).running { bench in
        let report = try await bench.create()
        _ = await bench.end(of: report)
        let text = try #require(try await payload(of: report, in: bench))
        #expect(text.contains(#""created_at":"\#(year)-01-01T23:59:59.500Z""#))
        #expect(text.contains("numbers_\(year)0101.csv"))
        texts.withLock { $0.append(text.replacing("\(year)", with: "YEAR")) }
      }
    }
    #expect(Set(texts.withLock { $0 }).count == 1)
  }

  @Test func `A report that did not finish has none`() async throws {
    try await bench([.fail(ReportFailure(.queryError, "no"))]).running { bench in
      let report = try await bench.create()
      #expect(await bench.end(of: report)?.state == .failure)
      #expect(try await bench.store.manifest(of: report.key) == nil)
    }
  }

  @Test func `What cannot be signed does not finish, and leaves no files`() async throws {
    try await bench(canSign: false).running { bench in
      let report = try await bench.create()
      let ended = try #require(await bench.end(of: report))
      #expect(ended.state == .failure)
      #expect(ended.failure?.code == .internal)
      #expect(ended.artifacts.isEmpty)
      #expect(bench.texts.isEmpty)
    }
  }

  @Test func `The state that a source tells is in it`() async throws {
    let marks: OptionObject = ["change_counter": .number(3)]
    try await bench([.state(SourceState(kind: "x", marks: marks)), .rows(1)]).running { bench in
      let report = try await bench.create()
      _ = await bench.end(of: report)
      let text = try #require(try await payload(of: report, in: bench))
      #expect(
        text.contains(
          #""source":{"kind":"x","name":"numbers","state":{"change_counter":3}}"#))
    }
  }
}
