public import NIOCore
import NIOPosix
public import RPCCore
public import TTRPC

/// A client of a Reportwire server: connections, deadlines, retries, and a typed method for every
/// method of the server's services.
///
/// ```swift
/// let client = try ReportwireClient(address: "127.0.0.1:50052")
/// let report = try await client.report.get(request)
/// await client.close()
/// ```
///
/// One client serves a whole program: it is safe to use from any task, connects when it is first
/// needed, and connects again when a connection is lost. What fails is an `RPCError`, with the
/// server's code and reason, or with `UNAVAILABLE` and what to do if it cannot be reached.
///
/// A call that failed with `UNAVAILABLE` is made again if that can do no harm: the server did not
/// begin it, its method is idempotent, or it carries an idempotency key.
public final class ReportwireClient: RPCChannel {
  /// Where the server is, and how it is called.
  public let configuration: Configuration
  private let pool: ConnectionPool<TTRPCConnection>
  private let clock: any ClientClock
  private let random: @Sendable () -> Double

  /// Makes a client; it connects when it is first used.
  public convenience init(_ configuration: Configuration) {
    self.init(
      configuration, clock: SystemClientClock(), random: { Double.random(in: 0..<1) })
  }

  /// Makes a client with default settings.
  ///
  /// - Parameter address: `host:port`, `tcp://host:port` or `unix:///path`.
  /// - Throws: `INVALID_ARGUMENT` if that is none of them.
  public convenience init(address: String) throws(RPCError) {
    self.init(Configuration(address: try TTRPCAddress(address)))
  }

  /// Makes a client with a clock and randomness of one's own, for tests.
  package init(
    _ configuration: Configuration, clock: any ClientClock,
    random: @escaping @Sendable () -> Double
  ) {
    self.configuration = configuration
    self.clock = clock
    self.random = random
    pool = ConnectionPool(
      connectionsMax: configuration.connectionsMax,
      callsPerConnection: configuration.callsPerConnection, backoff: configuration.backoff,
      clock: clock, random: random
    ) { () async throws(RPCError) in try await Self.connect(configuration) }
  }

  /// Closes the connections; calls under way fail.
  public func close() async {
    await pool.close()
  }

  /// Calls a unary method.
  public func call(
    _ method: MethodDescriptor, request: [UInt8], options: CallOptions
  ) async throws(RPCError) -> [UInt8] {
    let metadata = metadata(options)
    return try await retrying(
      method, metadata, timeout: options.timeout ?? configuration.timeout, poolWaits: true
    ) { (deadline) async throws(RPCError) in
      let lease = try await pool.take(before: deadline)
      defer { pool.release(lease) }
      let options = CallOptions(
        timeout: deadline?.remaining(at: clock.now()), metadata: metadata)
      return try await lease.connection.call(method, request: request, options: options)
    }
  }

  /// Calls a server-streaming method, on a connection of its own.
  ///
  /// Connecting is tried again as for a unary call; a stream that has begun is not.
  public func stream(
    _ method: MethodDescriptor, request: [UInt8], options: CallOptions
  ) async throws(RPCError) -> AsyncThrowingStream<[UInt8], any Error> {
    let metadata = metadata(options)
    return try await retrying(
      method, metadata, timeout: options.timeout, poolWaits: false
    ) { (deadline) async throws(RPCError) in
      let connection = try await Self.connect(configuration)
      let options = CallOptions(
        timeout: deadline?.remaining(at: clock.now()), metadata: metadata)
      do throws(RPCError) {
        let messages = try await connection.stream(method, request: request, options: options)
        let stream = DedicatedStream(messages, on: connection)
        return AsyncThrowingStream { try await stream.next() }
      } catch {
        await connection.close()
        throw error
      }
    }
  }
}

// MARK: - Attempts

extension ReportwireClient {
  private static func connect(
    _ configuration: Configuration
  ) async throws(RPCError) -> TTRPCConnection {
    if let tls = configuration.tls, case .tcp = configuration.address {
      return try await tls.connect(
        to: configuration.address, timeout: configuration.connectTimeout,
        limits: configuration.limits, group: configuration.group)
    }
    return try await TTRPCConnection.connect(
      to: configuration.address, timeout: configuration.connectTimeout,
      limits: configuration.limits, group: configuration.group)
  }

