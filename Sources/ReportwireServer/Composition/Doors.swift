internal import Logging
private import RPCCore
internal import ServiceLifecycle
internal import TTRPC

/// The listeners, from the first connection to the last call's end. They stop together, so that
/// the drain time counts once.
struct Doors: Service {
  let ttrpc: TTRPCServer
  let ttrpcAddress: ListenAddress
  let unixPath: String?
  let httpAddress: ListenAddress
  /// Makes the HTTP service, which calls back with its port once it accepts.
  let makeHTTP: @Sendable (_ onRunning: @escaping @Sendable (Int) async -> Void) -> any Service
  let drain: Duration
  /// Gets the address of HTTP once it accepts, before any call can ask for a URL there.
  let httpAccepts: @Sendable (_ address: String) -> Void
  /// Gets the addresses once every listener accepts.
  let ready: @Sendable (ServerAddresses) async throws -> Void

  func run() async throws {
    do {
      try await serve()
    } catch {
      await ttrpc.shutdown(drain: .zero)
      throw error
    }
  }

  private func serve() async throws {
    let accepting = Latch<Int>()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await serveHTTP(accepting) }
      group.addTask {
        let port = try await accepting.value()
        let http = "\(ListenAddress(host: httpAddress.host, port: port))"
        httpAccepts(http)
        guard let address = try await startTTRPC() else { return }
        try await ready(
          ServerAddresses(
            ttrpc: "\(address)", ttrpcUnix: unixPath.map { "unix://\($0)" }, http: http))
      }
      group.addTask {
        try await gracefulShutdown()
        await ttrpc.shutdown(drain: drain)
      }
      // Unlike `waitForAll`, this cancels the others when one fails.
      while try await group.next() != nil {}
    }
  }

  /// - Returns: the address with its real port; nil if the server was told to stop before it listened.
  private func startTTRPC() async throws -> TTRPCAddress? {
    do throws(RPCError) {
      let address = try await ttrpc.start(host: ttrpcAddress.host, port: ttrpcAddress.port)
      if let unixPath { try await ttrpc.start(unixPath: unixPath) }
      return address
    } catch {
      if Task.isShuttingDownGracefully { return nil }
      throw Problems("listen.ttrpc", error.message)
    }
  }

  /// Ends after a graceful stop, which cuts downloads that take longer than the drain time.
  private func serveHTTP(_ accepting: Latch<Int>) async throws {
    let http = makeHTTP { port in accepting.resolve(.success(port)) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        do {
          try await http.run()
        } catch {
          throw accepting.current == nil ? cannotListen(error) : error
        }
      }
      group.addTask {
        try await gracefulShutdown()
        try await Task.sleep(for: drain)
      }
      try await group.next()
      group.cancelAll()
      // What the cut ones say about it is of no interest.
      while await group.nextResult() != nil {}
    }
  }

  private func cannotListen(_ error: any Error) -> any Error {
    error is CancellationError
      ? error
      : Problems(
        "listen.http",
        "Cannot listen on \(httpAddress): \(error). Choose another address, or stop the program "
          + "that uses it.")
  }
}
