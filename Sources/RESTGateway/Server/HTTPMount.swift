package import HTTPTypes
import HummingbirdCore
package import RPCCore
internal import RPCServing

/// Paths of the HTTP server that belong to another API than that of the methods, with errors in its own
/// words.
package protocol HTTPMount: Sendable {
  /// Whether a path is one of its own, whatever is to be done with it.
  func owns(_ path: String) -> Bool

  /// What a request for one of its paths is answered with.
  ///
  /// - Throws: `HTTPFailure` for what the peer is to know.
  func answer(_ request: MountedRequest) async throws -> MountedAnswer

  /// A failure in the words of the API.
  func answer(to failure: HTTPFailure) -> MountedAnswer
}

/// A request for a path of a mount.
package struct MountedRequest: Sendable {
  let request: Request
  let connection: GatewayConnection
  let endpoint: RESTEndpoint
  /// What its sender named it; nil: nothing.
  let requestID: String?
  /// The bytes of its body, until it is answered.
  private let kept: KeptBytes

  init(
    request: Request, connection: GatewayConnection, endpoint: RESTEndpoint, requestID: String?
  ) {
    self.request = request
    self.connection = connection
    self.endpoint = endpoint
    self.requestID = requestID
    kept = KeptBytes(endpoint.serving.budget)
  }

  package var method: HTTPRequest.Method { request.method }
  /// As it stands in the request, percent escapes and all.
  package var path: String { request.uri.path }
  /// Likewise, without its question mark.
  package var query: String { request.uri.query ?? "" }
  package var headers: HTTPFields { request.headers }
  /// Such as `127.0.0.1:41234`.
  package var peer: String { connection.peer }

  /// Reads the body, within the bounds of every request; to be done once, whether it is wanted or not.
  ///
  /// - Parameter bytesMax: if less than every request may have.
  /// - Throws: `HTTPFailure` if it is too long or of another type.
  package func body(
    _ mediaType: String = "application/json", bytesMax: Int = .max
  ) async throws -> [UInt8] {
    try await RequestBytes(
      bytesMax: min(bytesMax, endpoint.bodyBytesMax), kept: kept, mediaType: mediaType
    ).read(request)
  }

  /// Calls a method for the request, with its metadata, its caller and its deadline.
  ///
  /// - Parameter message: the method's input in JSON.
  /// - Returns: its output in JSON.
  package func call(
    _ entry: Router.Entry, _ message: [UInt8]
  ) async throws(RPCError) -> [UInt8] {
    let serving = endpoint.serving
    do throws(RPCError) {
      let call = try endpoint.call(
        request.headers, connection, requestID, entry, KeptBytes(serving.budget),
        JSONRequest(body: message))
      switch try await call.run() {
      case .answer(let bytes): return bytes
      case .stream(let pipe):
        pipe.close()
        preconditionFailure("\(entry.descriptor.fullName) is a stream, and mounts have none")
      }
    } catch {
      serving.note(error)
      throw error
    }
  }
}

/// What a mount answers.
package struct MountedAnswer: Sendable {
  /// What follows the header.
  package enum Body: Sendable {
    case none
    case text(String)
    /// With ranges, conditions and entity tag as for every file; status and headers are the file's.
    case file(DownloadableArtifact, DownloadGrant)
  }

  package var status: HTTPResponse.Status
  package var headers: HTTPFields
  package var body: Body

  package init(_ status: HTTPResponse.Status, headers: HTTPFields = [:], body: Body = .none) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// JSON that nobody keeps.
  package static func json(
    _ text: String, _ status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
  ) -> MountedAnswer {
    var headers = headers
    headers[.contentType] = "application/json"
    headers[.cacheControl] = "no-store"
    headers[.xContentTypeOptions] = "nosniff"
    return MountedAnswer(status, headers: headers, body: .text(text))
  }
}

extension HTTPMount {
  /// The reply to a request of its own.
  ///
  /// - Parameter entry: gets what goes wrong.
  func reply(
    to request: MountedRequest, _ files: FileEndpoint, _ entry: inout AccessLogEntry
  ) async -> Reply {
    do {
      let answer = try await self.answer(request)
      guard case .file(let found, let grant) = answer.body else { return Reply(answer) }
      let origin = DownloadAudit.Origin(peer: request.peer, requestID: request.requestID)
      do {
        return try await files.reply(to: request.request, with: found, for: grant, from: origin)
      } catch {
        await files.refused(error, request.request, grant, origin)
        throw error
      }
    } catch let failure as HTTPFailure {
      entry.code = failure.code
      return Reply(answer(to: failure))
    } catch {
      entry.fail(error)
      return Reply(answer(to: .unknown(incident: entry.incident)))
    }
  }
}

extension Reply {
  /// What a mount answers, but for a file.
  fileprivate init(_ answer: MountedAnswer) {
    self.init(
      status: answer.status, headers: answer.headers,
      isLast: answer.headers[.connection] == "close")
    if case .text(let text) = answer.body { body = .text(text) }
  }
}
