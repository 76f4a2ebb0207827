package import RPCCore
private import Synchronization

/// What is kept for all connections of a server, in bytes.
///
/// A connection may keep a quarter of what is free, so that however many keep as much as they may,
/// another one finds as much room as each of them has.
package final class ServerBudget: Sendable {
  private static let shareOfFree = 4

  /// As many bytes may be kept.
  package let bytesMax: Int
  private let used = Atomic<Int>(0)
  let meter: (any ServingMeter)?

  /// - Parameters:
  ///   - bytesMax: how many bytes may be kept.
  ///   - meter: is told when there is no room.
  package init(bytesMax: Int, meter: (any ServingMeter)? = nil) {
    self.bytesMax = bytesMax
    self.meter = meter
  }

  /// How many bytes are kept.
  package var bytesKept: Int { used.load(ordering: .relaxed) }

  /// How many bytes one connection may keep now.
  package var share: Int { max(bytesMax - bytesKept, 0) / Self.shareOfFree }

  /// Whether one connection may keep so many bytes in all: its share, or a little in any case.
  package func grants(_ bytes: Int) -> Bool {
    if bytes <= ConnectionBudget.baseBytes || bytes <= share { return true }
    meter?.reached(.serverBytes)
    return false
  }

  /// Bytes that are kept from now on; negative: not any more.
  package func keep(_ bytes: Int) {
    // All loops count here: to add nothing costs them as much as to add something.
    if bytes == 0 { return }
    used.add(bytes, ordering: .relaxed)
  }
}

/// What is kept for one connection, in bytes. Belongs to the connection's loop.
///
/// Two bounds hold. The connection's own makes it wait: it is read no further until it keeps less.
/// The share of what the server has free refuses, because what would make room is not its own.
package final class ConnectionBudget {
  /// Taken for every connection as long as it is open, for what is not worth counting: a few
  /// small answers, the part of a small frame.
  package static let baseBytes = 32_768
  /// So many bytes may be on their way to the socket uncounted.
  private static let unfollowedBytesMax = 16_384
  /// What the server was told may be wrong by so many bytes, which what every connection has covers: all
  /// loops count there, so that each step costs a look at memory that another core has changed.
  private static let untoldBytesMax = 8192

  private let server: ServerBudget
  private let bytesMax: Int
  // Numbers, read and set at once several times in each call: nothing is looked for that could be in the way.
  @exclusivity(unchecked) private var keptBytes = 0
  @exclusivity(unchecked) private var expectedBytes = 0
  @exclusivity(unchecked) private var unfollowedBytes = 0
  /// What the server believes that is kept.
  @exclusivity(unchecked) private var toldBytes = 0
  private var isOpen = true

  /// - Parameters:
  ///   - server: what is kept for all connections.
  ///   - bytesMax: what may be kept for this one.
  package init(_ server: ServerBudget, bytesMax: Int) {
    self.server = server
    self.bytesMax = bytesMax
    server.keep(Self.baseBytes)
  }

  deinit {
    close()
  }

  /// Gives back what every connection has. What is kept is given back by who keeps it.
  package func close() {
    if isOpen { server.keep(-Self.baseBytes) }
    isOpen = false
  }

  /// What is kept, and what answers under way may need.
  package var bytes: Int { keptBytes + expectedBytes }

  /// Whether nothing more should be begun before something has ended.
  package var isFull: Bool { bytes >= bytesMax }

  /// Whether so many bytes fit below the connection's own bound. They do if nothing else is kept.
  package func fits(_ more: Int) -> Bool {
    bytes == 0 || bytes + more <= bytesMax
  }

  /// Whether the server has so many bytes for this connection.
  package func isGranted(_ more: Int) -> Bool {
    server.grants(keptBytes + more)
  }

  /// Bytes that are kept from now on.
  package func keep(_ bytes: Int) {
    tellIfFull { keptBytes += bytes }
    tellServer()
  }

  /// Bytes that are not kept any more.
  package func release(_ bytes: Int) {
    keptBytes -= bytes
    tellServer()
  }

  private func tellServer() {
    let change = keptBytes - toldBytes
    guard abs(change) > Self.untoldBytesMax || keptBytes == 0 else { return }
    toldBytes = keptBytes
    server.keep(change)
  }

  /// An answer of so many bytes may come: the connection has them in mind, the server not yet.
  package func expect(_ bytes: Int) {
    tellIfFull { expectedBytes += bytes }
  }

  /// An expected answer came, or will not.
  package func stopExpecting(_ bytes: Int) {
    expectedBytes -= bytes
  }

  private func tellIfFull(_ change: () -> Void) {
    let wasFull = isFull
    change()
    if isFull, !wasFull { server.meter?.reached(.connectionBytes) }
  }

  /// Bytes are given to the socket.
  ///
  /// - Returns: what to give to `flushed` once the socket took them; 0: it need not be told. Small
  ///   writes are followed together with a later one, because being told has its price.
  package func flushing(_ bytes: Int) -> Int {
    unfollowedBytes += bytes
    if unfollowedBytes <= Self.unfollowedBytesMax { return 0 }
    defer { unfollowedBytes = 0 }
    keep(unfollowedBytes)
    return unfollowedBytes
  }

  /// The socket took bytes, or is gone.
  package func flushed(_ bytes: Int) {
    release(bytes)
  }
}

/// What is kept for one call, in bytes, within what all doors keep together. Given back with the last
/// reference to it.
package final class KeptBytes: AnswerRoom {
  private let budget: ServerBudget
  private let bytes = Atomic<Int>(0)

  package init(_ budget: ServerBudget) {
    self.budget = budget
  }

  deinit {
    giveBack()
  }

  /// How many bytes are kept.
  package var count: Int { bytes.load(ordering: .relaxed) }

  /// Keeps so many more.
  ///
  /// - Returns: false, without keeping them, if the server has not so many for one connection.
  package func grow(by more: Int) -> Bool {
    guard budget.grants(count + more) else { return false }
    bytes.add(more, ordering: .relaxed)
    budget.keep(more)
    return true
  }

  /// Keeps so many less.
  package func shrink(by less: Int) {
    bytes.subtract(less, ordering: .relaxed)
    budget.keep(-less)
  }

  package func take(_ bytes: Int) throws(RPCError) {
    guard grow(by: bytes) else { throw .answerNotKept(bytes: count + bytes) }
  }

  /// Keeps nothing any more.
  package func giveBack() {
    budget.keep(-bytes.exchange(0, ordering: .relaxed))
  }
}
