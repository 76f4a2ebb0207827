import Foundation
import ReportCore
import Testing

@testable import ArtifactStores

@Suite("Local artifact store", .timeLimit(.minutes(5)))
struct LocalArtifactStoreTests {
  let directory: TemporaryDirectory
  let store: LocalArtifactStore

  init() throws {
    directory = try TemporaryDirectory()
    store = try LocalArtifactStore(directory: directory.store)
  }

  @Test func `A committed file is there under its own name, whole, with size and digest`() throws {
    let writer = try store.makeWriter(key(token: 7))
    try writer.write(Array("ab".utf8))
    try writer.write([])
    try writer.write(Array("c".utf8))
    let stored = try writer.commit()
    #expect(
      stored
        == StoredArtifact(
          path: "domain-000000000001/report-000000000001/csv-7.csv", bytes: 3,
          sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"))
    #expect(try directory.bytes(stored.path) == Array("abc".utf8))
    #expect(directory.contents.filter { !$0.hasSuffix("/") } == [stored.path])
  }

  @Test func `Nobody but the owner may read the files`() throws {
    let path = try write(key(), [1])
    for (name, mode) in [(path, 0o600), (String(path.split(separator: "/")[0]), 0o700)] {
      let attributes = try FileManager.default.attributesOfItem(
        atPath: "\(directory.store)/\(name)")
      #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == mode)
    }
  }

  @Test func `A file being written has a temporary name and cannot be opened`() throws {
    let writer = try store.makeWriter(key())
    try writer.write([1])
    let path = "domain-000000000001/report-000000000001/csv-1.csv"
    #expect(directory.contents.filter { !$0.hasSuffix("/") } == [path + ".tmp"])
    for name in [path, path + ".tmp"] {
      #expect(throws: ReportFailure.self) { try store.open(name) }
    }
    writer.discard()
  }

  @Test func `Discard leaves nothing, and is harmless twice and after commit`() throws {
    let writer = try store.makeWriter(key())
    try writer.write([1])
    writer.discard()
    writer.discard()
    #expect(directory.contents.filter { !$0.hasSuffix("/") }.isEmpty)
    let other = try store.makeWriter(key())
    let path = try other.commit().path
    other.discard()
    #expect(try directory.bytes(path) == [])
  }

  @Test func `A writer that is forgotten leaves nothing`() throws {
    do { try store.makeWriter(key()).write([1]) }
    #expect(directory.contents.filter { !$0.hasSuffix("/") }.isEmpty)
  }

  @Test(.timeLimit(.minutes(5)))
  func `A store whose directory has gone says so`() throws {
    try FileManager.default.removeItem(atPath: directory.store)
    let failure = #expect(throws: ReportFailure.self) { try store.makeWriter(key()) }
    #expect(failure?.code == .storageError)
    #expect(failure?.message.hasSuffix("No such file or directory.") == true)
  }

  @Test func `A writer that is done refuses`() throws {
    let writer = try store.makeWriter(key())
    _ = try writer.commit()
    #expect(throws: ReportFailure.self) { try writer.write([1]) }
    #expect(throws: ReportFailure.self) { try writer.commit() }
  }

  @Test func `Attempts and formats of a report do not touch each other`() throws {
    let paths = [
      try write(key(token: 1), [1]), try write(key(token: 2), [2]),
      try write(key(token: 1, format: .json, fileExtension: "json"), [3]),
    ]
    #expect(try paths.map { try directory.bytes($0) } == [[1], [2], [3]])
  }

  @Test func `The same file cannot have two writers at once`() throws {
    let writer = try store.makeWriter(key())
    let other = try LocalArtifactStore(directory: directory.store)
    #expect(
      throws: ReportFailure(
        .storageError,
        "Cannot create artifact domain-000000000001/report-000000000001/csv-1.csv: "
          + "another writer is at it.")
    ) { try other.makeWriter(key()) }
    try writer.write([1])
    #expect(try directory.bytes(writer.commit().path) == [1])
  }

  @Test func `What a dead process left under the temporary name is replaced`() throws {
    try directory.put([9, 9], at: "domain-000000000001/report-000000000001/csv-1.csv.tmp")
    #expect(try directory.bytes(write(key(), [1])) == [1])
  }

  @Test(arguments: [
    (Int64(0), 4, [0, 1, 2, 3]), (6, 4, [6, 7, 8, 9]), (8, 4, [8, 9]), (10, 4, []), (99, 4, []),
    (0, 0, []),
  ])
  func `Reading starts anywhere and ends at the end`(
    _ offset: Int64, _ countMax: Int, _ expected: [UInt8]
  ) throws {
    let reader = try store.open(write(key(), Array(0..<10)))
    #expect(reader.byteCount == 10)
    #expect(try reader.read(at: offset, countMax: countMax) == expected)
  }

  @Test func `Readers at the same time get their own parts`() async throws {
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let reader = try store.open(write(key(), bytes))
    let parts = try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
      for part in 0..<10 {
        group.addTask {
          (part, try reader.read(at: Int64(part) * 10_000, countMax: 10_000))
        }
      }
      return try await group.reduce(into: [Int: [UInt8]]()) { $0[$1.0] = $1.1 }
    }
    #expect((0..<10).flatMap { parts[$0] ?? [] } == bytes)
  }

  @Test func `An open file is readable to the end after its removal`() throws {
    let path = try write(key(), [1, 2, 3])
    let reader = try store.open(path)
    try store.remove(path)
    #expect(try reader.read(at: 0, countMax: 9) == [1, 2, 3])
    #expect(throws: ReportFailure.self) { try store.open(path) }
  }

  @Test func `Removing the last file removes the directories`() throws {
    let first = try write(key(token: 1), [1])
    let second = try write(key(token: 2), [1])
    try store.remove(first)
    #expect(directory.contents.contains(second))
    try store.remove(second)
    #expect(directory.contents.isEmpty)
    try store.remove(second)
  }

  @Test func `Writing goes on while removals prune the directories`() async throws {
    let store = store
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<2 {
        group.addTask {
          for token in 0..<200 {
            let key = key(token: Int64(worker * 1000 + token))
            try store.remove(store.makeWriter(key).commit().path)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(directory.contents.isEmpty)
  }

  @Test func `The errors say what the system said`() throws {
    #expect(
      throws: ReportFailure(
        .storageError, "The artifact d/r/csv-1.csv is not there any more.")
    ) { try store.open("d/r/csv-1.csv") }
    try directory.put(at: "domain-000000000001")
    #expect(
      throws: ReportFailure(
        .storageError,
        "Cannot create artifact domain-000000000001/report-000000000001/csv-1.csv: "
          + "Not a directory.")
    ) { try store.makeWriter(key()) }
    #expect(
      throws: ReportFailure(
        .storageError,
        "Cannot open the artifact directory /nowhere/at/all: No such file or directory.")
    ) { try LocalArtifactStore(directory: "/nowhere/at/all") }
  }

  @Test func `A full disk is a storage error`() throws {
    let path = try ArtifactPath(key())
    let full = OpenFile(descriptor: open("/dev/full", O_WRONLY))
    let writer = LocalArtifactWriter(
      path: path, directory: try Directory.open(path: directory.path), file: full)
    #expect(
      throws: ReportFailure(
        .storageError, "Cannot write artifact \(path.text): No space left on device.")
    ) { try writer.write([1]) }
  }

  private func write(_ key: ArtifactKey, _ bytes: [UInt8]) throws -> String {
    let writer = try store.makeWriter(key)
    try writer.write(bytes)
    return try writer.commit().path
  }
}
