import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL
import RPCCore

extension ArtifactDownload {
  /// So much of an error's body is shown, in bytes.
  private static let errorBodyBytesMax = 300
  /// How often in a row a server may send a request elsewhere.
  private static let redirectsMax = 5

  /// What the attempts of one download share. Attempts are counted here, so the client makes one of
  /// each; redirects are followed here, so that none leads to another host.
  func makeClient() -> HTTPClient {
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
    if let authoritiesFile = network.authoritiesFile {
      var tls = TLSConfiguration.makeClientConfiguration()
      tls.trustRoots = .file(authoritiesFile)
      configuration.tlsConfiguration = tls
    }
    return HTTPClient(eventLoopGroup: group, configuration: configuration)
  }

  /// Asks for what is missing and reads as much as comes.
  func attempt(
    _ state: inout DownloadState, _ client: HTTPClient, restart: () throws(RPCError) -> Void,
    progress: (Progress) -> Void, _ body: (UnsafeRawBufferPointer) throws(RPCError) -> Void
  ) async throws(RPCError) {
    do {
      let response = try await response(state.headers, client)
      guard response.status == .ok || response.status == .partialContent else {
        throw RPCError.downloadRefused(
          url, status: response.status, body: try await Self.text(response.body))
      }
      if try state.begin(response) { try restart() }
      for try await buffer in response.body {
        try buffer.withUnsafeReadableBytes { piece in
          try state.add(piece)
          try body(piece)
        }
        progress(state.progress)
      }
    } catch {
      throw failure(error)
    }
  }

  /// The first answer that sends the request nowhere else.
  private func response(
    _ headers: HTTPHeaders, _ client: HTTPClient
  ) async throws -> HTTPClientResponse {
    var url = url
    for _ in 0...Self.redirectsMax {
      var request = HTTPClientRequest(url: url.text)
      request.headers = headers
      // A connection that is kept may be one that the server is just closing.
      request.headers.add(name: "connection", value: "close")
      let response = try await client.execute(request, deadline: .distantFuture)
      guard [301, 302, 303, 307, 308].contains(response.status.code),
        let location = response.headers.first(name: "location")
      else { return response }
      url = try url.redirected(to: location)
    }
    throw RPCError.downloadRedirected(self.url, "goes from one address to the next without an end")
  }

  private static func text(_ body: HTTPClientResponse.Body) async throws -> String {
    var text = ByteBuffer()
    for try await var piece in body {
      text.writeBuffer(&piece)
      if text.readableBytes >= errorBodyBytesMax { break }
    }
    let bytes = text.readableBytesView.prefix(errorBodyBytesMax)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func failure(_ error: any Error) -> RPCError {
    if let error = error as? RPCError { return error }
    if error is CancellationError || Task.isCancelled { return .callerGone }
    let text = "\(error)"
    if text.contains("CERTIFICATE_VERIFY_FAILED") { return .downloadUntrusted(url, error) }
    return switch error {
    case let error as HTTPClientError where error == .readTimeout:
      .downloadBroken(url, "the server sent nothing for \(silenceMax)")
    case let error as HTTPClientError where error == .invalidProxyResponse:
      .downloadBroken(url, "the proxy \(proxy?.address.description ?? "") did not connect to it")
    case let error as HTTPClientError where error != .remoteConnectionClosed:
      .downloadBroken(url, error.shortDescription.lowercased())
    case is HTTPClientError:
      .downloadBroken(url, "the server closed the connection")
    case let error as HTTPParserError where error == .invalidEOFState:
      .downloadBroken(url, "the server closed the connection")
    default:
      .downloadBroken(url, text)
    }
  }
}
