import AsyncHTTPClient
import NIOCore
import NIOSSL
import RPCCore

/// How files are fetched over networks that want something special.
public struct NetworkSettings: Sendable, Hashable {
  /// The certificates, in PEM, of the authorities that count; nil: those of the system.
  public var authoritiesFile: String?
  /// The proxy for `https`: `http://HOST:PORT` or `HOST:PORT`, with `USER:PASSWORD@` before the host
  /// if it wants to know who asks; nil: none. Plain `http` goes the direct way.
  public var proxy: String?
  /// Hosts, and domains with all that is in them, that are reached without the proxy; `*`: every one.
  /// This machine is one of them.
  public var directHosts: [String]

  /// Nothing special.
  public init() {
    directHosts = []
  }

  /// What a process is told in the way that other programs are told: `SSL_CERT_FILE`, `https_proxy`,
  /// `no_proxy`, the last two in capitals too.
  public init(environment: [String: String]) {
    func variable(_ names: String...) -> String? {
      names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    }
    authoritiesFile = variable("SSL_CERT_FILE")
    proxy = variable("https_proxy", "HTTPS_PROXY")
    directHosts = (variable("no_proxy", "NO_PROXY") ?? "").split { $0 == "," || $0 == " " }
      .map(String.init)
  }

  /// A proxy, taken apart.
  struct Proxy: Hashable {
    var address: HostPort
    var user: String?
    var password = ""
  }

  /// The proxy of a URL; nil if it is reached without one.
  ///
  /// - Throws: `INVALID_ARGUMENT` if the proxy cannot be understood.
  func proxy(for url: DownloadURL) throws(RPCError) -> Proxy? {
    guard url.isSecure, let text = proxy, !isDirect(url.address.host) else { return nil }
    var rest = text[...]
    if rest.hasPrefix("http://") { rest = rest.dropFirst("http://".count) }
    while rest.hasSuffix("/") { rest.removeLast() }
    var proxy = Proxy(address: HostPort(host: "", port: 0))
    if let at = rest.lastIndex(of: "@") {
      let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      proxy.user = String(parts[0])
      proxy.password = parts.count == 2 ? String(parts[1]) : ""
      rest = rest[rest.index(after: at)...]
    }
    do throws(HostPort.Malformed) {
      proxy.address = try HostPort(rest, defaultPort: 1080)
    } catch {
      throw RPCError(
        .invalidArgument, reason: "ERROR_INVALID_PROXY",
        message: "The proxy for https cannot be used: \(error.rawValue). "
          + "Write http://HOST:PORT into https_proxy.")
    }
    return proxy
  }

  private func isDirect(_ host: String) -> Bool {
    let host = host.lowercased()
    if host == "localhost" || host == "::1" || host.hasPrefix("127.") { return true }
    return directHosts.contains { entry in
      let name = entry.lowercased().drop { $0 == "." }
      return entry == "*" || host == name || host.hasSuffix("." + name)
    }
  }
}

extension NetworkSettings {
  /// A client for requests to one URL. Attempts are counted and redirects followed by whoever asks, so it
  /// makes one attempt of each and follows none: no secret gets to another host.
  ///
  /// - Parameters:
  ///   - proxy: see `proxy(for:)`.
  ///   - silenceMax: how long the server may send nothing.
  func httpClient(
    through proxy: Proxy?, silenceMax: Duration, group: any EventLoopGroup
  ) -> HTTPClient {
    let silence = TimeAmount(silenceMax)
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow, timeout: .init(connect: silence, read: silence))
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.httpVersion = .http1Only
    if let proxy {
      configuration.proxy = .server(
        host: proxy.address.host, port: proxy.address.port,
        authorization: proxy.user.map { .basic(username: $0, password: proxy.password) })
    }
    if let authoritiesFile {
      var tls = TLSConfiguration.makeClientConfiguration()
      tls.trustRoots = .file(authoritiesFile)
      configuration.tlsConfiguration = tls
    }
    return HTTPClient(eventLoopGroup: group, configuration: configuration)
  }
}
