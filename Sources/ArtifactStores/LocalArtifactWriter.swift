import Crypto
import ReportCore

/// A file being written under its temporary name.
final class LocalArtifactWriter: ArtifactWriter {
  private let path: ArtifactPath
  private let directory: Directory
  /// Holds the lock; nil once committed or discarded.
  private var file: OpenFile?
  private var hash = SHA256()
  private var byteCount: Int64 = 0

  init(path: ArtifactPath, directory: Directory, file: OpenFile) {
    self.path = path
    self.directory = directory
    self.file = file
  }

  deinit {
    discard()
  }

  func write(_ bytes: [UInt8]) throws(ReportFailure) {
    guard let file else { throw isDone }
    do throws(SystemError) {
      let failure: SystemError? = bytes.withUnsafeBytes { raw in
        do throws(SystemError) {
          try file.write(raw)
          hash.update(bufferPointer: raw)
          return nil
        } catch {
          return error
        }
      }
      if let failure { throw failure }
      byteCount += Int64(bytes.count)
    } catch {
      throw .storage("write", path.text, error)
    }
  }

  func commit() throws(ReportFailure) -> StoredArtifact {
    guard let file else { throw isDone }
    do throws(SystemError) {
      try file.sync()
      try directory.rename(path.temporaryFile, to: path.file)
      self.file = nil
      try directory.sync()
    } catch {
      throw .storage("commit", path.text, error)
    }
    return StoredArtifact(path: path.text, bytes: byteCount, sha256: Self.hex(hash.finalize()))
  }

  func discard() {
    guard file != nil else { return }
    // What cannot be removed now goes with the next sweep.
    try? directory.removeFile(path.temporaryFile)
    file = nil
  }

  private var isDone: ReportFailure {
    ReportFailure(.internal, "The writer of artifact \(path.text) is done.")
  }

  private static func hex(_ digest: SHA256Digest) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
