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
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    try ReadyFile.write([("ttrpc", "127.0.0.1:3")], to: path)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "{\"ttrpc\":\"127.0.0.1:3\"}\n")
    ReadyFile.remove(path)
    ReadyFile.remove(path)
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  /// Somebody else may have laid it there.
  @Test(arguments: ["target", "nowhere"])
  func aLinkIsNotFollowed(target: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("target", "mine")
    let path = folder.path + "/ready.json"
    #expect(symlink("\(folder.path)/\(target)", path) == 0)
    let problem = #expect(throws: Problems.self) { try ReadyFile.write([], to: path) }
    #expect(problem?.all.first?.place == path)
    #expect(try String(contentsOfFile: folder.path + "/target", encoding: .utf8) == "mine")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(names.sorted() == ["ready.json", "target"])
  }

  @Test func aFileThatCannotBeWrittenIsNamed() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/missing/ready.json"
    let problem = #expect(throws: Problems.self) { try ReadyFile.write([], to: path) }
    #expect(problem?.all.first?.place == path)
  }
}
