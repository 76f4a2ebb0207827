package import ReportCore
private import Synchronization

/// What every `ArtifactStore` does. Each case wants a new, empty store.
package enum ArtifactStoreConformance {
  package typealias Case = ConformanceCase<any ArtifactStore>

  package static let cases: [Case] = writingCases + readingCases + sweepCases

  private static func key(
    _ number: Int = 1, token: Int64 = 1, format: ReportFormat = .csv, domain: String = "domain-a"
  ) -> ArtifactKey {
    ArtifactKey(
      domainID: domain, reportID: TestReports.id(number), fencingToken: token, format: format,
      fileExtension: format.rawValue)
  }

  private static func write(
    _ bytes: [UInt8], as key: ArtifactKey, to store: any ArtifactStore
  ) throws -> StoredArtifact {
    let writer = try store.makeWriter(key)
    try writer.write(bytes)
    return try writer.commit()
  }

  private static func content(of path: String, in store: any ArtifactStore) throws -> [UInt8] {
    let reader = try store.open(path)
    return try reader.read(at: 0, countMax: Int(reader.byteCount) + 1)
  }

  /// Throws unless a file of this key is refused, or is read back by a path that leads nowhere else.
  private static func staysInside(_ key: ArtifactKey, _ store: any ArtifactStore) throws {
    let stored: StoredArtifact
    do {
      stored = try write([7], as: key, to: store)
    } catch let failure as ReportFailure where failure.code == .storageError {
      return
    }
    let parts = stored.path.split(separator: "/", omittingEmptySubsequences: false)
    try expectEqual(parts.count, 3, "parts of \(stored.path)")
    try expect(parts.allSatisfy { !["", ".", ".."].contains($0) }, "the path is \(stored.path)")
    try expectEqual(try content(of: stored.path, in: store), [7])
  }

  private static let writingCases: [Case] = [
    Case("What is written and committed is read back") { store in
      let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      let writer = try store.makeWriter(key())
      for start in stride(from: 0, to: bytes.count, by: 7001) {
        try writer.write(Array(bytes[start..<min(start + 7001, bytes.count)]))
      }
      let stored = try writer.commit()
      try expectEqual(stored.bytes, Int64(bytes.count), "bytes")
      try expect(try content(of: stored.path, in: store) == bytes, "other bytes come back")
    },
    Case("A path is relative, leads nowhere else, and begins with domain and report") { store in
      let stored = try write([1], as: key(), to: store)
      let parts = stored.path.split(separator: "/", omittingEmptySubsequences: false)
      try expectEqual(parts.dropLast().map(String.init), ["domain-a", TestReports.id(1)], "folder")
      try expect(!parts.contains("") && !parts.contains(".."), "the path is \(stored.path)")
    },
    Case("The digest has 64 lower-case hexadecimal digits") { store in
      let digest = try write([1, 2, 3], as: key(), to: store).sha256
      try expectEqual(digest.utf8.count, 64)
      try expect(digest.allSatisfy { $0.isHexDigit && !$0.isUppercase }, "it is \(digest)")
    },
    Case("An empty file is a file") { store in
      let stored = try store.makeWriter(key()).commit()
      try expectEqual(stored.bytes, 0, "bytes")
      try expectEqual(try content(of: stored.path, in: store), [])
    },
    Case("Domains, reports, attempts and formats have files of their own") { store in
      let keys = [
        key(), key(2), key(token: 2), key(format: .json), key(domain: "domain-b"),
      ]
      let stored = try keys.enumerated().map { number, key in
        try write([UInt8(number)], as: key, to: store)
      }
      try expectEqual(Set(stored.map(\.path)).count, keys.count, "number of paths")
      for (number, artifact) in stored.enumerated() {
        try expectEqual(try content(of: artifact.path, in: store), [UInt8(number)])
      }
    },
    Case("A file that was discarded leaves nothing") { store in
      let writer = try store.makeWriter(key())
      try writer.write([1])
      writer.discard()
      let stored = try write([2], as: key(), to: store)
      try expectEqual(try content(of: stored.path, in: store), [2])
    },
    Case("A discard after the commit is harmless") { store in
      let writer = try store.makeWriter(key())
      try writer.write([1])
      let stored = try writer.commit()
      writer.discard()
      try expectEqual(try content(of: stored.path, in: store), [1])
    },
    Case("A domain or report that would lead out of the store is refused or renamed") { store in
      for name in ["..", "../x", "a/b", "", "."] {
        var hostile = key()
        hostile.domainID = name
        try staysInside(hostile, store)
        hostile = key()
        hostile.reportID = name
        try staysInside(hostile, store)
      }
    },
  ]

  private static let readingCases: [Case] = [
    Case("A slice of a file is read from its offset, cut at the end") { store in
      let path = try write(Array(0..<100), as: key(), to: store).path
      let reader = try store.open(path)
      try expectEqual(reader.byteCount, 100, "byte count")
      try expectEqual(try reader.read(at: 10, countMax: 5), [10, 11, 12, 13, 14])
      try expectEqual(try reader.read(at: 98, countMax: 5), [98, 99])
      try expectEqual(try reader.read(at: 100, countMax: 5), [])
      try expectEqual(try reader.read(at: 1000, countMax: 5), [])
    },
    Case("What is not there, or would be elsewhere, is not opened") { store in
      _ = try write([1], as: key(), to: store)
      for path in [
        "domain-a/\(TestReports.id(9))/csv-1.csv", "/etc/passwd", "../../../etc/passwd", "",
        "domain-a/../../etc/passwd", "domain-a", "domain-a/\(TestReports.id(1))",
      ] {
        try await expectError(ReportFailure.self, where: { $0.code == .storageError }) {
          _ = try store.open(path)
        }
      }
    },
    Case("A removed file is gone; removing it again is no error") { store in
      let path = try write([1], as: key(), to: store).path
      let other = try write([2], as: key(2), to: store).path
      try store.remove(path)
      try store.remove(path)
      try await expectError(ReportFailure.self, where: { $0.cause is ArtifactGone }) {
        _ = try store.open(path)
      }
      try expectEqual(try content(of: other, in: store), [2])
    },
    Case("A path that leads out of the store is not removed") { store in
      try await expectError(ReportFailure.self, where: { $0.code == .storageError }) {
        try store.remove("../../etc/passwd")
      }
    },
  ]

  private static let sweepCases: [Case] = [
    Case("Files are listed in pages, each once, whatever is removed between two of them") { store in
      let paths = try (1...7).map { try write([1], as: key($0), to: store).path }
      let listing = try store.list()
      var listed: [ArtifactReference] = []
      while true {
        let page = try await listing.next(countMax: 2)
        guard !page.isEmpty else { break }
        try expect(page.count <= 2, "a page has \(page.count) files")
        for file in page { try store.remove(file.path) }
        listed += page
      }
      let expected = zip(paths, 1...7).map { path, number in
        ArtifactReference(path: path, reportID: TestReports.id(number))
      }
      try expectEqual(listed.count, 7, "number of files listed")
      try expectEqual(Set(listed), Set(expected), "files")
      try expectEqual(try await listing.next(countMax: 2), [], "behind the end")
      try expectEqual(try await store.list().next(countMax: 2), [], "once all are removed")
    },
    Case("A file that is being written is not listed") { store in
      let writer = try store.makeWriter(key())
      try writer.write([1])
      try expectEqual(try await store.list().next(countMax: 2), [])
      writer.discard()
    },
    Case("A sweep asks about all files, as many at once as it may") { store in
      let paths = try (1...5).map { try write([1], as: key($0), to: store).path }
      let questions = Mutex<[Int]>([])
      let removed = try await store.sweep(filesAtOnce: 2) { files in
        questions.withLock { $0.append(files.count) }
        return Set(files.filter { $0.path != paths[3] })
      }
      try expectEqual(removed, [paths[3]], "removed")
      try expectEqual(questions.withLock { $0.reduce(0, +) }, 5, "files asked about")
      try expect(questions.withLock { $0.allSatisfy { $0 <= 2 } }, "too many at once")
    },
    Case("A sweep removes what is disowned and keeps the rest") { store in
      let kept = try write([1], as: key(), to: store).path
      let orphan = try write([2], as: key(2), to: store).path
      let removed = try await store.sweep { files in
        for file in files {
          try expect(file.path.contains(file.reportID), "\(file.path) is not of \(file.reportID)")
        }
        return Set(files.filter { $0.path == kept })
      }
      try expectEqual(removed, [orphan], "removed")
      try expectEqual(try content(of: kept, in: store), [1])
      try await expectError(ReportFailure.self) { _ = try store.open(orphan) }
    },
    Case("A sweep does not disturb a file that is being written") { store in
      let writer = try store.makeWriter(key())
      try writer.write([1])
      try expectEqual(try await store.sweep { _ in [] }, [], "removed")
      try writer.write([2])
      let path = try writer.commit().path
      try expectEqual(try content(of: path, in: store), [1, 2])
    },
    Case("A sweep passes on what its question throws") { store in
      _ = try write([1], as: key(), to: store)
      try await expectError(StoreError.self, where: { $0.code == .unavailable }) {
        _ = try await store.sweep { _ in throw StoreError(.unavailable, "It is down.") }
      }
    },
  ]
}