  private func metadata(_ options: CallOptions) -> Metadata {
    var metadata = options.metadata
    for entry in configuration.metadata.entries where metadata[entry.key] == nil {
      metadata.append(entry.key, entry.value)
    }
    return metadata
  }

  /// - Parameter poolWaits: the attempt itself waits before it connects once more.
  private func retrying<Result>(
    _ method: MethodDescriptor, _ metadata: Metadata, timeout: Duration?, poolWaits: Bool,
    _ attempt: (Deadline?) async throws(RPCError) -> Result
  ) async throws(RPCError) -> Result {
    let deadline = timeout.map { Deadline(clock.now().advanced(by: $0)) }
    var failures = 0
    while true {
      do throws(RPCError) {
        return try await attempt(deadline)
      } catch {
        failures += 1
        guard failures < configuration.attemptsMax,
          RetryRules.mayRetry(error, method, metadata)
        else { throw error }
        if poolWaits, error.reason == "ERROR_CANNOT_CONNECT" { continue }
        try await pause(afterFailures: failures, before: deadline, error)
      }
    }
  }

  /// Waits for the next attempt; if the deadline comes first, the last error is the better answer.
  private func pause(
    afterFailures failures: Int, before deadline: Deadline?, _ error: RPCError
  ) async throws(RPCError) {
    let delay = configuration.backoff.delay(afterFailures: failures, random: random())
    if let deadline, deadline.remaining(at: clock.now()) <= delay { throw error }
    do {
      try await clock.sleep(for: delay)
    } catch {
      throw .callerGone
    }
  }
}

extension ReportwireClient {
  /// Where the server is, and how it is called.
  public struct Configuration: Sendable {
    /// The server.
    public var address: TTRPCAddress
    /// How long a unary call may take, with its retries, where the call does not say; nil: as long
    /// as it takes. Response streams have no deadline unless the call states one.
    public var timeout: Duration?
    /// How long connecting may take.
    public var connectTimeout: Duration
    /// How connections over TCP are encrypted; nil: not at all.
    public var tls: ClientTLS?
    /// How many connections the unary calls share at most.
    public var connectionsMax: Int
    /// With more calls under way on every connection, another one is made.
    public var callsPerConnection: Int
    /// How often a call is made at most; 1: no retries.
    public var attemptsMax: Int
    /// The waits between attempts.
    public var backoff: Backoff
    /// Travels with every call, such as `user_id`. What a call says itself comes first.
    public var metadata: Metadata
    /// Sizes.
    public var limits: TTRPCLimits
    /// The threads.
    public var group: any EventLoopGroup

    /// The defaults: 30 s a call, 10 s to connect, 4 connections of 64 calls each, 5 attempts.
    ///
    /// - Parameter address: `host:port`, `tcp://host:port` or `unix:///path`.
    /// - Throws: `INVALID_ARGUMENT` if that is none of them.
    public init(_ address: String) throws(RPCError) {
      self.init(address: try TTRPCAddress(address))
    }

    /// The same defaults for an address that is understood already.
    public init(address: TTRPCAddress) {
      self.address = address
      timeout = .seconds(30)
      connectTimeout = .seconds(10)
      tls = nil
      connectionsMax = 4
      callsPerConnection = 64
      attemptsMax = 5
      backoff = Backoff()
      metadata = Metadata()
      limits = TTRPCLimits()
      group = MultiThreadedEventLoopGroup.singleton
    }
  }
}

/// The services of the server.
extension ReportwireClient {
  /// Reports: create, get, list, and links to their files.
  public var report: ReportClient { ReportClient(channel: self) }

  /// Cancel, watch and inspect reports.
  public var reportControl: ReportControlClient { ReportControlClient(channel: self, clock: clock) }

  /// Who did what.
  public var audit: AuditClient { AuditClient(channel: self) }

  /// What can be reported.
  public var template: TemplateClient { TemplateClient(channel: self) }
  /// The tenants.
  public var domain: DomainClient { DomainClient(channel: self) }

  /// Where files go.
  public var storage: StorageClient { StorageClient(channel: self) }

  /// The kinds of storage.
  public var storageType: StorageTypeClient { StorageTypeClient(channel: self) }

  /// Facts about the server.
  public var serverInfo: ServerInfoClient { ServerInfoClient(channel: self) }
}
