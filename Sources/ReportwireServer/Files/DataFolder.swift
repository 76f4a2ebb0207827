private import ArtifactStores
private import Crypto
private import Foundation

/// The server's own folder, held by one process at a time.
package final class DataFolder: Sendable {
  package let path: String
  private let lock: OpenFile

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
    do throws(SystemError) {
      lock = try OpenFile(path: lockPath, flags: O_RDWR | O_CREAT)
    } catch {
      throw Problems(lockPath, "the file cannot be opened: \(error.text)")
    }
    do throws(SystemError) {
      try lock.lock(isWaiting: false)
    } catch .wouldBlock {
      throw Problems(
        path,
        "another server\(Self.owner(lock)) works in this data folder; stop it, or give this one a "
          + "folder of its own with --data")
    } catch {
      throw Problems(lockPath, "the file cannot be locked: \(error.text)")
    }
    // For the message above only: a server that cannot say who it is may serve all the same.
    try? lock.replaceContent(by: "\(getpid())\n")
  }

  /// Whose lock it is, as that process wrote it.
  private static func owner(_ lock: OpenFile) -> String {
    let bytes = (try? lock.read(at: 0, countMax: 20)) ?? []
    let digits = bytes.prefix { $0 >= 0x30 && $0 <= 0x39 }
    return digits.isEmpty ? "" : " (process \(String(decoding: digits, as: UTF8.self)))"
  }

  /// Gives the folder free for another process.
  package func release() {
    lock.unlock()
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
    let text = key.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "\n"
    unlink(temporary)
    do throws(SystemError) {
      let file = try OpenFile(path: temporary, flags: O_WRONLY | O_CREAT | O_EXCL)
      try file.replaceContent(by: text)
      try file.sync()
    } catch {
      throw Problems(signingKeyPath, "the signing key cannot be written: \(error.text)")
    }
    guard rename(temporary, signingKeyPath) == 0 else {
      let reason = String(cString: strerror(errno))
      throw Problems(signingKeyPath, "the signing key cannot be put into place: \(reason)")
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
