package import ReportCore
private import Synchronization

/// Artifacts in memory. Passes the same conformance suite as the real stores.
package final class InMemoryArtifactStore: ArtifactStore {
  private struct State {
    var files: [String: [UInt8]] = [:]
    var temporary: Set<String> = []
    var faults: [Fault: ReportFailure] = [:]
    var committed: @Sendable () -> Void = {}
  }

  /// A call that can be made to fail.
  package enum Fault: Hashable, Sendable {
    case makeWriter
    case write
    /// Of the files of one format.
    case commit(ReportFormat)
  }

  private let state = Mutex(State())
  private let digest: @Sendable ([UInt8]) -> String

  /// - Parameter digest: SHA-256 where a test looks at it; by default a placeholder of its form.
  package init(
    digest: @escaping @Sendable ([UInt8]) -> String = { _ in String(repeating: "0a", count: 32) }
  ) {
    self.digest = digest
  }

  /// The finished files by path.
  package var files: [String: [UInt8]] { state.withLock(\.files) }

  /// The paths of files that are being written.
  package var temporary: Set<String> { state.withLock(\.temporary) }

  /// Makes a call fail from now on.
  package func fail(_ fault: Fault, with failure: ReportFailure) {
    state.withLock { $0.faults[fault] = failure }
  }

  /// Does something whenever a file has got its name, before its run goes on. Blocks the run.
  package func onCommit(_ body: @escaping @Sendable () -> Void) {
    state.withLock { $0.committed = body }
  }

  /// Puts a finished file there, as a lost worker may have left it.
  package func plant(_ path: String, _ bytes: [UInt8] = []) {
    state.withLock { $0.files[path] = bytes }
  }

  package func makeWriter(_ key: ArtifactKey) throws(ReportFailure) -> any ArtifactWriter {
    let parts = [key.domainID, key.reportID]
    guard parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." && !$0.contains("/") }) else {
      throw ReportFailure(.storageError, "No artifact can have such a path.")
    }
    try check(.makeWriter)
    let path =
      "\(key.domainID)/\(key.reportID)/\(key.format.rawValue)-\(key.fencingToken)."
      + key.fileExtension
    _ = state.withLock { $0.temporary.insert(path) }
    return Writer(self, path, key.format)
  }

  package func open(_ path: String) throws(ReportFailure) -> any ArtifactReader {
    guard let bytes = state.withLock({ $0.files[path] }) else {
      throw ReportFailure(.storageError, "There is no artifact \(path).", cause: ArtifactGone())
    }
    return Reader(bytes)
  }

  package func remove(_ path: String) throws(ReportFailure) {
    guard !path.split(separator: "/").contains(".."), !path.hasPrefix("/") else {
      throw ReportFailure(.storageError, "No artifact of this store has such a path.")
    }
    _ = state.withLock { $0.files.removeValue(forKey: path) }
  }

  package func list() throws(ReportFailure) -> any ArtifactListing {
    Listing(
      files.keys.sorted().compactMap { path in
        let parts = path.split(separator: "/")
        return parts.count == 3
          ? ArtifactReference(path: path, reportID: String(parts[1])) : nil
      })
  }

  /// Nothing: what is in memory goes with its writer.
  package func removeAbandoned() async throws(ReportFailure) -> [String] { [] }

  private func check(_ fault: Fault) throws(ReportFailure) {
    if let failure = state.withLock({ $0.faults[fault] }) { throw failure }
  }

  private final class Writer: ArtifactWriter {
    private let store: InMemoryArtifactStore
    private let path: String
    private let format: ReportFormat
    private var bytes: [UInt8] = []

    init(_ store: InMemoryArtifactStore, _ path: String, _ format: ReportFormat) {
      self.store = store
      self.path = path
      self.format = format
    }

    func write(_ more: [UInt8]) throws(ReportFailure) {
      try store.check(.write)
      bytes += more
    }

    func commit() throws(ReportFailure) -> StoredArtifact {
      try store.check(.commit(format))
      let committed = store.state.withLock { state in
        state.temporary.remove(path)
        state.files[path] = bytes
        return state.committed
      }
      committed()
      return StoredArtifact(path: path, bytes: Int64(bytes.count), sha256: store.digest(bytes))
    }

    func discard() {
      _ = store.state.withLock { $0.temporary.remove(path) }
    }
  }

  private final class Reader: ArtifactReader {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
      self.bytes = bytes
    }

    var byteCount: Int64 { Int64(bytes.count) }

    func read(at offset: Int64, countMax: Int) throws(ReportFailure) -> [UInt8] {
      guard offset < byteCount else { return [] }
      return Array(bytes[Int(offset)...].prefix(countMax))
    }
  }

  private final class Listing: ArtifactListing {
    private let rest: Mutex<ArraySlice<ArtifactReference>>

    init(_ all: [ArtifactReference]) {
      rest = Mutex(all[...])
    }

    func next(countMax: Int) async throws(ReportFailure) -> [ArtifactReference] {
      rest.withLock { rest in
        defer { rest = rest.dropFirst(countMax) }
        return Array(rest.prefix(countMax))
      }
    }
  }
}
