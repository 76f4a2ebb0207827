import AsyncHTTPClient
public import NIOCore
import NIOHTTP1
public import NIOPosix
public import RPCCore

/// Downloads a file of a report from the signed URL of `get_download_url`, over HTTP/1.1, with or
/// without TLS.
///
/// A connection that breaks is made again, and the download goes on where it stopped (Range and
/// If-Range); if the file changed meanwhile it begins anew. The file is complete when it has the
/// length that the server announced, and the SHA-256 of the ETag if that is one; and those of
/// `Content`, if whoever asks knows them from `inspect`. A redirect is followed to the same host only,
/// because whoever gets the request gets the signature too.
public struct ArtifactDownload: Sendable {
  /// How far a download got.
  public struct Progress: Sendable, Hashable {
    /// Bytes that came so far.
    public let bytes: Int64
    /// Bytes that the file has; nil if the server did not say.
    public let totalBytes: Int64?
  }

  /// What a file must be: what `inspect` says of it, which came another way than the file does.
  public struct Content: Sendable, Hashable {
    /// The length of the file.
    public let bytes: Int64
    /// The SHA-256 of its bytes, 64 hexadecimal digits.
    public let sha256: String

    /// Takes what is known.
    public init(bytes: Int64, sha256: String) {
      self.bytes = bytes
      self.sha256 = sha256
    }
  }

  /// What was downloaded.
  public struct Summary: Sendable, Hashable {
    /// The length of the file.
    public let bytes: Int64
    /// The SHA-256 of its bytes, 64 lower-case hexadecimal digits.
    public let sha256: String
    /// Its media type; empty if the server did not say.
    public let mediaType: String
    /// The name that the server suggests for it, made safe for any folder; nil if it suggests none.
    public let suggestedName: String?
  }

  private let url: DownloadURL
  private let token: String?
  private let expected: Content?
  private let attemptsMax: Int
  private let silenceMax: Duration
  private let network: NetworkSettings
  private let proxy: NetworkSettings.Proxy?
  private let group: any EventLoopGroup

  /// Prepares a download.
  ///
  /// - Parameters:
  ///   - url: an `http` or `https` URL.
  ///   - token: goes along as a bearer token, where the URL itself is not signed; nil: none does.
  ///   - expected: what the file must be; nil: what the server of the URL says.
  ///   - attemptsMax: how often in a row it may break without a byte having come.
  ///   - silenceMax: how long the server may send nothing.
  ///   - network: authorities and proxies of one's own.
  /// - Throws: `INVALID_ARGUMENT` if the URL, or the proxy, cannot be used.
  public init(
    url: String, token: String? = nil, expected: Content? = nil, attemptsMax: Int = 4,
    silenceMax: Duration = .seconds(60),
    network: NetworkSettings = NetworkSettings(),
    group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
  ) throws(RPCError) {
    self.url = try DownloadURL(url)
    self.token = token
    self.expected = expected
    self.attemptsMax = max(attemptsMax, 1)
    self.silenceMax = silenceMax
    self.network = network
    proxy = try network.proxy(for: self.url)
    self.group = group
  }

  /// Saves the file at a path.
  ///
  /// A regular file has the new content only when that is complete; until then, and if the download
  /// fails, there is nothing or what was there before. Links are followed; owner and mode of a file
  /// that is there stay. What is not a regular file (a device, a pipe) is written to straight away.
  ///
  /// - Parameter progress: called now and then, and at the end.
  /// - Throws: `PERMISSION_DENIED` for a URL that is expired or tampered with, `NOT_FOUND`,
  ///   `UNAVAILABLE` if the server cannot be reached, `DATA_LOSS` if what came is not what was
  ///   expected or announced, and `INTERNAL` if the file cannot be written.
  public func save(
    to path: String, progress: (Progress) -> Void = { _ in }
  ) async throws(RPCError) -> Summary {
    let file = try OutputFile(at: path)
    let summary = try await read(into: file, progress)
    try file.finish()
    return summary
  }

  /// Saves the file in a folder, once it is complete, under a name that is chosen then.
  ///
  /// - Parameters:
  ///   - name: makes the name out of what is known by then, such as the name that the server
  ///     suggests. What has that name stays; this file gets a number behind it then.
  ///   - progress: called now and then, and at the end.
  /// - Returns: what was downloaded, and the name that it has.
  /// - Throws: as `save(to:progress:)` does.
  public func save(
    inFolder folder: String, name: (Summary) -> String, progress: (Progress) -> Void = { _ in }
  ) async throws(RPCError) -> (summary: Summary, name: String) {
    let file = try OutputFile(inFolder: folder)
    let summary = try await read(into: file, progress)
    return (summary, try file.finish(as: name(summary)))
  }

  func read(
    into file: OutputFile, _ progress: (Progress) -> Void
  ) async throws(RPCError) -> Summary {
    try await read(
      restart: { () throws(RPCError) in try file.empty() }, progress: progress
    ) { (bytes) throws(RPCError) in try file.append(bytes) }
  }

  /// Reads the file piece by piece, in order; the next piece is read from the socket once `body`
  /// has returned.
  ///
  /// - Parameters:
  ///   - restart: the file changed while it was read: forget every piece so far.
  ///   - progress: called after every piece.
  ///   - body: takes a piece.
  public func read(
    restart: () throws(RPCError) -> Void, progress: (Progress) -> Void = { _ in },
    _ body: (UnsafeRawBufferPointer) throws(RPCError) -> Void
  ) async throws(RPCError) -> Summary {
    let client = network.httpClient(through: proxy, silenceMax: silenceMax, group: group)
    let result: Result<Summary, RPCError>
    do throws(RPCError) {
      result = .success(try await read(client, restart: restart, progress: progress, body))
    } catch {
      result = .failure(error)
    }
    // It has no more requests, so there is nothing to end that could fail.
    try? await client.shutdown()
    return try result.get()
  }

  private func read(
    _ client: HTTPClient, restart: () throws(RPCError) -> Void, progress: (Progress) -> Void,
    _ body: (UnsafeRawBufferPointer) throws(RPCError) -> Void
  ) async throws(RPCError) -> Summary {
    var state = DownloadState(url, expected: expected)
    var failures = 0
    while true {
      let before = state.bytes
      do throws(RPCError) {
        try await attempt(&state, client, restart: restart, progress: progress, body)
        return try state.summary()
      } catch {
        failures = state.bytes > before ? 1 : failures + 1
        guard error.code == .unavailable, failures < attemptsMax else { throw error }
      }
    }
  }
}

extension ArtifactDownload {
  /// So much of an error's body is shown, in bytes.
  private static let errorBodyBytesMax = 300
  /// How often in a row a server may send a request elsewhere.
  private static let redirectsMax = 5

  /// Asks for what is missing and reads as much as comes.
  private func attempt(
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
      if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
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
