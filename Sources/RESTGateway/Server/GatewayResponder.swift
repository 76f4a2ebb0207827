import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
internal import RPCCore
internal import RPCServing
import ReportCore
import Synchronization
internal import Texts

/// Finds what a request is for, turns what goes wrong into an error body, and logs a line for each
/// request once its response is written.
///
/// Hummingbird's own router is not asked: it takes `/check/` and `//check` for `/check`, compares
/// paths as text and not by their bytes, and answers a wrong method with 404.
struct GatewayResponder: Sendable {
  typealias Response = HummingbirdCore.Response
  typealias ResponseBody = HummingbirdCore.ResponseBody

  /// What may be done with a path that is no method's; the rest is answered with 405.
  private static let methods: [HTTPRequest.Method] = [.get, .head]

  let calls: RESTEndpoint?
  let documents: APIDocuments?
  let metrics: MetricsEndpoint?
  let downloaded: @Sendable (_ status: Int, _ bytes: Int64) -> Void
  let isServing: @Sendable () async -> Bool
  let unavailableSources: @Sendable () -> [String]
  let manifestKeys: @Sendable () -> String
  let downloads: DownloadEndpoint
  let mounts: [any HTTPMount]
  let chunkBytes: Int
  let requestBodyBytesMax: Int
  let logger: Logger

  /// A request, with what its response and the log say of it.
  struct Exchange: Sendable {
    /// What its sender named it; nil: nothing.
    let givenID: String?
    let connection: GatewayConnection
    private let requestID: String
    private let isHead: Bool
    /// Whether the response says the name. A file has the same header whenever it is asked for.
    var isNamed: Bool
    var entry: AccessLogEntry

    init(_ request: HTTPRequest, path: String, _ connection: GatewayConnection) {
      givenID = RequestID.given(by: request.headerFields)
      requestID = givenID ?? Incident.newID()
      isNamed = givenID != nil
      isHead = request.method == .head
      self.connection = connection
      entry = AccessLogEntry(
        request, path: path, peer: connection.peer, requestID: requestID)
    }

    /// What is replied where something went wrong.
    mutating func reply(to error: any Error) -> Reply {
      if let failure = error as? HTTPFailure {
        entry.code = failure.code
        return failure.reply
      }
      entry.fail(error)
      return HTTPFailure.unknown(incident: entry.incident).reply
    }

    /// The reply as it goes out.
    mutating func end(_ reply: Reply) -> Reply {
      var reply = isHead ? reply.withoutBody : reply
      entry.status = reply.status.code
      if isNamed { reply.headers[RequestID.name] = requestID }
      reply.headers[.date] = connection.date.now
      return reply
    }
  }

  /// A call that was begun where its request was read. It has an end, whether somebody comes for it or not.
  struct Begun: Sendable {
    let exchange: Exchange
    private let task: Task<Reply, any Error>

    init(_ exchange: Exchange, _ body: @escaping @Sendable () async throws -> Reply) {
      self.exchange = exchange
      task = Task(executorPreference: exchange.connection.lane, operation: body)
    }

    /// - Throws: `HTTPFailure` for what the peer is to know.
    func reply() async throws -> Reply {
      try await withTaskCancellationHandler {
        try await task.value
      } onCancel: {
        task.cancel()
      }
    }

    /// Nobody comes for it: returns when it has ended.
    func abandon() async {
      task.cancel()
      _ = await task.result
    }
  }

  /// Where a connection leaves the call that it has begun, for who answers the request.
  final class Handover: Sendable {
    private let begun = Mutex<Begun?>(nil)

    func put(_ begun: Begun) {
      self.begun.withLock { $0 = begun }
    }

    /// nil: none was begun.
    func take() -> Begun? {
      begun.withLock { begun in
        defer { begun = nil }
        return begun
      }
    }
  }

  /// The response to a request without a body, if it is at hand.
  ///
  /// - Parameter handover: gets the call if it was begun.
  /// - Returns: nil if it is not; then `respond` is to be asked.
  func promptResponse(
    to request: HTTPRequest, _ connection: GatewayConnection, _ handover: Handover
  ) -> (HTTPResponse, ByteBuffer)? {
    let uri = URI(request.path ?? "")
    guard let calls, let match = calls.promptMatch(uri.path) else { return nil }
    var exchange = Exchange(request, path: uri.path, connection)
    exchange.isNamed = true
    var reply: Reply
    do throws(HTTPFailure) {
      let prompt = try calls.promptReply(
        to: request, query: uri.query ?? "", match, connection, requestID: exchange.givenID)
      switch prompt {
      case .reply(let given): reply = given
      case .later(let body):
        handover.put(Begun(exchange, body))
        return nil
      }
    } catch {
      reply = exchange.reply(to: error)
    }
    reply = exchange.end(reply)
    guard let body = Self.whole(reply.body) else {
      preconditionFailure("What is at hand is short.")
    }
    reply.headers[.contentLength] = "\(body.readableBytes)"
    log(body, exchange.entry)
    return (HTTPResponse(status: reply.status, headerFields: reply.headers), body)
  }

