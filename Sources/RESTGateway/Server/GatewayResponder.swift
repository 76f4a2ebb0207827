import HTTPTypes
package import Hummingbird
import Logging
import NIOCore

/// Finds the endpoint of a request, turns what goes wrong into an error body, and logs a line for
/// each request once its response is written.
package struct GatewayResponder: HTTPResponder {
  let endpoints: [any Endpoint]
  let chunkBytes: Int
  let logger: Logger

  package func respond(to request: Request, context: GatewayContext) async throws -> Response {
    var entry = AccessLogEntry(request, peer: context.peer)
    var reply: Reply
    do {
      reply = try await self.reply(to: request)
    } catch let failure as HTTPFailure {
      entry.code = failure.code
      reply = failure.reply
    } catch {
      entry.fail(error)
      reply = HTTPFailure.unknown(incident: entry.incident).reply
    }
    entry.status = reply.status.code
    return response(request.method == .head ? reply.withoutBody : reply, entry)
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

  private func response(_ reply: Reply, _ entry: AccessLogEntry) -> Response {
    var entry = entry
    switch reply.body {
    case .none:
      entry.log(to: logger)
      return Response(status: reply.status, headers: reply.headers)
    case .text(let text):
      entry.bytes = reply.bodyBytes
      entry.log(to: logger)
      return Response(
        status: reply.status, headers: reply.headers,
        body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    case .artifact(let slice):
      let body = ResponseBody(contentLength: slice.range.count) {
        [chunkBytes, logger, entry] writer in
        var entry = entry
        defer { entry.log(to: logger) }
        do {
          try await slice.write(to: &writer, chunkBytes: chunkBytes, written: &entry.bytes)
          try await writer.finish(nil)
        } catch {
          if error is ArtifactSlice.PeerGone {
            entry.code = "ERROR_CANCELLED"
          } else {
            entry.fail(error)
          }
          throw error
        }
      }
      return Response(status: reply.status, headers: reply.headers, body: body)
    }
  }
}
