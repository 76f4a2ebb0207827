import Foundation
import Testing

@testable import ReportwireServer

@Suite struct ReadyFileTests {
  @Test func theAddressesAreOneJSONObject() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/ready.json"
    try ReadyFile.write(
      [("ttrpc", "127.0.0.1:1"), ("http", "[::1]:2"), ("u", "unix:///a\"b")], to: path)
    let object = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(filePath: path)))
    #expect(
      object as? [String: String] == [
        "ttrpc": "127.0.0.1:1", "http": "[::1]:2", "u": "unix:///a\"b",
      ])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["ready.json"])
    ReadyFile.remove(path)
    ReadyFile.remove(path)
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func aFileThatCannotBeWrittenIsNamed() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/missing/ready.json"
    let problem = #expect(throws: Problems.self) { try ReadyFile.write([], to: path) }
    #expect(problem?.all.first?.place == path)
  }
}
