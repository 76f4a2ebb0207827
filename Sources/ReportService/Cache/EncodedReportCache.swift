package import ProtobufWire
package import RPCCore
private import Synchronization
private import Texts

/// The encoded bytes of reports that do not change any more, so that `get` can answer without a
/// look at the store. Bounded by bytes; the oldest entries go first.
package final class EncodedReportCache: Sendable {
  /// What is kept of a report.
  package struct Entry: Sendable {
    /// The report in binary.
    package let bytes: [UInt8]
    /// The report in JSON; nil until somebody wanted it.
    package let json: [UInt8]?
    /// Tells it apart from what was or will be kept of the same report.
    fileprivate let number: UInt64
  }

  /// A report's id, its domain's and the report in one piece of memory: among many reports each further
  /// piece would be one more wait for memory.
  ///
  /// Nobody counts who looks at it, since that would be written into memory that another core has just
  /// read. So it is looked at while its owner is locked, and freed by that.
  private struct Piece: @unchecked Sendable {
    private let all: UnsafeMutableBufferPointer<UInt8>
    private let domainStart: Int
    private let start: Int
    private let end: Int
    var number: UInt64 = 0

    init(_ ids: IDs, bytes: [UInt8], json: [UInt8]) {
      domainStart = ids.report.count
      start = domainStart + ids.domain.count
      end = start + bytes.count
      all = .allocate(capacity: end + json.count)
      _ = all[0..<domainStart].initialize(fromContentsOf: ids.report)
      _ = all[domainStart..<start].initialize(fromContentsOf: ids.domain)
      _ = all[start..<end].initialize(fromContentsOf: bytes)
      _ = all[end..<all.count].initialize(fromContentsOf: json)
    }

    func free() { all.deallocate() }

    var bytes: UnsafeBufferPointer<UInt8> { part(start..<end) }
    /// Empty: it has none.
    var json: UnsafeBufferPointer<UInt8> { part(end..<all.count) }
    /// Bytes of the report.
    var count: Int { all.count - start }

    var entry: Entry {
      Entry(bytes: [UInt8](bytes), json: json.isEmpty ? nil : [UInt8](json), number: number)
    }

    func isOf(_ ids: IDs) -> Bool {
      part(0..<domainStart).isSame(as: ids.report)
        && part(domainStart..<start).isSame(as: ids.domain)
    }

    private func part(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
      UnsafeBufferPointer(rebasing: all[range])
    }
  }

  /// Whose report it is, and which.
  private struct IDs {
    let domain: UnsafeBufferPointer<UInt8>
    let report: UnsafeBufferPointer<UInt8>

    /// What the report's id comes to. Those of reports that there are come from this server, so nobody
    /// chooses them for their sums.
    var key: Int {
      let bytes = UnsafeRawBufferPointer(report)
      var sum = UInt64(truncatingIfNeeded: bytes.count)
      var at = 0
      while at + 8 <= bytes.count {
        Self.add(bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self), to: &sum)
        at += 8
      }
      for byte in bytes[at...] { Self.add(UInt64(byte), to: &sum) }
      return Int(truncatingIfNeeded: sum)
    }

    private static func add(_ word: UInt64, to sum: inout UInt64) {
      sum = (sum ^ word) &* 0x9E37_79B9_7F4A_7C15
      sum ^= sum >> 32
    }
  }

  private struct State: ~Copyable {
    /// By the key of the report's id, which no two domains share: looking for a number is half the work
    /// of looking for strings. Of two reports with the same key the first is kept.
    var pieces: [Int: Piece] = [:]
    /// What came in its order, from `oldest` on; a ring would do no better here. What is not in
    /// `pieces` any more is passed over in its turn.
    var order: [(key: Int, number: UInt64)] = []
    var oldest = 0
    var byteCount = 0
    /// Of what is kept next.
    var number: UInt64 = 0
    var removals = 0

    deinit {
      for piece in pieces.values { piece.free() }
    }

    func piece(_ ids: IDs) -> Piece? {
      guard let piece = pieces[ids.key], piece.isOf(ids) else { return nil }
      return piece
    }
  }

  /// UTF-8 bytes of the ids of what is kept, at most.
  private static let idBytesMax = 255
  /// What a piece costs besides its bytes: the two ids and the table's own room.
  private static let pieceOverheadBytes = 256

  private let bytesMax: Int
  private let state = Mutex(State())

  /// - Parameter bytesMax: bytes kept at most, with what keeping them costs.
  package init(bytesMax: Int = 64 << 20) {
    self.bytesMax = bytesMax
  }

  /// A report, if it is kept.
  ///
  /// - Parameter bytesMax: a longer one, in binary, is not copied, and nil.
  package func report(domainID: String, reportID: String, bytesMax: Int = .max) -> Entry? {
    Self.withIDs(domainID, reportID) { ids in
      state.withLock { state in
        guard let piece = state.piece(ids), piece.bytes.count <= bytesMax else { return nil }
        return piece.entry
      }
    } ?? nil
  }

  /// Appends a report as it is kept, if it is.
  ///
  /// - Parameter format: if it is JSON, and nobody wanted it before, there is none.
  /// - Returns: whether it was appended.
  package func write(
    domainID: String, reportID: String, as format: PayloadFormat, to writer: inout BinaryWriter
  ) -> Bool {
    Self.withIDs(domainID, reportID) { ids in
      state.withLock { state in
        guard let piece = state.piece(ids), format == .binary || !piece.json.isEmpty else {
          return false
        }
        writer.append(
          contentsOf: UnsafeRawBufferPointer(format == .binary ? piece.bytes : piece.json))
        return true
      }
    } ?? false
  }

  /// How many reports were removed so far. Asked before a report is read.
  package var removals: Int { state.withLock { $0.removals } }

  /// Drops a report that is no more.
  package func remove(domainID: String, reportID: String) {
    // First, so that nobody puts it back who read it before.
    state.withLock { $0.removals += 1 }
    _ = Self.withIDs(domainID, reportID) { ids in
      state.withLock { state in
        guard state.piece(ids) != nil else { return }
        Self.drop(ids.key, &state)
        Self.tidy(&state)
      }
    }
  }

  /// Keeps the bytes of a report that is in a terminal state.
  ///
  /// - Parameter removals: what `removals` was before the report was read. If there was one since, it
  ///   may have been this report's, so nothing is kept.
  package func insert(
    _ bytes: [UInt8], domainID: String, reportID: String, readAfter removals: Int
  ) {
    keep(domainID, reportID, bytes) { key, state in
      state.removals == removals && state.pieces[key] == nil
    }
  }

  /// Keeps the JSON of a report beside its bytes, which makes it the newest.
  ///
  /// - Parameter entry: what it was made of. If that is not kept any more, nothing is.
  package func insert(json: [UInt8], domainID: String, reportID: String, of entry: Entry) {
    guard entry.json == nil else { return }
    keep(domainID, reportID, entry.bytes, json) { key, state in
      state.pieces[key]?.number == entry.number
    }
  }

  /// Keeps a report as the newest, in place of the one that has its key, if it may.
  private func keep(
    _ domainID: String, _ reportID: String, _ bytes: [UInt8], _ json: [UInt8] = [],
    if mayKeep: (_ key: Int, borrowing State) -> Bool
  ) {
    guard bytes.count + json.count + Self.pieceOverheadBytes <= bytesMax else { return }
    _ = Self.withIDs(domainID, reportID) { ids in
      let key = ids.key
      // Before the lock, at which every loop waits.
      let piece = Piece(ids, bytes: bytes, json: json)
      let isKept = state.withLock { state in
        guard mayKeep(key, state) else { return false }
        Self.drop(key, &state)
        put(piece, key, &state)
        return true
      }
      if !isKept { piece.free() }
    }
  }

  private func put(_ piece: Piece, _ key: Int, _ state: inout State) {
    var piece = piece
    piece.number = state.number
    state.number += 1
    state.pieces[key] = piece
    state.byteCount += piece.count + Self.pieceOverheadBytes
    state.order.append((key, piece.number))
    while state.byteCount > bytesMax { Self.dropOldest(&state) }
    Self.tidy(&state)
  }

  private static func drop(_ key: Int, _ state: inout State) {
    guard let piece = state.pieces.removeValue(forKey: key) else { return }
    state.byteCount -= piece.count + pieceOverheadBytes
    piece.free()
  }

  /// Takes what is not kept any more out of the order, when that is the most of it.
  private static func tidy(_ state: inout State) {
    guard state.order.count - state.oldest > 2 * state.pieces.count + 1000 else { return }
    var order: [(key: Int, number: UInt64)] = []
    for place in state.order[state.oldest...]
    where state.pieces[place.key]?.number == place.number {
      order.append(place)
    }
    state.order = order
    state.oldest = 0
  }

  /// How many reports are kept.
  package var count: Int { state.withLock { $0.pieces.count } }

  /// - Returns: nil for ids that no report has, which may be of any length.
  private static func withIDs<Result>(
    _ domainID: String, _ reportID: String, _ body: (IDs) -> Result
  ) -> Result? {
    guard domainID.utf8.count <= idBytesMax, reportID.utf8.count <= idBytesMax else { return nil }
    var (domainID, reportID) = (domainID, reportID)
    return domainID.withUTF8 { domain in
      reportID.withUTF8 { report in body(IDs(domain: domain, report: report)) }
    }
  }

  private static func dropOldest(_ state: inout State) {
    let place = state.order[state.oldest]
    state.oldest += 1
    if state.pieces[place.key]?.number == place.number { drop(place.key, &state) }
    // Moving the rest to the front costs its length, so it is done when half is gone.
    if state.oldest * 2 >= state.order.count {
      state.order.removeFirst(state.oldest)
      state.oldest = 0
    }
  }
}
