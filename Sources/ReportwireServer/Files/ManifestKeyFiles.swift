private import Foundation
package import ManifestSigning
internal import Texts

/// The keys of a data folder that sign manifests.
///
/// `manifest-key` signs. `manifest-public-keys` has the public key of each that ever did, the newest
/// first, so that what an earlier one signed can be checked for ever. `next-manifest-key` is there when
/// somebody wants another key; the server takes it up.
package struct ManifestKeyFiles: Sendable {
  /// Some twenty thousand public keys.
  private static let fileBytesMax = 1_048_576

  private let folder: String

  package init(folder: String) {
    self.folder = folder
  }

  package var currentPath: String { folder + "/manifest-key" }
  package var publicPath: String { folder + "/manifest-public-keys" }
  package var nextPath: String { folder + "/next-manifest-key" }

  /// The keys that count. Makes one if there never was one, and takes up the next one if there is one;
  /// so this is for the server that holds the folder.
  ///
  /// - Throws: a problem if a file holds no keys, cannot be written, or may be read by others; and if
  ///   the key is gone but its public key is not, since nobody would know that there was another.
  package func keys() throws(Problems) -> ManifestKeyHolder.Keys {
    var known = try knownKeys() ?? []
    var current = try key(at: currentPath)
    if let next = try key(at: nextPath) {
      // What was taken up but not written down, because the server was killed.
      if let current { try keep(current.publicKey, in: &known) }
      guard rename(nextPath, currentPath) == 0 else {
        throw Problems(nextPath, "the key cannot be taken up: \(String(cString: strerror(errno)))")
      }
      current = next
    }
    if let current {
      try keep(current.publicKey, in: &known)
      return ManifestKeyHolder.Keys(current: current, known: known)
    }
    guard known.isEmpty else {
      throw Problems(
        currentPath,
        "the key that signs manifests is gone; put it back, or have another made: reportwire keys "
          + "rotate --manifests")
    }
    let made = ManifestKey()
    try write(made, to: currentPath, "the manifest key")
    try keep(made.publicKey, in: &known)
    return ManifestKeyHolder.Keys(current: made, known: known)
  }

  /// The public keys as a JSON Web Key Set.
  ///
  /// - Throws: a problem if there are none.
  package func keySet() throws(Problems) -> String {
    guard let known = try knownKeys() else {
      throw Problems(publicPath, "there are no keys yet; a server makes one when it starts")
    }
    return ManifestPublicKey.keySet(known)
  }

  /// Lays down another key for the server to take up.
  package func prepareNext() throws(Problems) {
    try write(ManifestKey(), to: nextPath, "the next manifest key")
  }

  /// Whether a key waits for the server.
  package var hasNext: Bool { TextFile.exists(nextPath) }

  // MARK: Text

  private func write(_ key: ManifestKey, to path: String, _ what: String) throws(Problems) {
    try PrivateFile.write(Hex.text(of: key.seed) + "\n", to: path, what)
  }

  /// nil if the file is not there.
  private func key(at path: String) throws(Problems) -> ManifestKey? {
    let text = try PrivateFile.read(path, bytesMax: Self.fileBytesMax, "the manifest key")
    guard let text else { return nil }
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.count == 1, let seed = Hex.bytes(words[0]), let key = ManifestKey(seed: seed) else {
      throw Problems(
        path,
        "this is no manifest key (64 hexadecimal digits); put it back as it was, or remove it and "
          + "have another made: reportwire keys rotate --manifests")
    }
    return key
  }

  /// One a line; nil if the file is not there.
  private func knownKeys() throws(Problems) -> [ManifestPublicKey]? {
    let text = try PrivateFile.read(
      publicPath, bytesMax: Self.fileBytesMax, "the public keys of manifests")
    guard let text else { return nil }
    var keys: [ManifestPublicKey] = []
    for word in text.split(whereSeparator: \.isWhitespace) {
      guard let bytes = Base64.bytes(ofURLText: word.utf8),
        let key = ManifestPublicKey(bytes: bytes)
      else {
        throw Problems(
          publicPath,
          "these are no public keys; put the file back as it was, since nobody could check the "
            + "manifests of earlier keys without it")
      }
      keys.append(key)
    }
    return keys
  }

  /// Puts a key first, and writes that down unless it is so already.
  private func keep(
    _ key: ManifestPublicKey, in known: inout [ManifestPublicKey]
  ) throws(Problems) {
    guard known.first != key else { return }
    known.removeAll { $0 == key }
    known.insert(key, at: 0)
    try PrivateFile.write(
      known.map { $0.text + "\n" }.joined(), to: publicPath, "the public keys of manifests")
  }
}
