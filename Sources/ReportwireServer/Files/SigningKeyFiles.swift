private import Crypto
private import Foundation
package import ReportCore
internal import Texts

/// The keys of a data folder that sign download URLs.
///
/// `signing-key` signs. `former-signing-keys` did so before, and each is kept until the last URL that
/// it signed has expired. `next-signing-key` is there when somebody wants another key: the server,
/// and nobody else, takes it up, so that no key signs that counts as a former one already.
package struct SigningKeyFiles: Sendable {
  /// The secrets, of 32 bytes each.
  package struct Keys: Hashable, Sendable {
    package var current: [UInt8]
    package var former: [Former]
  }

  /// A secret that signed before.
  package struct Former: Hashable, Sendable {
    package var secret: [UInt8]
    /// When the last of its URLs has expired.
    package var until: Instant
  }

  /// No download URL is good for longer, whatever the configuration was when it was signed.
  static let longestExpirySeconds: Int64 = 604_800

  private static let secretBytes = 32
  private static let fileBytesMax = 65_536
  private static let revocation = "revoke"

  private let folder: String

  package init(folder: String) {
    self.folder = folder
  }

  package var currentPath: String { folder + "/signing-key" }
  package var formerPath: String { folder + "/former-signing-keys" }
  package var nextPath: String { folder + "/next-signing-key" }

  /// The keys that count. Makes one if there is none, and takes up the next one if there is one; so
  /// this is for the server that holds the folder.
  ///
  /// - Throws: a problem if a file holds no keys, cannot be written, or may be read by others.
  package func keys(at now: Instant) throws(Problems) -> Keys {
    var former = try formerKeys().filter { now < $0.until }
    // The mark of a revocation comes along with the file that was taken up, and says nothing there.
    let current = try key(at: currentPath)?.secret
    if let (next, isRevoking) = try key(at: nextPath) {
      if let current, !isRevoking {
        former.removeAll { $0.secret == current }
        former.append(
          Former(secret: current, until: now.advanced(by: .seconds(Self.longestExpirySeconds))))
      }
      former = isRevoking ? [] : former.filter { $0.secret != next }
      // In this order: cut short, it begins anew with the next start.
      try write(former)
      guard rename(nextPath, currentPath) == 0 else {
        throw Problems(nextPath, "the key cannot be taken up: \(String(cString: strerror(errno)))")
      }
      return Keys(current: next, former: former)
    }
    if let current { return Keys(current: current, former: former) }
    let made = Self.newSecret()
    try PrivateFile.write(Hex.text(of: made) + "\n", to: currentPath, "the signing key")
    return Keys(current: made, former: former)
  }

  /// Lays down another key for the server to take up.
  ///
  /// - Parameter isRevoking: whether URLs that are signed already become invalid.
  package func prepareNext(isRevoking: Bool) throws(Problems) {
    let text =
      Hex.text(of: Self.newSecret()) + "\n" + (isRevoking ? "\(Self.revocation)\n" : "")
    try PrivateFile.write(text, to: nextPath, "the next signing key")
  }

  /// Whether a key waits for the server.
  package var hasNext: Bool { TextFile.exists(nextPath) }
}

// MARK: - Text

extension SigningKeyFiles {
  /// nil if the file is not there.
  private func lines(of path: String) throws(Problems) -> [Substring]? {
    let text = try PrivateFile.read(path, bytesMax: Self.fileBytesMax, "the signing key")
    return text?.split(whereSeparator: \.isWhitespace)
  }

  /// nil if the file is not there.
  private func key(at path: String) throws(Problems) -> (secret: [UInt8], isRevoking: Bool)? {
    guard var lines = try lines(of: path) else { return nil }
    let isRevoking = lines.last.map { $0.utf8.elementsEqual(Self.revocation.utf8) } ?? false
    if isRevoking { lines.removeLast() }
    guard lines.count == 1, let secret = Self.secret(lines[0]) else {
      throw Problems(
        path,
        "this is no signing key (64 hexadecimal digits); remove the file to have one made, which "
          + "ends the validity of URLs given out before")
    }
    return (secret, isRevoking)
  }

  /// A line each: the secret, and the second since 1970 when it ends.
  private func formerKeys() throws(Problems) -> [Former] {
    guard let words = try lines(of: formerPath) else { return [] }
    var keys: [Former] = []
    for index in stride(from: 0, to: words.count, by: 2) {
      guard let secret = Self.secret(words[index]), index + 1 < words.count,
        let until = Int64(words[index + 1])
      else {
        throw Problems(
          formerPath,
          "these are no former signing keys; remove the file, which ends the validity of the URLs "
            + "that they signed")
      }
      keys.append(Former(secret: secret, until: Instant(secondsSinceEpoch: until)))
    }
    return keys
  }

  private func write(_ former: [Former]) throws(Problems) {
    guard !former.isEmpty || TextFile.exists(formerPath) else { return }
    let lines = former.map { key in
      "\(Hex.text(of: key.secret)) \(key.until.secondsSinceEpoch)\n"
    }
    try PrivateFile.write(lines.joined(), to: formerPath, "the former signing keys")
  }

  private static func newSecret() -> [UInt8] {
    SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
  }

  private static func secret(_ text: Substring) -> [UInt8]? {
    Hex.bytes(text).flatMap { $0.count == secretBytes ? $0 : nil }
  }
}
