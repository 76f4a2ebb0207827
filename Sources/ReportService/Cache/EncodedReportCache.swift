private import ReportCore
private import Synchronization
private import Texts

/// The encoded bytes of reports that do not change any more, so that `get` can answer without a
/// look at the store. Bounded by bytes; the oldest entries go first.
package final class EncodedReportCache: Sendable {
  /// A report's id, its domain's and the report in one piece of memory: among many reports each further
  /// piece would be one more wait for memory.
  package struct Entry {
    private var all: [UInt8]
    private let domainStart: Int
    private let start: Int
    private let end: Int
    /// Tells it apart from what was or will be kept of the same report.
    fileprivate var number: UInt64 = 0

    fileprivate init(domainID: String, reportID: String, bytes: [UInt8]) {
      all = Array(reportID.utf8) + Array(domainID.utf8) + bytes
      domainStart = reportID.utf8.count
      start = domainStart + domainID.utf8.count
      end = all.count
    }

    /// The report in binary.
    package var bytes: ArraySlice<UInt8> { all[start..<end] }
    /// The report in JSON; nil until somebody wanted it.
    package var json: ArraySlice<UInt8>? { end < all.count ? all[end...] : nil }
    /// Bytes of the report.
    fileprivate var count: Int { all.count - start }

    fileprivate func with(json: [UInt8]) -> Entry {
      var entry = self
      entry.all = []
      // What is kept is counted, so there is no room beyond.
      entry.all.reserveCapacity(all.count + json.count)
      entry.all += all
      entry.all += json
      return entry
    }

    fileprivate func isOf(_ domainID: String, _ reportID: String) -> Bool {
      all.withUnsafeBufferPointer { all in
        Self.isSame(all[..<domainStart], reportID)
          && Self.isSame(all[domainStart..<start], domainID)
      }
    }

    private static func isSame(_ bytes: Slice<UnsafeBufferPointer<UInt8>>, _ text: String) -> Bool {
      var text = text
      return text.withUTF8 { UnsafeBufferPointer(rebasing: bytes).isSame(as: $0) }
    }
  }

  private struct State {
    /// By the hash of the report's id, which no two domains share: looking for a number is half the work
    /// of looking for strings. Of two reports with the same hash the first is kept.
    var entries: [Int: Entry] = [:]
    /// What came in its order, from `oldest` on; a ring would do no better here. What is not in
    /// `entries` any more is passed over in its turn.
    var order: [(key: Int, number: UInt64)] = []
    var oldest = 0
    var byteCount = 0
    /// Of what is kept next.
    var number: UInt64 = 0
    var removals = 0
  }

  /// UTF-8 bytes of the ids of what is kept, at most.
  private static let idBytesMax = 255
  /// What an entry costs besides its bytes: the two ids and the table's own room.
  private static let entryOverheadBytes = 256

  private let bytesMax: Int
  private let state = Mutex(State())

  /// - Parameter bytesMax: bytes kept at most, with what keeping them costs.
  package init(bytesMax: Int = 64 << 20) {
    self.bytesMax = bytesMax
  }

  /// A report, if it is kept.
  package func report(domainID: String, reportID: String) -> Entry? {
    guard let key = Self.key(domainID, reportID),
      let entry = state.withLock({ $0.entries[key] }), entry.isOf(domainID, reportID)
    else { return nil }
    return entry
  }

  /// How many reports were removed so far. Asked before a report is read.
  package var removals: Int { state.withLock(\.removals) }

  /// Drops a report that is no more.
  package func remove(domainID: String, reportID: String) {
    state.withLock { state in
      state.removals += 1
      guard let key = Self.key(domainID, reportID), let entry = state.entries[key],
        entry.isOf(domainID, reportID)
      else { return }
      state.entries[key] = nil
      state.byteCount -= entry.count + Self.entryOverheadBytes
      tidy(&state)
    }
  }

  /// Keeps the bytes of a report that is in a terminal state.
  ///
  /// - Parameter removals: what `removals` was before the report was read. If there was one since, it
  ///   may have been this report's, so nothing is kept.
  package func insert(
    _ bytes: [UInt8], domainID: String, reportID: String, readAfter removals: Int
  ) {
    guard bytes.count + Self.entryOverheadBytes <= bytesMax,
      let key = Self.key(domainID, reportID)
    else { return }
    let entry = Entry(domainID: domainID, reportID: reportID, bytes: bytes)
    state.withLock { state in
      guard state.removals == removals, state.entries[key] == nil else { return }
      put(entry, key, &state)
    }
  }

  /// Keeps the JSON of a report beside its bytes, which makes it the newest.
  ///
  /// - Parameter entry: what it was made of. If that is not kept any more, nothing is.
  package func insert(json: [UInt8], domainID: String, reportID: String, of entry: Entry) {
    guard entry.json == nil, entry.count + json.count + Self.entryOverheadBytes <= bytesMax,
      let key = Self.key(domainID, reportID)
    else { return }
    // Before the lock, at which every loop waits.
    let whole = entry.with(json: json)
    state.withLock { state in
      guard state.entries[key]?.number == entry.number else { return }
      put(whole, key, &state)
    }
  }

  /// Keeps an entry as the newest, in place of the one that has its key.
  private func put(_ entry: Entry, _ key: Int, _ state: inout State) {
    var entry = entry
    entry.number = state.number
    state.number += 1
    if let before = state.entries.updateValue(entry, forKey: key) {
      state.byteCount -= before.count + Self.entryOverheadBytes
    }
    state.byteCount += entry.count + Self.entryOverheadBytes
    state.order.append((key, entry.number))
    while state.byteCount > bytesMax { dropOldest(&state) }
    tidy(&state)
  }

  /// Takes what is not kept any more out of the order, when that is the most of it.
  private func tidy(_ state: inout State) {
    guard state.order.count - state.oldest > 2 * state.entries.count + 1000 else { return }
    state.order = state.order[state.oldest...].filter { place in
      state.entries[place.key]?.number == place.number
    }
    state.oldest = 0
  }

  /// How many reports are kept.
  package var count: Int { state.withLock(\.entries.count) }

  /// - Returns: nil for ids that no report has, which may be of any length.
  private static func key(_ domainID: String, _ reportID: String) -> Int? {
    guard domainID.utf8.count <= idBytesMax, reportID.utf8.count <= idBytesMax else { return nil }
    var hasher = Hasher()
    reportID.exact.hash(into: &hasher)
    return hasher.finalize()
  }

  private func dropOldest(_ state: inout State) {
    let place = state.order[state.oldest]
    state.oldest += 1
    if let entry = state.entries[place.key], entry.number == place.number {
      state.entries[place.key] = nil
      state.byteCount -= entry.count + Self.entryOverheadBytes
    }
    // Moving the rest to the front costs its length, so it is done when half is gone.
    if state.oldest * 2 >= state.order.count {
      state.order.removeFirst(state.oldest)
      state.oldest = 0
    }
  }
}
