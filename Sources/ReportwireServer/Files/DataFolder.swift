private import Crypto
private import Foundation

/// The server's own folder, held by one process at a time.
package final class DataFolder: Sendable {
  package let path: String
  private let lock: Int32

  /// Makes the folder if it is not there, and takes its lock.
  ///
  /// - Throws: a problem naming the folder: it cannot be made, or another server has it.
  package init(_ path: String) throws(Problems) {
    self.path = path
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw Problems(path, "the data folder cannot be made: \(error.localizedDescription)")
    }
    let lockPath = path + "/lock"
    lock = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard lock >= 0 else {
      throw Problems(lockPath, "the file cannot be opened: \(String(cString: strerror(errno)))")
    }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      let owner = Self.owner(lock)
      close(lock)
      throw Problems(
        path,
        "another server\(owner) works in this data folder; stop it, or give this one a folder of "
          + "its own with --data")
    }
    let text = "\(getpid())\n"
    ftruncate(lock, 0)
    _ = text.withCString { pwrite(lock, $0, strlen($0), 0) }
  }

  /// Whose lock it is, as that process wrote it.
  private static func owner(_ descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 20)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    let digits = bytes.prefix(max(count, 0)).prefix { $0 >= 0x30 && $0 <= 0x39 }
    return digits.isEmpty ? "" : " (process \(String(decoding: digits, as: UTF8.self)))"
  }

  deinit {
    close(lock)
  }

  /// Gives the folder free for another process.
  package func release() {
    flock(lock, LOCK_UN)
  }

  package var databasePath: String { path + "/reportwire.db" }
  package var artifactsPath: String { path + "/artifacts" }
  package var signingKeyPath: String { path + "/signing-key" }

  /// The key that signs download URLs: 32 bytes, made at the first start, for this user's eyes
  /// only.
  package func signingKey() throws(Problems) -> [UInt8] {
    if FileManager.default.fileExists(atPath: signingKeyPath) {
      let text = try TextFile.read(signingKeyPath, bytesMax: 1024)
      guard let key = Self.bytes(hexadecimal: text.filter { !$0.isWhitespace }), key.count == 32
      else {
        throw Problems(
          signingKeyPath,
          "this is no signing key (64 hexadecimal digits); remove the file to have one made, which "
            + "ends the validity of URLs given out before")
      }
      return key
    }
    let key = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
    try writeSigningKey(key)
    return key
  }

  private func writeSigningKey(_ key: [UInt8]) throws(Problems) {
    let temporary = signingKeyPath + ".tmp"
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    let text = key.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "\n"
    let isWritten =
      descriptor >= 0 && text.withCString { write(descriptor, $0, strlen($0)) == strlen($0) }
      && fsync(descriptor) == 0
    let reason = String(cString: strerror(errno))
    if descriptor >= 0 { close(descriptor) }
    guard isWritten, rename(temporary, signingKeyPath) == 0 else {
      throw Problems(signingKeyPath, "the signing key cannot be written: \(reason)")
    }
  }

  private static func bytes(hexadecimal text: String) -> [UInt8]? {
    let digits = text.compactMap(\.hexDigitValue)
    guard digits.count == text.count, digits.count % 2 == 0 else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map {
      UInt8(digits[$0] << 4 | digits[$0 + 1])
    }
  }
}
