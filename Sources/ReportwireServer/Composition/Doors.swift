private import RPCCore
internal import RPCServing
internal import ServiceLifecycle

/// The ways in, from the first connection to the last call's end. They stop together, so that the
/// drain time counts once.
struct Doors: Service {
  let doors: [any Door]
  let drain: Duration
  /// Gets the addresses before anybody is served: the URLs in answers depend on them.
  let bound: @Sendable (ServerAddresses) -> Void
  /// Gets the addresses once whoever connects is served.
  let ready: @Sendable (ServerAddresses) throws -> Void

  func run() async throws {
    do {
      guard let addresses = try await bind() else { return await drainAll(for: .zero) }
      bound(addresses)
      try await serve(addresses)
    } catch {
      await drainAll(for: .zero)
      throw error
    }
  }

  /// - Returns: nil if the server was told to stop before it listened.
  private func bind() async throws -> ServerAddresses? {
    var addresses = ServerAddresses()
    for door in doors {
      do {
        addresses.add(door.name, try await door.bind())
      } catch {
        if Task.isShuttingDownGracefully { return nil }
        guard let error = error as? RPCError, error.code == .unavailable else { throw error }
        throw Problems("listen.\(door.name)", error.message)
      }
    }
    return addresses
  }

  private func serve(_ addresses: ServerAddresses) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for door in doors { group.addTask { try await door.start() } }
      group.addTask { try ready(addresses) }
      group.addTask {
        try await gracefulShutdown()
        await drainAll(for: drain)
      }
      do {
        while try await group.next() != nil {}
      } catch {
        // A door that was started ends with this, not by being cancelled.
        await drainAll(for: .zero)
        throw error
      }
    }
  }

  private func drainAll(for time: Duration) async {
    await withTaskGroup(of: Void.self) { group in
      for door in doors { group.addTask { await door.drain(for: time) } }
    }
  }
}
