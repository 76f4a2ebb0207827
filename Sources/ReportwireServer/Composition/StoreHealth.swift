private import Synchronization

/// Whether the report store answers, for `/check`.
///
/// Those who ask share one look: a store that hangs is not asked again and again by every load
/// balancer that is waiting for it.
final class StoreHealth: Sendable {
  private let patience: Duration
  private let look: @Sendable () async throws -> Void
  private let current = Mutex<Latch<Bool>?>(nil)

  /// - Parameters:
  ///   - patience: how long an answer may take.
  ///   - look: asks the store for something small; throws if it cannot say.
  init(patience: Duration = .seconds(1), look: @escaping @Sendable () async throws -> Void) {
    self.patience = patience
    self.look = look
  }

  /// Whether an answer came within the patience.
  func answers() async -> Bool {
    let answer = current.withLock { current in
      if let current { return current }
      let latch = Latch<Bool>()
      current = latch
      Task { await self.ask(latch) }
      return latch
    }
    return await withTaskGroup(of: Bool.self) { group in
      group.addTask { (try? await answer.value()) ?? false }
      group.addTask { [patience] in
        try? await Task.sleep(for: patience)
        return false
      }
      defer { group.cancelAll() }
      return await group.next() ?? false
    }
  }

  private func ask(_ latch: Latch<Bool>) async {
    let isAnswered: Bool
    do {
      try await look()
      isAnswered = true
    } catch {
      isAnswered = false
    }
    current.withLock { $0 = nil }
    latch.resolve(.success(isAnswered))
  }
}
