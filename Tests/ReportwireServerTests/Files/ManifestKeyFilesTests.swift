import Foundation
import ManifestSigning
import Testing

@testable import ReportwireServer

@Suite struct ManifestKeyFilesTests {
  private let folder: TemporaryFolder
  private let files: ManifestKeyFiles

  init() throws {
    folder = try TemporaryFolder()
    files = ManifestKeyFiles(folder: folder.path)
  }

  @Test func aKeyIsMadeOnceAndKept() throws {
    let keys = try files.keys()
    #expect(keys.known == [keys.current.publicKey])
    let again = try files.keys()
    #expect(again.current.seed == keys.current.seed)
    #expect(again.known == keys.known)
    for path in [files.currentPath, files.publicPath] {
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
    #expect(ManifestPublicKey.keys(in: try files.keySet()) == keys.known)
  }

  @Test func aKeyIsFollowedByAnotherAndItsPublicKeyStays() throws {
    var expected: [ManifestPublicKey] = []
    for _ in 0..<3 {
      let keys = try files.keys()
      expected.insert(keys.current.publicKey, at: 0)
      #expect(keys.known == expected)
      try files.prepareNext()
      #expect(files.hasNext)
    }
    let last = try files.keys()
    #expect(!files.hasNext)
    #expect(Array(last.known.dropFirst()) == expected)
  }

  /// The server was killed between two of its steps.
  @Test func aKeyThatWasNotWrittenDownIsNotForgotten() throws {
    let first = try files.keys().current
    try files.prepareNext()
    #expect(rename(files.nextPath, files.currentPath) == 0)
    let second = try files.keys()
    #expect(second.known == [second.current.publicKey, first.publicKey])
    try FileManager.default.removeItem(atPath: files.publicPath)
    try files.prepareNext()
    let third = try files.keys()
    #expect(third.known == [third.current.publicKey, second.current.publicKey])
  }

  @Test func aKeyThatIsGoneIsNotReplacedInSilence() throws {
    let first = try files.keys()
    try FileManager.default.removeItem(atPath: files.currentPath)
    let problem = #expect(throws: Problems.self) { try files.keys() }
    #expect(problem?.description.contains("keys rotate --manifests") == true)
    try files.prepareNext()
    let next = try files.keys()
    #expect(next.known == [next.current.publicKey] + first.known)
  }

  @Test(
    arguments: ["", "abc", String(repeating: "g", count: 64), String(repeating: "a", count: 66)],
    ["manifest-key", "next-manifest-key", "manifest-public-keys"])
  func aSpoiltFileIsNotReplacedInSilence(text: String, name: String) throws {
    _ = try files.keys()
    chmod(try folder.write(name, text), 0o600)
    // No key is the same as one that is not there yet.
    guard !(text.isEmpty && name == "manifest-public-keys") else { return }
    let problem = #expect(throws: Problems.self) { try files.keys() }
    #expect(problem?.all.first?.place == "\(folder.path)/\(name)")
    #expect(try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8) == text)
  }

  @Test(arguments: [0o604, 0o640] as [mode_t], ["manifest-key", "next-manifest-key"])
  func aKeyThatOthersCanReachIsRefused(wide: mode_t, name: String) throws {
    _ = try files.keys()
    try files.prepareNext()
    chmod("\(folder.path)/\(name)", wide)
    let problem = #expect(throws: Problems.self) { try files.keys() }
    #expect(problem?.description.contains("chmod 600 \(folder.path)/\(name)") == true)
  }

  @Test func beforeTheFirstStartThereIsNothingToShow() {
    let problem = #expect(throws: Problems.self) { try files.keySet() }
    #expect(problem?.all.first?.place == files.publicPath)
  }
}
