import ReportCore

/// The proofs of finished reports, and what is found by their files.
extension StoreConformance {
  private static let manifest = Array("{\"manifest\":\n{\"é\":\"ﬁ\"}\n".utf8)

  /// Finishes a report with a file and a manifest.
  @discardableResult
  private static func finish(
    _ store: any ReportStore, _ report: Report, manifest: [UInt8], at seconds: Int64 = 120,
    _ ending: ReportEnding? = nil
  ) async throws -> FinishOutcome {
    try await store.finish(
      report.reportID, fencingToken: try token(of: report),
      with: ending ?? .finished([TestReports.artifact(of: report)], .none), at: at(seconds),
      manifest: manifest)
  }

  static let manifestCases: [Case] = [
    Case("A manifest is kept with the report that ends so, byte for byte") { store in
      let report = try await running(store)
      try expectEqual(try await store.manifest(of: report.key), nil, "before its end")
      try expectEqual(try await store.hasManifest(of: report.key), false, "before its end")
      try await finish(store, report, manifest: manifest)
      try expectEqual(try await store.manifest(of: report.key), manifest, "its manifest")
      try expectEqual(try await store.hasManifest(of: report.key), true, "it is there")
      var other = report
      other.domainID = "domain-b"
      try expectEqual(try await store.manifest(of: other.key), nil, "in another domain")
      try expectEqual(try await store.hasManifest(of: other.key), false, "in another domain")
      let second = try await running(store, 2)
      try expectEqual(try await store.manifest(of: second.key), nil, "of another report")
      _ = try await finish(
        store, second, .finished([TestReports.artifact(of: second)], .none))
      try expectEqual(try await store.manifest(of: second.key), nil, "finished without one")
    },
    Case("Said again, an ending keeps the first manifest; what is lost keeps none") { store in
      let report = try await running(store)
      let first = try await finish(store, report, manifest: manifest)
      try expectEqual(try await finish(store, report, manifest: [65], at: 999), first, "again")
      try expectEqual(try await store.manifest(of: report.key), manifest, "its manifest")
      let other = ReportEnding.finished(
        [TestReports.artifact(of: report)], Progress(rows: 9, bytes: 9))
      try expectEqual(
        try await finish(store, report, manifest: [66], other), .lost, "another ending")
      try expectEqual(try await store.manifest(of: report.key), manifest, "its manifest")
      let failed = try await running(store, 2)
      let failure = ReportFailureInfo(code: .queryError, message: "no such table")
      _ = try await finish(store, failed, .failure(failure, .none))
      try expectEqual(try await finish(store, failed, manifest: manifest), .lost)
      try expectEqual(try await store.manifest(of: failed.key), nil, "of one that failed")
    },
    Case("A manifest goes with its report") { store in
      let report = try await running(store)
      try await finish(store, report, manifest: manifest)
      _ = try await store.delete([report.key], sparingPinned: false)
      try expectEqual(try await store.manifest(of: report.key), nil)
      try expectEqual(try await store.hasManifest(of: report.key), false)
    },
    Case("Reports are found by the SHA-256 of a file, the newest first, in their domain") { store in
      var keys: [ReportKey] = []
      for (number, domain) in zip(1..., ["domain-a", "domain-b", "domain-a", "domain-a"]) {
        _ = try await store.create(report(number, in: domain), idempotency: nil)
        let claimed = try require(try await claim(store), "report")
        var twice = [TestReports.artifact(of: claimed)]
        twice.append(twice[0])
        twice[1].format = .json
        twice[1].path += ".json"
        if number == 4 { twice[0].sha256 = String(repeating: "1c", count: 32) }
        _ = try await finish(store, claimed, .finished(number == 4 ? [twice[0]] : twice, .none))
        keys.append(claimed.key)
      }
      func found(
        _ sha256: String = String(repeating: "0a", count: 32), _ domainID: String = "domain-a",
        _ countMax: Int = 9
      ) async throws -> [ReportKey] {
        try await store.reports(withFileOf: sha256, in: domainID, countMax: countMax).map(\.key)
      }
      try expectEqual(try await found(), [keys[2], keys[0]], "of the domain")
      let one = try await store.reports(
        withFileOf: String(repeating: "0a", count: 32), in: "domain-b", countMax: 9)
      try expectEqual(one.map(\.artifacts.count), [2], "whole")
      try expectEqual(one.map(\.key), [keys[1]], "of the other domain")
      try expectEqual(
        try await found(String(repeating: "0a", count: 32), "domain-a", 1), [keys[2]], "one")
      try expectEqual(try await found(String(repeating: "0A", count: 32)), [], "in capitals")
      try expectEqual(try await found("", "domain-a"), [], "of nothing")
    },
  ]
}
