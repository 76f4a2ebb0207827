private import Crypto
private import Foundation
private import Texts

/// Length and SHA-256 of a file.
package struct FileDigest: Hashable, Sendable {
  package var bytes: Int64
  /// 64 lower-case hexadecimal digits.
  package var sha256: String

  private static let pieceBytes = 1_048_576

  package init(bytes: Int64, sha256: String) {
    self.bytes = bytes
    self.sha256 = sha256
  }

  /// Reads a file piece by piece.
  ///
  /// - Throws: `Unreadable`.
  package init(ofFile path: String) throws(Unreadable) {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw Unreadable(reason: "the file cannot be opened: \(String(cString: strerror(errno)))")
    }
    defer { try? file.close() }
    var digest = SHA256()
    var bytes: Int64 = 0
    do {
      while let piece = try file.read(upToCount: Self.pieceBytes), !piece.isEmpty {
        digest.update(data: piece)
        bytes += Int64(piece.count)
      }
    } catch {
      throw Unreadable(reason: "the file cannot be read: \(error.localizedDescription)")
    }
    self.init(bytes: bytes, sha256: Hex.text(of: digest.finalize()))
  }

  /// Why a file has no digest.
  package struct Unreadable: Error, Hashable {
    package var reason: String
  }
}
