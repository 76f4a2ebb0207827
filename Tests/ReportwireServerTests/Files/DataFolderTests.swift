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

  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test func theFolderAndItsFilesAreForTheirUserOnly() throws {
    let temporary = try TemporaryFolder()
    let folder = try DataFolder(temporary.path + "/data")
    #expect(folder.warnings.isEmpty)
    #expect(try mode(folder.path) == 0o700)
    #expect(try mode(folder.path + "/lock") == 0o600)
    #expect(try mode(folder.databasePath) == 0o600)
  }

  @Test(arguments: [nil, "reportwire.db"])
  func aFolderThatIsOpenToOthersIsClosed(file: String?) throws {
    let temporary = try TemporaryFolder()
    let path = temporary.path + "/data"
    #expect(mkdir(path, 0o700) == 0)
    if let file {
      for name in [file, file + "-wal", file + "-shm", "notes"] {
        chmod(try temporary.write("data/\(name)", ""), 0o644)
      }
    }
    chmod(path, 0o755)
    let folder = try DataFolder(path)
    #expect(folder.warnings.count == 1)
    #expect(folder.warnings.first?.contains("\(path) (mode 755)") == true)
    #expect(try mode(path) == 0o700)
    for name in file == nil ? [] : ["", "-wal", "-shm"] {
      #expect(try mode(folder.databasePath + name) == 0o600)
    }
  }

  @Test func aFolderOfOtherProgramsIsNotClosedButRefused() throws {
    let temporary = try TemporaryFolder()
    try temporary.write("notes", "")
    chmod(temporary.path, 0o750)
    let problem = #expect(throws: Problems.self) { try DataFolder(temporary.path) }
    #expect(problem?.description.contains("mode 750") == true)
    #expect(problem?.description.contains("chmod 700 \(temporary.path)") == true)
    #expect(try mode(temporary.path) == 0o750)
    #expect(try FileManager.default.contentsOfDirectory(atPath: temporary.path) == ["notes"])
  }

  @Test func theServerOfAFolderIsKnown() throws {
    let temporary = try TemporaryFolder()
    #expect(DataFolder.serverProcess(in: temporary.path) == nil)
    let folder = try DataFolder(temporary.path)
    #expect(DataFolder.serverProcess(in: temporary.path) == getpid())
    folder.release()
    #expect(DataFolder.serverProcess(in: temporary.path) == nil)
  }

  @Test func aFolderThatCannotBeMadeIsNamed() throws {
    let temporary = try TemporaryFolder()
    let file = try temporary.write("file", "")
    let problem = #expect(throws: Problems.self) { try DataFolder(file + "/data") }
    #expect(problem?.all.first?.place == file + "/data")
    #expect(throws: Problems.self) { try DataFolder(file) }
  }
}
