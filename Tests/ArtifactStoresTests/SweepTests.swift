import ArtifactStores
import Foundation
import ReportCore
import ReportwireTestKit
import Testing

@Suite("Sweep of the local artifact store", .timeLimit(.minutes(5)))
struct SweepTests {
  let directory: TemporaryDirectory
  let store: LocalArtifactStore

  init() throws {
    directory = try TemporaryDirectory()
    store = try LocalArtifactStore(directory: directory.store)
  }

  @Test func `Orphans go, files in use stay`() async throws {
    let used = try store.makeWriter(key(token: 1)).commit().path
    let orphan = try store.makeWriter(key(token: 2)).commit().path
    let removed = try await store.sweep { files in Set(files.filter { $0.path == used }) }
    #expect(removed == [orphan])
    #expect(directory.contents.filter { !$0.hasSuffix("/") } == [used])
  }

  @Test func `The question names the report by its id`() async throws {
    let path = try store.makeWriter(key(report: "weird/id %2F")).commit().path
    let removed = try await store.sweep { files in
      Set(files.filter { $0 == ArtifactReference(path: path, reportID: "weird/id %2F") })
    }
    #expect(removed.isEmpty)
  }

  @Test func `Temporary files of the dead go, without a question`() async throws {
    try directory.put(at: "d/r/csv-1.csv.tmp")
    let removed = try await store.sweep { files in
      Issue.record("asked")
      return Set(files)
    }
    #expect(removed == ["d/r/csv-1.csv.tmp"])
    #expect(directory.contents.isEmpty)
  }

  @Test func `The temporary file of a living writer stays, whoever sweeps`() async throws {
    let writer = try store.makeWriter(key())
    try writer.write([1])
    for sweeper in [store, try LocalArtifactStore(directory: directory.store)] {
      #expect(try await sweeper.sweep { _ in [] } == [])
    }
    #expect(try directory.bytes(writer.commit().path) == [1])
  }

  @Test func `A file locked by another process stays until that process ends`() async throws {
    try directory.put(at: "d/r/csv-1.csv.tmp")
    let holder = Process()
    holder.executableURL = URL(filePath: "/usr/bin/env")
    holder.arguments = [
      "flock", "--exclusive", directory.store + "/d/r/csv-1.csv.tmp", "sh", "-c",
      "echo held; exec cat",
    ]
    let input = Pipe()
    let output = Pipe()
    holder.standardInput = input
    holder.standardOutput = output
    let ended = Program.end(of: holder)
    try holder.run()
    let said = try await blocking { output.fileHandleForReading.someBytes() }
    #expect(said == Array("held\n".utf8))
    #expect(try await store.sweep { _ in [] } == [])
    try input.fileHandleForWriting.close()
    #expect(await ended.value == 0)
    #expect(try await store.sweep { _ in [] } == ["d/r/csv-1.csv.tmp"])
  }

  @Test func `Empty directories go, foreign names stay`() async throws {
    try directory.put(at: "lost+found/x")
    try directory.put(at: "notes.txt")
    try directory.put(at: "d/r/README")
    try directory.put(at: "d/r/csv-1.csv.tmp.tmp")
    try FileManager.default.createDirectory(
      atPath: directory.store + "/e/f", withIntermediateDirectories: true)
    #expect(try await store.sweep { _ in [] } == [])
    #expect(
      directory.contents.filter { !$0.hasSuffix("/") }
        == ["d/r/README", "d/r/csv-1.csv.tmp.tmp", "lost+found/x", "notes.txt"])
    #expect(!directory.contents.contains("e/"))
  }

  @Test func `Links are not followed`() async throws {
    let path = try store.makeWriter(key()).commit().path
    try FileManager.default.createSymbolicLink(
      atPath: directory.store + "/link",
      withDestinationPath: directory.store + "/domain-000000000001")
    #expect(try await store.sweep { files in Set(files.filter { $0.path == path }) } == [])
  }

  @Test func `A question that fails ends the sweep`() async throws {
    struct Down: Error {}
    let path = try store.makeWriter(key()).commit().path
    await #expect(throws: Down.self) { try await store.sweep { _ in throw Down() } }
    #expect(directory.contents.contains(path))
  }
}
