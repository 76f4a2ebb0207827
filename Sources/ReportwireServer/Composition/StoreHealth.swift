private import ReportCore
private import Synchronization

/// Whether the report store answers, for `/check`.
final class StoreHealth: Sendable {
  private let look: PatientLook<Bool>

  /// - Parameters:
  ///   - patience: how long an answer may take.
  ///   - look: asks the store for something small; throws if it cannot say.
  init(patience: Duration = .seconds(1), look: @escaping @Sendable () async throws -> Void) {
    self.look = PatientLook(patience: patience) {
      try await look()
      return true
    }
  }

  /// Whether an answer came within the patience.
  func answers() async -> Bool {
    await look.value() ?? false
  }
}

/// Asks for something that may hang, and waits for no longer than it has patience.
///
/// Those who ask share one look: what hangs is not asked again and again by everybody who is waiting
/// for it.
final class PatientLook<Value: Sendable>: Sendable {
  private let patience: Duration
  private let look: @Sendable () async throws -> Value
  private let current = Mutex<Latch<Value?>?>(nil)

  init(patience: Duration, look: @escaping @Sendable () async throws -> Value) {
    self.patience = patience
    self.look = look
  }

  /// nil: it failed, or did not come within the patience.
  func value() async -> Value? {
    let answer = current.withLock { current in
      if let current { return current }
      let latch = Latch<Value?>()
      current = latch
      Task { await self.ask(latch) }
      return latch
    }
    return await withTaskGroup(of: Value?.self) { group in
      group.addTask { (try? await answer.value()) ?? nil }
      group.addTask { [patience] in
        try? await SystemClock().sleep(for: patience)
        return nil
      }
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
  }

  private func ask(_ latch: Latch<Value?>) async {
    let value = try? await look()
    current.withLock { $0 = nil }
    latch.resolve(.success(value))
  }
}
