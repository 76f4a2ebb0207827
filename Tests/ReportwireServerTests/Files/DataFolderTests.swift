import Foundation
import Testing

@testable import ReportwireServer

@Suite struct DataFolderTests {
  @Test func onlyOneServerHasTheFolder() throws {
    let temporary = try TemporaryFolder()
    let path = temporary.path + "/data"
    let first = try DataFolder(path)
    let problem = #expect(throws: Problems.self) { try DataFolder(path) }
    #expect(
      problem?.description.contains("another server (process \(getpid())) works in this") == true)
    first.release()
    _ = try DataFolder(path)
  }

  /// A number that is closed twice is somebody else's file by the second time.
  @Test func aRefusedFolderClosesItsLockOnce() throws {
    let temporary = try TemporaryFolder()
    let first = try DataFolder(temporary.path)
    defer { first.release() }
    for _ in 0..<100 {
      #expect(throws: Problems.self) { try DataFolder(temporary.path) }
      // Gets the number that was free, which a second close would close.
      let file = try #require(FileHandle(forReadingAtPath: temporary.path + "/lock"))
      #expect(throws: Never.self) { try file.close() }
    }
  }

  @Test func theFolderIsForItsUserOnly() throws {
    let temporary = try TemporaryFolder()
    let folder = try DataFolder(temporary.path + "/data")
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.path)
    #expect(attributes[.posixPermissions] as? Int == 0o700)
  }

  @Test func theSigningKeyIsMadeOnceAndKept() throws {
    let temporary = try TemporaryFolder()
    let folder = try DataFolder(temporary.path)
    let key = try folder.signingKey()
    #expect(key.count == 32)
    #expect(try folder.signingKey() == key)
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.signingKeyPath)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    let other = try DataFolder(temporary.path + "/other")
    #expect(try other.signingKey() != key)
  }

  @Test(arguments: [
    "", "abc", String(repeating: "g", count: 64), String(repeating: "a", count: 66),
  ])
  func aSpoiltSigningKeyIsNotReplacedInSilence(text: String) throws {
    let temporary = try TemporaryFolder()
    let folder = try DataFolder(temporary.path)
    try temporary.write("signing-key", text)
    #expect(throws: Problems.self) { try folder.signingKey() }
  }

  @Test func aFolderThatCannotBeMadeIsNamed() throws {
    let temporary = try TemporaryFolder()
    let file = try temporary.write("file", "")
    let problem = #expect(throws: Problems.self) { try DataFolder(file + "/data") }
    #expect(problem?.all.first?.place == file + "/data")
  }
}
