import ReportCore
import Synchronization

/// Artifacts that are not on a disk.
final class MemoryArtifacts: ArtifactStore {
  private let readers: [String: any ArtifactReader]
  private let opened = Mutex<[String]>([])

  init(_ readers: [String: any ArtifactReader]) {
    self.readers = readers
  }

  /// The paths that were asked for.
  var openedPaths: [String] { opened.withLock { $0 } }

  func open(_ path: String) throws(ReportFailure) -> any ArtifactReader {
    opened.withLock { $0.append(path) }
    guard let reader = readers[path] else {
      throw ReportFailure(
        .storageError, "Cannot open artifact \(path): gone.", cause: ArtifactGone())
    }
    return reader
  }

  func makeWriter(_ key: ArtifactKey) throws(ReportFailure) -> any ArtifactWriter {
    throw ReportFailure(.storageError, "Read-only.")
  }

  func remove(_ path: String) throws(ReportFailure) {
    throw ReportFailure(.storageError, "Read-only.")
  }

  func list() throws(ReportFailure) -> any ArtifactListing {
    throw ReportFailure(.storageError, "Read-only.")
  }

  func removeAbandoned() async throws(ReportFailure) -> [String] { [] }
}

/// A file whose byte at each offset is known without keeping any.
struct PatternReader {
  private static let block = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }

  static func bytes(_ range: Range<Int64>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(range.count)
    var offset = Int(range.lowerBound)
    while offset < Int(range.upperBound) {
      let start = offset % block.count
      let count = min(block.count - start, Int(range.upperBound) - offset)
      bytes += block[start..<start + count]
      offset += count
    }
    return bytes
  }
}

final class TestReader: ArtifactReader {
  let byteCount: Int64
  /// Where the file ends although it should not, or cannot be read any more.
  private let brokenAt: Int64?
  private let readTo = Mutex<Int64>(0)

  init(byteCount: Int64, brokenAt: Int64? = nil) {
    self.byteCount = byteCount
    self.brokenAt = brokenAt
  }

  /// The end of what was read, of all readers at once.
  var furthest: Int64 { readTo.withLock { $0 } }

  func read(at offset: Int64, countMax: Int) throws(ReportFailure) -> [UInt8] {
    let end = min(offset + Int64(countMax), brokenAt ?? byteCount)
    readTo.withLock { $0 = max($0, end) }
    return offset < end ? PatternReader.bytes(offset..<end) : []
  }
}
