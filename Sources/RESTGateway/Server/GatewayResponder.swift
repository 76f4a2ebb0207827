import HTTPTypes
package import Hummingbird
import Logging
import NIOCore

/// Finds the endpoint of a request, turns what goes wrong into an error body, and logs a line for
/// each request once its response is written.
package struct GatewayResponder: HTTPResponder {
  let endpoints: [any Endpoint]
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

  /// Takes a body off the connection, so that the next request can be read. No endpoint has a use
  /// for one.
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
    guard let endpoint = endpoints.first(where: { $0.owns(path) }) else {
      throw HTTPFailure.notFound("path", path)
    }
    guard endpoint.methods.contains(request.method) else {
      throw HTTPFailure.methodNotAllowed(endpoint.methods)
    }
    return try await endpoint.reply(to: request)
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
