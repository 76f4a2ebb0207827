import HTTPTypes
package import Hummingbird
import Logging
import NIOCore
internal import RPCCore
internal import RPCServing
import ReportCore
internal import Texts

/// Finds what a request is for, turns what goes wrong into an error body, and logs a line for each
/// request once its response is written.
///
/// Hummingbird's own router is not asked: it takes `/check/` and `//check` for `/check`, compares
/// paths as text and not by their bytes, and answers a wrong method with 404.
package struct GatewayResponder: HTTPResponder {
  /// What may be done with a path that is no method's; the rest is answered with 405.
  private static let methods: [HTTPRequest.Method] = [.get, .head]

  /// Longer answers of calls are written piece by piece and counted until they are written; there is room
  /// for others as long as a connection has a request to answer. In bytes.
  private static let wholeBytesMax = 65_536

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

  package func respond(to request: Request, context: GatewayContext) async throws -> Response {
    let given = RequestID.given(by: request.headers)
    let requestID = given ?? Incident.newID()
    var isNamed = given != nil
    var entry = AccessLogEntry(request, peer: context.address, requestID: requestID)
    var reply: Reply
    do {
      if let calls, let match = try calls.match(request.uri.path) {
        isNamed = true
        reply = try await calls.reply(to: request, match, context, requestID: given)
      } else if let calls, let mount = mounts.first(where: { $0.owns(request.uri.path) }) {
        isNamed = true
        reply = await elsewhere {
          await mount.reply(
            to: MountedRequest(
              request: request, context: context, endpoint: calls, requestID: given),
            downloads.files, &entry)
        }
      } else {
        reply = try await elsewhere {
          try await readBody(of: request)
          return try await self.reply(
            to: request, context,
            from: DownloadAudit.Origin(peer: context.peer, requestID: given))
        }
      }
    } catch let failure as HTTPFailure {
      entry.code = failure.code
      reply = failure.reply
    } catch {
      entry.fail(error)
      reply = HTTPFailure.unknown(incident: entry.incident).reply
    }
    entry.status = reply.status.code
    // A file has the same header whenever it is asked for.
    if isNamed { reply.headers[RequestID.name] = requestID }
    return response(
      request.method == .head ? reply.withoutBody : reply, entry, context.eventLoop)
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
    to request: Request, _ context: GatewayContext, from origin: DownloadAudit.Origin
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
    if let metrics { return try await metrics.reply(to: request, on: context.connection) }
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

  private func response(
    _ reply: Reply, _ entry: AccessLogEntry, _ eventLoop: any EventLoop
  ) -> Response {
    var entry = entry
    let whole: ByteBuffer
    switch reply.body {
    case .artifact(let slice):
      return Response(
        status: reply.status, headers: reply.headers, body: streamed(slice, entry, eventLoop))
    case .stream(let stream):
      return Response(
        status: reply.status, headers: reply.headers, body: streamed(stream, entry, eventLoop))
    case .bytes(let bytes, let kept) where bytes.count > Self.wholeBytesMax:
      return Response(
        status: reply.status, headers: reply.headers, body: answer(bytes, kept, entry, eventLoop))
    case .bytes(let bytes, _): whole = ByteBuffer(bytes: bytes)
    case .text(let text): whole = ByteBuffer(string: text)
    case .none: whole = ByteBuffer()
    }
    if entry.isDownload { downloaded(reply.status.code, 0) }
    entry.bytes = Int64(whole.readableBytes)
    entry.log(to: logger)
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
