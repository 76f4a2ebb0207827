import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
public import ProtobufWire
public import RPCCore
import Texts

/// Calls SailPoint's reports API of a server, by HTTP.
public struct SailPointClient: Sendable {
  /// Bytes of an answer at most.
  private static let answerBytesMax = 4_194_304

  /// Who asks.
  public enum Credentials: Sendable {
    /// Nobody in particular.
    case none
    /// Whoever has the token.
    case token(String)
    /// A client, which gets a token for its secret.
    case client(id: String, secret: String)
  }

  private let url: DownloadURL
  private let token: String?
  private let timeout: Duration
  private let network: NetworkSettings

  /// Prepares to call a server, and asks it for a token if credentials say so.
  ///
  /// - Parameters:
  ///   - url: where the server's HTTP door is, such as `http://127.0.0.1:8080`.
  ///   - timeout: of each call.
  /// - Throws: `INVALID_ARGUMENT` for a URL that cannot be used, `UNAUTHENTICATED` for a wrong secret.
  public init(
    url: String, credentials: Credentials, timeout: Duration = .seconds(30),
    network: NetworkSettings = NetworkSettings()
  ) async throws(RPCError) {
    self.url = try DownloadURL(url)
    self.timeout = timeout
    self.network = network
    switch credentials {
    case .none: token = nil
    case .token(let text): token = text
    case .client(let id, let secret):
      let answer = try await Self.send(
        self.url, "POST", "/oauth/token", token: nil,
        body: (
          "application/x-www-form-urlencoded",
          "grant_type=client_credentials&client_id=\(PercentCoding.encoded(id))"
            + "&client_secret=\(PercentCoding.encoded(secret))"
        ), timeout, network)
      guard case .string(let text)? = answer["access_token"]?.kind else {
        throw RPCError(.unauthenticated, message: "The server gave no token.")
      }
      token = text
    }
  }

  /// Starts a report, or joins the run of the same that goes on.
  ///
  /// - Returns: TaskResultDetails as SailPoint publishes them.
  public func run(_ type: String, _ arguments: Struct) async throws(RPCError) -> Struct {
    let details: Struct = [
      "reportType": Value(.string(type)), "arguments": Value(.struct(arguments)),
    ]
    let body: String
    do throws(WireError) {
      body = try details.json()
    } catch {
      throw .malformedRequest(error)
    }
    return try await call("POST", "/v3/reports/run", body)
  }

  /// How a run stands.
  ///
  /// - Returns: ReportResults; empty if there is no such run. It has no `status` while the run goes on.
  public func result(_ id: String) async throws(RPCError) -> Struct {
    try await call("GET", "/v3/reports/\(PercentCoding.encoded(id))/result", nil)
  }

  /// Calls a run off.
  public func cancel(_ id: String) async throws(RPCError) {
    _ = try await call("POST", "/v3/reports/\(PercentCoding.encoded(id))/cancel", nil)
  }

  /// The file of a run that has ended.
  ///
  /// - Parameter format: `csv`, `pdf` or `json`.
  public func file(_ id: String, format: String) throws(RPCError) -> ArtifactDownload {
    let path =
      "/v3/reports/\(PercentCoding.encoded(id))?fileFormat=\(PercentCoding.encoded(format))"
    return try ArtifactDownload(url: url.origin + path, token: token, network: network)
  }

  private func call(
    _ method: String, _ path: String, _ body: String?
  ) async throws(RPCError) -> Struct {
    try await Self.send(
      url, method, path, token: token, body: body.map { ("application/json", $0) }, timeout, network
    )
  }

  private static func send(
    _ url: DownloadURL, _ method: String, _ path: String, token: String?,
    body: (type: String, text: String)?, _ timeout: Duration, _ network: NetworkSettings
  ) async throws(RPCError) -> Struct {
    var request = HTTPClientRequest(url: url.origin + path)
    request.method = .init(rawValue: method)
    request.headers.add(name: "accept", value: "application/json")
    request.headers.add(name: "user-agent", value: "reportwire")
    if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
    if let body {
      request.headers.add(name: "content-type", value: body.type)
      request.body = .bytes(ByteBuffer(string: body.text))
    }
    let client = network.httpClient(
      through: try network.proxy(for: url), silenceMax: timeout,
      group: MultiThreadedEventLoopGroup.singleton)
    let result: Result<Struct, RPCError>
    do {
      let response = try await client.execute(request, timeout: TimeAmount(timeout))
      let bytes = try await response.body.collect(upTo: answerBytesMax)
      result = answer(Int(response.status.code), Array(bytes.readableBytesView))
    } catch {
      result = .failure(
        RPCError(
          .unavailable, message: "\(url.origin) cannot be reached: \(error)", cause: error))
    }
    // It has no more requests, so there is nothing to end that could fail.
    try? await client.shutdown()
    return try result.get()
  }

  private static func answer(_ status: Int, _ bytes: [UInt8]) -> Result<Struct, RPCError> {
    let body = bytes.isEmpty ? Struct() : (try? Struct(json: bytes)) ?? Struct()
    guard !(200..<300).contains(status) else { return .success(body) }
    return .failure(RPCError(code(of: status), message: text(of: body) ?? "HTTP status \(status)"))
  }

  private static func code(of status: Int) -> StatusCode {
    switch status {
    case 400: .invalidArgument
    case 401: .unauthenticated
    case 403: .permissionDenied
    case 404: .notFound
    case 429: .resourceExhausted
    default: status >= 500 ? .internal : .unknown
    }
  }

  /// Where SailPoint's errors have their text, in the order in which its SDKs look.
  private static func text(of body: Struct) -> String? {
    for key in ["error_description", "error", "message"] {
      if case .string(let text)? = body[key]?.kind { return text }
    }
    guard case .list(let messages)? = body["messages"]?.kind,
      case .struct(let first)? = messages.values.first?.kind,
      case .string(let text)? = first["text"]?.kind
    else { return nil }
    return text
  }
}