  /// The response to a request.
  ///
  /// - Parameter begun: its call, if that was begun.
  func respond(
    to request: Request, _ connection: GatewayConnection, _ begun: Begun?
  ) async -> Response {
    var exchange =
      begun?.exchange ?? Exchange(request.head, path: request.uri.path, connection)
    var reply: Reply
    do {
      if let begun {
        reply = try await begun.reply()
      } else {
        reply = try await self.reply(to: request, &exchange)
      }
    } catch {
      reply = exchange.reply(to: error)
    }
    reply = exchange.end(reply)
    return response(reply, exchange)
  }

  private func reply(to request: Request, _ exchange: inout Exchange) async throws -> Reply {
    let connection = exchange.connection
    if let calls, let match = try calls.match(request.uri.path) {
      exchange.isNamed = true
      return try await calls.reply(to: request, match, connection, requestID: exchange.givenID)
    }
    if let calls, let mount = mounts.first(where: { $0.owns(request.uri.path) }) {
      exchange.isNamed = true
      return await elsewhere {
        await mount.reply(
          to: MountedRequest(
            request: request, connection: connection, endpoint: calls,
            requestID: exchange.givenID),
          downloads.files, &exchange.entry)
      }
    }
    return try await elsewhere { [exchange] in
      try await readBody(of: request)
      return try await reply(
        to: request, connection,
        from: DownloadAudit.Origin(peer: connection.peer, requestID: exchange.givenID))
    }
  }

  /// Takes a body off the connection, so that the next request can be read. No request needs one.
  private func readBody(of request: Request) async throws {
    guard request.headers[.contentLength] ?? "0" != "0" || request.headers[.transferEncoding] != nil
    else { return }
    var bytes = 0
    if let length = request.headers[.contentLength] { bytes = Int(length) ?? .max }
    if bytes <= requestBodyBytesMax {
      bytes = 0
      for try await piece in request.body {
        bytes += piece.readableBytes
        if bytes > requestBodyBytesMax { break }
      }
    }
    if bytes > requestBodyBytesMax {
      throw HTTPFailure.bodyTooLarge(bytesMax: requestBodyBytesMax)
    }
  }

  private func reply(
    to request: Request, _ connection: GatewayConnection, from origin: DownloadAudit.Origin
  ) async throws -> Reply {
    let path = request.uri.path
    let isCheck = path.isExactly("/check")
    let isKeys = path.isExactly("/keys")
    let document = documents?.document(at: path)
    let metrics = path.isExactly("/metrics") ? metrics : nil
    guard isCheck || isKeys || document != nil || metrics != nil || DownloadTicket.isPath(path)
    else {
      throw HTTPFailure.notFound("path", path)
    }
    guard Self.methods.contains(request.method) else {
      throw HTTPFailure.methodNotAllowed(Self.methods.map(\.rawValue))
    }
    if let document { return document }
    if let metrics { return try await metrics.reply(to: request, on: connection.id) }
    if isKeys { return keys() }
    return isCheck ? await check() : try await downloads.reply(to: request, from: origin)
  }

