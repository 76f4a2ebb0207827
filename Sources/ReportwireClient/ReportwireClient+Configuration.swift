public import NIOCore
import NIOPosix
public import RPCCore
public import TTRPC

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
    public init(address: TTRPCAddress) {
      self.address = address
      timeout = .seconds(30)
      connectTimeout = .seconds(10)
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
