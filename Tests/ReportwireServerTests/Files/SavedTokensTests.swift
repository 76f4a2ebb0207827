import ReportwireTestKit
import Testing

@testable import ReportwireServer

@Suite(.timeLimit(.minutes(5))) struct SavedTokensTests {
  @Test func `Tokens that are kept at once are all there, and one that is taken away is not`()
    async throws
  {
    let folder = try TemporaryFolder()
    let saved = SavedTokens(environment: ["XDG_CONFIG_HOME": folder.path])
    #expect(try saved.token(for: "a:0") == nil)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<16 {
        group.addTask {
          try await blocking { try saved.save("token-\(number)", for: "a:\(number)") }
        }
      }
      try await group.waitForAll()
    }
    for number in 0..<16 { #expect(try saved.token(for: "a:\(number)") == "token-\(number)") }
    try saved.save(nil, for: "a:3")
    #expect(try saved.token(for: "a:3") == nil)
    #expect(try saved.token(for: "a:4") == "token-4")
  }

  @Test func `What could not be read again is not written`() throws {
    let folder = try TemporaryFolder()
    let saved = SavedTokens(environment: ["XDG_CONFIG_HOME": folder.path])
    // As JSON it takes {"a:0":"…"} and a line feed.
    let longest = String(repeating: "x", count: 1_048_576 - 11)
    try saved.save(longest, for: "a:0")
    #expect(try saved.token(for: "a:0") == longest)
    let problems = #expect(throws: Problems.self) { try saved.save(longest + "x", for: "a:0") }
    #expect(problems?.description.contains("would have more than 1048576 bytes") == true)
    #expect(try saved.token(for: "a:0") == longest)
    try saved.save("short", for: "a:0")
    #expect(try saved.token(for: "a:0") == "short")
  }
}
