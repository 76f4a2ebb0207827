import ReportCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A finished file. It stays readable to the end when it is removed meanwhile.
final class LocalArtifactReader: ArtifactReader {
  let byteCount: Int64
  private let path: ArtifactPath
  private let file: OpenFile

  init(path: ArtifactPath, file: OpenFile) throws(SystemError) {
    let status = try file.status()
    guard status.st_mode & S_IFMT == S_IFREG else { throw SystemError(number: EINVAL) }
    byteCount = Int64(status.st_size)
    self.path = path
    self.file = file
  }

  func read(at offset: Int64, countMax: Int) throws(ReportFailure) -> [UInt8] {
    do throws(SystemError) {
      return try file.read(at: offset, countMax: countMax)
    } catch {
      throw .storage("read", path.text, error)
    }
  }
}
