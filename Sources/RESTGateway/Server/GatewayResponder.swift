import HTTPTypes
package import Hummingbird
import Logging
import NIOCore
import ReportCore
internal import Texts

/// Finds what a request is for, turns what goes wrong into an error body, and logs a line for each
/// request once its response is written.
///
/// Hummingbird's own router is not asked: it takes `/check/` and `//check` for `/check`, compares
/// paths as text and not by their bytes, and answers a wrong method with 404.
package struct GatewayResponder: HTTPResponder {
  /// What may be done with any path; the rest is answered with 405.
  private static let methods: [HTTPRequest.Method] = [.get, .head]

  let isServing: @Sendable () async -> Bool
  let unavailableSources: @Sendable () -> [String]
  let downloads: DownloadEndpoint
  let chunkBytes: Int
  let requestBodyBytesMax: Int
  let logger: Logger

  package func respond(to request: Request, context: GatewayContext) async throws -> Response {
    var entry = AccessLogEntry(request, peer: context.peer)
    var reply: Reply
    do {
      try await readBody(of: request)
      reply = try await self.reply(to: request)
    } catch let failure as HTTPFailure {
      entry.code = failure.code
      reply = failure.reply
    } catch {
      entry.fail(error)
      reply = HTTPFailure.unknown(incident: entry.incident).reply
    }
    entry.status = reply.status.code
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

  private func reply(to request: Request) async throws -> Reply {
    let path = request.uri.path
    let isCheck = path.isExactly("/check")
    guard isCheck || DownloadTicket.isPath(path) else { throw HTTPFailure.notFound("path", path) }
    guard Self.methods.contains(request.method) else {
      throw HTTPFailure.methodNotAllowed(Self.methods)
    }
    return isCheck ? await check() : try await downloads.reply(to: request)
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

  private func response(
    _ reply: Reply, _ entry: AccessLogEntry, _ eventLoop: any EventLoop
  ) -> Response {
    var entry = entry
    if case .artifact(let slice) = reply.body {
      return Response(
        status: reply.status, headers: reply.headers, body: streamed(slice, entry, eventLoop))
    }
    var text = ""
    if case .text(let some) = reply.body { text = some }
    entry.bytes = Int64(text.utf8.count)
    entry.log(to: logger)
    let whole = ByteBuffer(string: text)
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

  private func streamed(
    _ slice: ArtifactSlice, _ entry: AccessLogEntry, _ eventLoop: any EventLoop
  ) -> ResponseBody {
    ResponseBody(contentLength: slice.range.count) { [chunkBytes, logger] writer in
      var entry = entry
      defer { entry.log(to: logger) }
      do {
        try await slice.write(
          to: &writer, on: eventLoop, chunkBytes: chunkBytes, written: &entry.bytes)
        try await writer.finish(nil)
      } catch let error as ArtifactSlice.PeerGone {
        entry.code = "ERROR_CANCELLED"
        throw error
      } catch {
        entry.fail(error)
        throw error
      }
    }
  }
}