  /// Whether the server serves, as every SpaceONE server answers it: 200 with `SERVING`, or 503 with
  /// `NOT_SERVING`. A data source that is away does not change that: it is named, and reports from
  /// the others are made.
  private func check() async -> Reply {
    let isServing = await isServing()
    let sources = unavailableSources()
    let more = sources.isEmpty ? "" : #","unavailable_sources":"# + JSONText.array(sources)
    return Reply(
      status: isServing ? .ok : .serviceUnavailable,
      headers: [.contentType: "application/json", .cacheControl: "no-store"],
      body: .text(#"{"status":"\#(isServing ? "SERVING" : "NOT_SERVING")""# + more + "}"))
  }

  /// The public keys of manifests (RFC 7517, RFC 8037): for everybody, since nothing is secret of them.
  private func keys() -> Reply {
    Reply(
      status: .ok,
      headers: [.contentType: "application/jwk-set+json", .cacheControl: "no-cache"],
      body: .text(manifestKeys()))
  }

  /// A reply that is written in one; nil: it is not.
  private static func whole(_ body: Reply.Body) -> ByteBuffer? {
    switch body {
    case .artifact, .stream: nil
    case .bytes(let bytes, _): bytes.count > Reply.wholeBytesMax ? nil : ByteBuffer(bytes: bytes)
    case .text(let text): ByteBuffer(string: text)
    case .none: ByteBuffer()
    }
  }

  private func log(_ whole: ByteBuffer, _ entry: AccessLogEntry) {
    var entry = entry
    if entry.isDownload { downloaded(entry.status, 0) }
    entry.bytes = Int64(whole.readableBytes)
    entry.log(to: logger)
  }

  private func response(_ reply: Reply, _ exchange: Exchange) -> Response {
    let (entry, eventLoop) = (exchange.entry, exchange.connection.eventLoop)
    if let whole = Self.whole(reply.body) {
      log(whole, entry)
      return response(reply, whole)
    }
    let body =
      switch reply.body {
      case .artifact(let slice): streamed(slice, entry, eventLoop)
      case .stream(let stream): streamed(stream, entry, eventLoop)
      case .bytes(let bytes, let kept): answer(bytes, kept, entry, eventLoop)
      case .text, .none: ResponseBody()
      }
    return Response(status: reply.status, headers: reply.headers, body: body)
  }

  private func response(_ reply: Reply, _ whole: ByteBuffer) -> Response {
    guard reply.isLast else {
      var response = Response(
        status: reply.status, headers: reply.headers, body: ResponseBody(byteBuffer: whole))
      // Its length would be that of the file, which is not sent (RFC 9110, section 8.6).
      if reply.status == .notModified { response.headers[.contentLength] = nil }
      return response
    }
    let body = ResponseBody(contentLength: whole.readableBytes) { writer in
      try await writer.write(whole)
      try await writer.finish(nil)
      // What is thrown here closes the connection; nothing else does.
      throw LastResponse()
    }
    return Response(status: reply.status, headers: reply.headers, body: body)
  }

  private struct LastResponse: Error {}

  /// The long answer of a call; it is kept until the connection took it.
  private func answer(
    _ bytes: [UInt8], _ kept: KeptBytes, _ entry: AccessLogEntry, _ eventLoop: any EventLoop
  ) -> ResponseBody {
    ResponseBody(contentLength: bytes.count) { [logger] writer in
      var entry = entry
      entry.bytes = Int64(bytes.count)
      defer { entry.log(to: logger) }
      defer { withExtendedLifetime(kept) {} }
      try await writingElsewhere(than: eventLoop) {
        try await writer.write(ByteBuffer(bytes: bytes))
      }
      try await writer.finish(nil)
    }
  }

  private func streamed(
    _ stream: MessageStream, _ entry: AccessLogEntry, _ eventLoop: any EventLoop
  ) -> ResponseBody {
    ResponseBody { [logger] writer in
      var entry = entry
      defer { entry.log(to: logger) }
      do {
        let error = try await writingElsewhere(than: eventLoop) {
          try await stream.write(to: &writer, written: &entry.bytes)
        }
        if let error { entry.code = HTTPFailure(error).code }
        try await writer.finish(nil)
      } catch {
        entry.code = "ERROR_CANCELLED"
        throw error
      }
    }
  }

  private func streamed(
    _ slice: ArtifactSlice, _ entry: AccessLogEntry, _ eventLoop: any EventLoop
  ) -> ResponseBody {
    ResponseBody(contentLength: slice.range.count) { [chunkBytes, logger, downloaded] writer in
      var entry = entry
      defer {
        downloaded(entry.status, entry.bytes)
        entry.log(to: logger)
      }
      let part = slice.part
      do {
        try await writingElsewhere(than: eventLoop) {
          try await slice.write(
            to: &writer, on: eventLoop, chunkBytes: chunkBytes, written: &entry.bytes)
        }
        try await writer.finish(nil)
        await part?.end(bytes: entry.bytes, failure: nil)
      } catch let error as ArtifactSlice.PeerGone {
        entry.code = "ERROR_CANCELLED"
        await part?.end(bytes: entry.bytes, failure: HTTPFailure(.callerGone))
        throw error
      } catch {
        entry.fail(error)
        await part?.end(bytes: entry.bytes, failure: .unknown(incident: entry.incident))
        throw error
      }
    }
  }
}

/// Names a request for those who look for it in logs: the header `X-Request-Id`, given by the caller or made
/// up here.
enum RequestID {
  static let name = HTTPField.Name("x-request-id")!
  private static let bytesMax = 128

  /// What the caller gave, if that can stand in a log.
  static func given(by headers: HTTPFields) -> String? {
    guard let text = headers[name], (1...bytesMax).contains(text.utf8.count),
      text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else { return nil }
    return text
  }
}
