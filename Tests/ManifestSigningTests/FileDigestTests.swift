import Foundation
import Testing

@testable import ManifestSigning

@Suite struct FileDigestTests {
  /// SHA-256 of "abc" (FIPS 180-4).
  private static let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

  private func with(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.path + "/digest-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(bytes).write(to: URL(filePath: path))
    try body(path)
  }

  @Test func aFileHasItsLengthAndSHA256() throws {
    try with(Array("abc".utf8)) { path in
      let digest = try FileDigest(ofFile: path)
      #expect(digest == FileDigest(bytes: 3, sha256: Self.abc))
    }
  }

  /// Longer than what is read at once, and not a multiple of it.
  @Test func aByteThatIsAnotherGivesAnother() throws {
    var bytes = [UInt8](repeating: 7, count: 2_500_000)
    var seen: Set<String> = []
    let indices = [0, 1, 1_048_575, 1_048_576, 2_097_152, 2_499_999]
    for index in indices {
      bytes[index] ^= 1
      try with(bytes) { path in
        let digest = try FileDigest(ofFile: path)
        #expect(digest.bytes == 2_500_000)
        seen.insert(digest.sha256)
      }
      bytes[index] ^= 1
    }
    try with(bytes) { seen.insert(try FileDigest(ofFile: $0).sha256) }
    #expect(seen.count == indices.count + 1)
  }

  @Test func whatCannotBeReadIsSaid() {
    let error = #expect(throws: FileDigest.Unreadable.self) {
      try FileDigest(ofFile: "/nowhere/at/all")
    }
    #expect(error?.reason.hasPrefix("the file cannot be opened") == true)
  }
}
