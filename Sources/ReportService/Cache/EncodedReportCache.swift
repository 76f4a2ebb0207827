private import ReportCore
private import Synchronization

/// The encoded bytes of reports that do not change any more, so that `get` can answer without a
/// look at the store. Bounded by bytes; the oldest entries go first.
package final class EncodedReportCache: Sendable {
  private struct Key: Hashable {
    /// UTF-8 bytes of the ids of what is kept, at most.
    static let idBytesMax = 255

    let domainID: ExactText
    let reportID: ExactText

    /// - Returns: nil for ids that no report has, which may be of any length.
    init?(domainID: String, reportID: String) {
      guard domainID.utf8.count <= Self.idBytesMax, reportID.utf8.count <= Self.idBytesMax
      else { return nil }
      self.domainID = domainID.exact
      self.reportID = reportID.exact
    }
  }

  private struct State {
    var bytes: [Key: [UInt8]] = [:]
    /// The keys in the order they came, from `oldest` on; a ring would do no better here.
    var order: [Key] = []
    var oldest = 0
    var byteCount = 0
    var removals = 0
  }

  /// What an entry costs besides its bytes: the two ids, twice, and the table's own room.
  private static let entryOverheadBytes = 256

  private let bytesMax: Int
  private let state = Mutex(State())

  /// - Parameter bytesMax: bytes kept at most, with what keeping them costs.
  package init(bytesMax: Int = 64 << 20) {
    self.bytesMax = bytesMax
  }

  /// The bytes of a report, if they are kept.
  package func bytes(domainID: String, reportID: String) -> [UInt8]? {
    guard let key = Key(domainID: domainID, reportID: reportID) else { return nil }
    return state.withLock { $0.bytes[key] }
  }

  /// How many reports were removed so far. Asked before a report is read.
  package var removals: Int { state.withLock(\.removals) }

  /// Drops a report that is no more.
  package func remove(domainID: String, reportID: String) {
    state.withLock { state in
      state.removals += 1
      guard let key = Key(domainID: domainID, reportID: reportID),
        let bytes = state.bytes.removeValue(forKey: key)
      else { return }
      state.byteCount -= bytes.count + Self.entryOverheadBytes
      // Its place in the order is passed over in its turn, or goes when such places are the most.
      guard state.order.count - state.oldest > 2 * state.bytes.count + 1000 else { return }
      state.order = state.order[state.oldest...].filter { state.bytes[$0] != nil }
      state.oldest = 0
    }
  }

  /// Keeps the bytes of a report that is in a terminal state.
  ///
  /// - Parameter removals: what `removals` was before the report was read. If there was one since, it
  ///   may have been this report's, so nothing is kept.
  package func insert(
    _ bytes: [UInt8], domainID: String, reportID: String, readAfter removals: Int
  ) {
    let cost = bytes.count + Self.entryOverheadBytes
    guard cost <= bytesMax, let key = Key(domainID: domainID, reportID: reportID) else { return }
    state.withLock { state in
      guard state.removals == removals, state.bytes[key] == nil else { return }
      state.bytes[key] = bytes
      state.order.append(key)
      state.byteCount += cost
      while state.byteCount > bytesMax { dropOldest(&state) }
    }
  }

  /// How many reports are kept.
  package var count: Int { state.withLock(\.bytes.count) }

  private func dropOldest(_ state: inout State) {
    let key = state.order[state.oldest]
    state.oldest += 1
    if let bytes = state.bytes.removeValue(forKey: key) {
      state.byteCount -= bytes.count + Self.entryOverheadBytes
    }
    // Moving the rest to the front costs its length, so it is done when half is gone.
    if state.oldest * 2 >= state.order.count {
      state.order.removeFirst(state.oldest)
      state.oldest = 0
    }
  }
}
