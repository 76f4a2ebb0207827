import Foundation
import ReportCore
import Testing

@testable import ReportwireServer

@Suite struct SigningKeyFilesTests {
  private let folder: TemporaryFolder
  private let files: SigningKeyFiles
  private let now = Instant(secondsSinceEpoch: 1_800_000_000)
  private let week = SigningKeyFiles.longestExpirySeconds

  init() throws {
    folder = try TemporaryFolder()
    files = SigningKeyFiles(folder: folder.path)
  }

  private func later(_ seconds: Int64) -> Instant { now.advanced(by: .seconds(seconds)) }

  private var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
  }

  @Test func aKeyIsMadeOnceAndKept() throws {
    let keys = try files.keys(at: now)
    #expect(keys.current.count == 32)
    #expect(keys.former.isEmpty)
    #expect(try files.keys(at: later(1)) == keys)
    #expect(try names == ["signing-key"])
    let attributes = try FileManager.default.attributesOfItem(atPath: files.currentPath)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    let other = try TemporaryFolder()
    #expect(try SigningKeyFiles(folder: other.path).keys(at: now).current != keys.current)
  }

  @Test(
    arguments: [0o604, 0o640, 0o602], ["signing-key", "former-signing-keys", "next-signing-key"])
  func aKeyThatOthersCanReachIsRefused(wide: mode_t, name: String) throws {
    _ = try files.keys(at: now)
    try files.prepareNext(isRevoking: false)
    _ = try files.keys(at: now)
    try files.prepareNext(isRevoking: false)
    chmod("\(folder.path)/\(name)", wide)
    let problem = #expect(throws: Problems.self) { try files.keys(at: now) }
    #expect(problem?.description.contains("chmod 600 \(folder.path)/\(name)") == true)
    chmod("\(folder.path)/\(name)", 0o400)
    #expect(try files.keys(at: now).former.count == 2)
  }

  @Test(
    arguments: [
      "", "abc", String(repeating: "g", count: 64), String(repeating: "a", count: 66),
      String(repeating: "a", count: 64) + " x",
    ], ["signing-key", "former-signing-keys", "next-signing-key"])
  func aSpoiltFileIsNotReplacedInSilence(text: String, name: String) throws {
    _ = try files.keys(at: now)
    chmod(try folder.write(name, text), 0o600)
    guard !(text.isEmpty && name == "former-signing-keys") else { return }
    let problem = #expect(throws: Problems.self) { try files.keys(at: now) }
    #expect(problem?.all.first?.place == "\(folder.path)/\(name)")
    #expect(try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8) == text)
  }

  @Test func aFormerKeyIsKeptUntilTheLastOfItsURLsHasExpired() throws {
    let first = try files.keys(at: now).current
    try files.prepareNext(isRevoking: false)
    #expect(files.hasNext)
    let second = try files.keys(at: later(10))
    #expect(!files.hasNext)
    #expect(second.current != first)
    #expect(second.former == [.init(secret: first, until: later(10 + week))])
    #expect(try files.keys(at: later(20)) == second)

    try files.prepareNext(isRevoking: false)
    let third = try files.keys(at: later(30))
    #expect(third.former.map(\.secret) == [first, second.current])
    #expect(try files.keys(at: later(10 + week)).former.map(\.secret) == [second.current])
    #expect(try files.keys(at: later(30 + week)).former.isEmpty)
    #expect(try files.keys(at: later(30 + week)).current == third.current)
  }

  @Test func aRevokedKeyIsNotKept() throws {
    let first = try files.keys(at: now).current
    try files.prepareNext(isRevoking: false)
    _ = try files.keys(at: now)
    try files.prepareNext(isRevoking: true)
    let keys = try files.keys(at: now)
    #expect(keys.current != first)
    #expect(keys.former.isEmpty)
    #expect(try files.keys(at: now) == keys)
  }

  /// As after a crash between the two steps.
  @Test func aChangeThatWasCutShortIsMadeToTheEnd() throws {
    let first = try files.keys(at: now).current
    try files.prepareNext(isRevoking: false)
    let next = try String(contentsOfFile: files.nextPath, encoding: .utf8)
    let current = try String(contentsOfFile: files.currentPath, encoding: .utf8)
    _ = try files.keys(at: now)
    try FileManager.default.moveItem(atPath: files.currentPath, toPath: files.nextPath)
    chmod(try folder.write("signing-key", current), 0o600)
    #expect(try files.keys(at: later(5)).former == [.init(secret: first, until: later(5 + week))])
    #expect(try String(contentsOfFile: files.currentPath, encoding: .utf8) == next)
  }
}
