public import RPCCore

/// Where a ttrpc server listens: a TCP host and port, or a Unix socket.
public enum TTRPCAddress: Sendable, Hashable {
  /// A host name or IP address, and a port.
  case tcp(host: String, port: Int)
  /// The path of a Unix socket.
  case unix(path: String)

  /// Reads `host:port`, `tcp://host:port`, `[::1]:port` or `unix:///path`.
  ///
  /// - Throws: `INVALID_ARGUMENT` saying what is wrong and what an address looks like.
  public init(_ text: String) throws(RPCError) {
    if text.hasPrefix("unix:") {
      var path = text.dropFirst("unix:".count)
      if path.hasPrefix("//") { path = path.dropFirst(2) }
      guard path.hasPrefix("/") else { throw Self.wrong(text, "the path must begin with /") }
      self = .unix(path: String(path))
      return
    }
    var rest = text[...]
    if rest.hasPrefix("tcp://") { rest = rest.dropFirst("tcp://".count) }
    do throws(HostPort.Malformed) {
      let address = try HostPort(rest)
      self = .tcp(host: address.host, port: address.port)
    } catch {
      throw Self.wrong(text, error.rawValue)
    }
  }

  private static func wrong(_ text: String, _ reason: String) -> RPCError {
    RPCError(
      .invalidArgument, reason: "ERROR_INVALID_ADDRESS",
      message: "The address \(text.isEmpty ? "(empty)" : text) cannot be used: \(reason). "
        + "Write host:port, tcp://host:port or unix:///path.")
  }
}

extension TTRPCAddress: CustomStringConvertible {
  /// `host:port` or `unix:///path`; `init` reads it back.
  public var description: String {
    switch self {
    case .tcp(let host, let port): HostPort(host: host, port: port).description
    case .unix(let path): "unix://\(path)"
    }
  }
}
