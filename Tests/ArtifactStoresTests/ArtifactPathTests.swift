import Foundation
import ReportCore
import Testing

@testable import ArtifactStores

@Suite("Artifact paths")
struct ArtifactPathTests {
  @Test(arguments: [
    ("domain-1", "domain-1"), ("..", "%2E."), (".", "%2E"), ("a/b", "a%2Fb"), ("a.b", "a.b"),
    ("../../etc", "%2E.%2F..%2Fetc"), ("a%2Fb", "a%252Fb"), ("a b", "a%20b"), ("é", "%C3%A9"),
    ("\u{0}", "%00"), ("A", "A"), ("~", "%7E"), ("\n", "%0A"),
  ])
  func `Any id has a directory of its own below the store`(_ id: String, _ name: String) throws {
    let path = try ArtifactPath(key(domain: id, report: id))
    #expect(path.text == "\(name)/\(name)/csv-1.csv")
    #expect(ArtifactPath(text: path.text) == path)
    #expect(path.reportID == id)
  }

  @Test(arguments: ["", String(repeating: "a", count: 201), String(repeating: "/", count: 67)])
  func `An id without a name is refused`(_ id: String) {
    for key in [key(domain: id), key(report: id)] {
      #expect(throws: ReportFailure.self) { try ArtifactPath(key) }
    }
  }

  @Test func `The longest id has a file`() throws {
    let id = String(repeating: "a", count: ArtifactPath.componentBytesMax)
    let directory = try TemporaryDirectory()
    let store = try LocalArtifactStore(directory: directory.store)
    #expect(try store.makeWriter(key(domain: id, report: id)).commit().bytes == 0)
  }

  @Test func `A format of two words has a file of both`() throws {
    let path = try ArtifactPath(
      key(format: ReportFormat(rawValue: "csv.gz"), fileExtension: "csv.gz"))
    #expect(path.text.hasSuffix("/csv.gz-1.csv.gz"))
    #expect(ArtifactPath(text: path.text) == path)
    #expect(ArtifactPath.isTemporary(path.temporaryFile))
    #expect(!ArtifactPath.isTemporary(path.file))
  }

  @Test(arguments: [
    "", "CSV", "c/sv", "..", "tmp", "c.s.v", ".csv", "csv.", "csv.tmp",
    String(repeating: "a", count: 33),
  ])
  func `An extension that is no word is refused`(_ fileExtension: String) {
    #expect(throws: ReportFailure.self) {
      try ArtifactPath(key(fileExtension: fileExtension))
    }
    if !fileExtension.hasSuffix("tmp") {
      #expect(throws: ReportFailure.self) {
        try ArtifactPath(key(format: ReportFormat(rawValue: fileExtension)))
      }
    }
  }

  @Test(arguments: [
    "", "/", "d/r", "d/r/csv-1.csv/", "/d/r/csv-1.csv", "d//csv-1.csv", "../r/csv-1.csv",
    "d/../csv-1.csv", "d/r/..", "./r/csv-1.csv", "d/r/csv-1.csv.tmp", "d/r/csv-01.csv",
    "d/r/csv-+1.csv", "d/r/csv.csv", "d/r/csv-1", "d/r/csv-1.tmp", "d/r/.csv-1.csv",
    "%2e%2e/r/csv-1.csv", "%2E%2E/r/csv-1.csv", "d%2Fr/r/csv-1.CSV", "a%/r/csv-1.csv",
    "%zz/r/csv-1.csv", "%FF/r/csv-1.csv", "%61/r/csv-1.csv", "é/r/csv-1.csv",
    "\u{212A}/r/csv-1.csv",
    "d\u{0}/r/csv-1.csv", "d/r/csv-1.csv\u{0}", "d\\r\\csv-1.csv", "d/r/x/csv-1.csv",
    "d/r/../r/csv-1.csv",
  ])
  func `A path that this store does not write is refused`(_ text: String) throws {
    #expect(ArtifactPath(text: text) == nil)
    let directory = try TemporaryDirectory()
    let store = try LocalArtifactStore(directory: directory.store)
    let refusal = ReportFailure(.storageError, "No artifact of this store has such a path.")
    #expect(throws: refusal) { try store.open(text) }
    #expect(throws: refusal) { try store.remove(text) }
  }

  @Test func `Symbolic links lead nowhere`() throws {
    let directory = try TemporaryDirectory()
    let store = try LocalArtifactStore(directory: directory.store)
    try directory.put(at: "d/r/csv-1.csv")
    let files = FileManager.default
    try files.createSymbolicLink(
      atPath: directory.store + "/link", withDestinationPath: directory.store + "/d")
    try files.createSymbolicLink(
      atPath: directory.store + "/d/r/csv-2.csv",
      withDestinationPath: directory.store + "/d/r/csv-1.csv")
    #expect(try store.open("d/r/csv-1.csv").byteCount == 1)
    for path in ["link/r/csv-1.csv", "d/r/csv-2.csv"] {
      #expect(throws: ReportFailure.self) { try store.open(path) }
    }
    #expect(throws: ReportFailure.self) { try store.makeWriter(key(domain: "link", report: "r")) }
  }

  @Test func `What is no file is not opened`() throws {
    let directory = try TemporaryDirectory()
    let store = try LocalArtifactStore(directory: directory.store)
    try directory.put(at: "d/r/csv-1.csv/x")
    try #require(mkfifo(directory.store + "/d/r/csv-2.csv", 0o600) == 0)
    for path in ["d/r/csv-1.csv", "d/r/csv-2.csv"] {
      #expect(throws: ReportFailure.self) { try store.open(path) }
    }
  }
}
