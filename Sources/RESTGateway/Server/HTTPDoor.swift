package import Logging
private import RPCCore
internal import RPCServing
private import ServiceLifecycle
private import Synchronization

/// The HTTP server as one of the doors.
package final class HTTPDoor: Door {
  private struct Running {
    let group: ServiceGroup
    let task: Task<Void, any Error>
  }

  package let name = "http"
  private let server: HTTPServer
  private let logger: Logger
  private let running = Mutex<Running?>(nil)

  /// - Parameter logger: gets what goes wrong.
  package init(_ server: HTTPServer, logger: Logger) {
    self.server = server
    // The group's own words are for those who look for its faults.
    var logger = logger
    logger.logLevel = max(logger.logLevel, .warning)
    self.logger = logger
  }

  package var connectionCount: Int { server.connectionCount }

  /// Accepts from now on: the server cannot do the one without the other.
  package func bind() async throws -> String {
    let accepting = Suspension<Int>()
    let service = server.makeService { port in accepting.resume(.success(port)) }
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [ServiceGroupConfiguration.ServiceConfiguration(service: service)],
        logger: logger))
    let address = server.address
    // It ends with `drain` alone, not with whatever stops around it.
    let task = Task.detached {
      do {
        try await group.run()
        accepting.resume(.failure(.cannotListen(address, because: "it was stopped")))
      } catch {
        accepting.resume(.failure(.cannotListen(address, because: "\(error)")))
        throw error
      }
    }
    running.withLock { $0 = Running(group: group, task: task) }
    return server.address(port: try await accepting.wait(start: {}))
  }

  package func start() async throws {
    try await running.withLock { $0 }?.task.value
  }

  package func drain(for time: Duration) async {
    guard let running = running.withLock({ $0 }) else { return }
    await running.group.triggerGracefulShutdown()
    let deadline = Task { [server] in
      try await Task.sleep(for: time)
      server.abort()
      running.task.cancel()
    }
    // What the cut ones say about it is of no interest.
    _ = await running.task.result
    deadline.cancel()
  }
}

extension RPCError {
  fileprivate static func cannotListen(_ address: String, because reason: String) -> RPCError {
    RPCError(
      .unavailable, reason: "ERROR_CANNOT_LISTEN",
      message: "Cannot listen on \(address): \(reason). Choose another address, or stop the "
        + "program that uses it.")
  }
}
