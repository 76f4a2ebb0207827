import HTTPTypes
import HummingbirdCore
import NIOCore
internal import ProtobufWire
internal import RPCCore
internal import RPCServing
internal import Texts

/// All methods that have REST bindings, called by HTTP and proto3 JSON (google.api.http). There is nothing
/// in it of any one method.
struct RESTEndpoint: Sendable {
  /// What of a request's header goes along with the call; an underscore may be a dash in HTTP.
  private static let metadataKeys = [
    Metadata.authorization, Metadata.token, Metadata.transactionID, Metadata.traceparent,
    "tracestate",
    Metadata.idempotencyKey, Metadata.userID, Metadata.format, Metadata.domainID, "x_workspace_id",
  ]
  private static let door = "http"
  private static let json = "application/json"
  /// Of an answer.
  private static let header: HTTPFields = [
    .contentType: json, .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
    .vary: "Accept-Encoding",
  ]

  let serving: CallServing
  let connections: HTTPConnections
  let bodyBytesMax: Int
  let heartbeat: TimeAmount
  private let bindings: RESTBindings

  init(
    _ serving: CallServing, connections: HTTPConnections, bodyBytesMax: Int, heartbeat: TimeAmount
  ) {
    self.serving = serving
    self.connections = connections
    self.bodyBytesMax = bodyBytesMax
    self.heartbeat = heartbeat
    bindings = RESTBindings(serving.router)
  }

  /// What a path stands for; nil if it is none of its own.
  func match(_ path: String) throws(HTTPFailure) -> RESTBindings.Match? {
    do throws(RPCError) {
      return try bindings.match(path)
    } catch {
      throw HTTPFailure(error)
    }
  }

  /// The GET that a path stands for, if its handler may have the answer at hand.
  func promptMatch(_ path: String) -> PromptMatch? {
    // What cannot be read is told by who tells it of other requests, too.
    guard let match = try? bindings.match(path), let binding = match.bindings[.get],
      binding.entry.isPrompt, !binding.entry.descriptor.isBulk
    else { return nil }
    return (match, binding)
  }

  typealias PromptMatch = (match: RESTBindings.Match, binding: RESTBindings.Binding)

  /// - Throws: `HTTPFailure` for what the peer is to know.
  func reply(
    to request: Request, _ match: RESTBindings.Match, _ connection: GatewayConnection,
    requestID: String?
  ) async throws -> Reply {
    let kept = KeptBytes(serving.budget)
    let body = try await RequestBytes(bytesMax: bodyBytesMax, kept: kept).read(request)
    guard let binding = Self.binding(of: match, for: request.method) else {
      let allow: HTTPFields = [.allow: match.allowed.joined(separator: ", ")]
      if request.method == .options { return Reply(status: .noContent, headers: allow) }
      throw HTTPFailure.methodNotAllowed(match.allowed)
    }
    let order = try order(
      request.head, connection, requestID, binding, kept,
      (match, query: request.uri.query ?? "", body))
    do throws(RPCError) {
      return try await reply(to: order, try await order.call.run())
    } catch {
      throw failure(error)
    }
  }

  /// What came of a request whose handler was asked where the request was read.
  enum Prompt {
    case reply(Reply)
    /// The handler waits for something, or its answer is more than a loop should see to.
    case later(@Sendable () async throws -> Reply)
  }

  /// Asks for the reply to a request without a body, here and now.
  ///
  /// - Throws: `HTTPFailure` for what the peer is to know.
  func promptReply(
    to request: HTTPRequest, query: String, _ found: PromptMatch,
    _ connection: GatewayConnection, requestID: String?
  ) throws(HTTPFailure) -> Prompt {
    let order = try order(
      request, connection, requestID, found.binding, KeptBytes(serving.budget),
      (found.match, query, []))
    let call = order.call
    do throws(RPCError) {
      try call.keepRequest()
      let started = try call.start()
      guard case .answered = started.outcome else {
        return later { () async throws(RPCError) in
          try await reply(to: order, try await call.finish(started))
        }
      }
      let bytes = try call.checked(started.bytes)
      guard Reply.isLong(bytes, accepting: order.encodings) else {
        return .reply(Reply(status: .ok, headers: Self.header, body: .bytes(bytes, call.kept)))
      }
      return later { () async throws(RPCError) in try await reply(to: order, .answer(bytes)) }
    } catch {
      throw failure(error)
    }
  }

  private func later(
    _ body: @escaping @Sendable () async throws(RPCError) -> Reply
  ) -> Prompt {
    .later {
      do throws(RPCError) {
        return try await body()
      } catch {
        throw failure(error)
      }
    }
  }

  /// A request for a method, and how its answer is to be.
  private struct Order: Sendable {
    let call: RESTCall
    let form: MessageStream.Form
    /// What encodings its sender takes; nil: it does not say.
    let encodings: String?
  }

  private func order(
    _ request: HTTPRequest, _ connection: GatewayConnection, _ requestID: String?,
    _ binding: RESTBindings.Binding, _ kept: KeptBytes,
    _ parts: (match: RESTBindings.Match, query: String, body: [UInt8])
  ) throws(HTTPFailure) -> Order {
    let headers = request.headerFields
    let form = try Self.form(of: binding, accepting: headers[.accept])
    do throws(RPCError) {
      if binding.rule.body.isEmpty, !parts.body.isEmpty {
        throw .invalidParameter("body", reason: "this method takes none; use the query string")
      }
      let message = try parts.match.request(binding, query: parts.query, body: parts.body)
      return Order(
        call: try call(headers, connection, requestID, binding.entry, kept, message), form: form,
        encodings: headers[.acceptEncoding])
    } catch {
      serving.refused(error, binding.entry.descriptor, door: Self.door)
      throw HTTPFailure(error)
    }
  }

  private func reply(
    to order: Order, _ result: RESTCall.Result
  ) async throws(RPCError) -> Reply {
    switch result {
    case .answer(let bytes):
      await .bytes(bytes, order.call.kept, Self.header, accepting: order.encodings)
    case .stream(let pipe): try await stream(pipe, order.form, order.call.eventLoop)
    }
  }

  /// What a call failed with, as its sender is told.
  private func failure(_ error: RPCError) -> HTTPFailure {
    serving.note(error)
    return HTTPFailure(error)
  }

  private static func binding(
    of match: RESTBindings.Match, for method: HTTPRequest.Method
  ) -> RESTBindings.Binding? {
    if method == .head {
      let binding = match.bindings[.get]
      return binding?.entry.descriptor.isServerStreaming == true ? nil : binding
    }
    return HTTPRule.Verb(rawValue: method.rawValue).flatMap { match.bindings[$0] }
  }

  /// How the answer is written, which for the one message of most methods is JSON.
  private static func form(
    of binding: RESTBindings.Binding, accepting accept: String?
  ) throws(HTTPFailure) -> MessageStream.Form {
    let isStream = binding.entry.descriptor.isServerStreaming
    // Most ask for this or for nothing.
    if !isStream, accept?.isByteEqual(to: "*/*") ?? true { return .lines }
    let accepted = Preferences(accept)
    guard isStream else {
      guard accepted.quality(ofMedia: json) > 0 else { throw .notAcceptable([json]) }
      return .lines
    }
    let forms: [MessageStream.Form] = [.lines, .events]
    let qualities = forms.map { accepted.quality(ofMedia: $0.rawValue) }
    guard let most = qualities.max(), most > 0, let index = qualities.firstIndex(of: most) else {
      throw .notAcceptable(forms.map(\.rawValue))
    }
    return forms[index]
  }

  /// A call as it is run: with the metadata, the caller and the deadline of its request.
  func call(
    _ headers: HTTPFields, _ connection: GatewayConnection, _ requestID: String?,
    _ entry: Router.Entry, _ kept: KeptBytes, _ message: JSONRequest
  ) throws(RPCError) -> RESTCall {
    let now = CallTime.now
    let timeout = try RequestTimeout.nanoseconds(headers)
    if timeout == 0 { throw .requestTimeout }
    let id = connection.id
    let call = CallContext(
      metadata: Self.metadata(of: headers, requestID: requestID),
      caller: connections.caller(on: id),
      deadline: timeout.flatMap { Deadline(timeoutNanoseconds: $0, from: now) },
      answerBytesMax: serving.limits.answerBytesMax,
      answerRoom: KeptBytes(serving.budget), peer: connection.peer, transport: Self.door,
      startedAt: now, notes: CallNotes())
    return RESTCall(
      serving: serving, entry: entry, request: message, context: call,
      timeoutNanoseconds: timeout ?? 0, kept: kept, eventLoop: connection.eventLoop,
      whenLeft: { [connections] body in connections.whenLeft(id, body) })
  }

  private static func metadata(of headers: HTTPFields, requestID: String?) -> Metadata {
    var metadata = Metadata()
    for header in headers {
      let name = header.name.canonicalName
      let key = metadataKeys.first { key in
        key.utf8.count == name.utf8.count
          && key.utf8.elementsEqual(name.utf8) {
            $0 == $1 || ($0 == UInt8(ascii: "_") && $1 == UInt8(ascii: "-"))
          }
      }
      if let key { metadata.append(key, header.value) }
    }
    if let requestID, metadata[Metadata.transactionID] == nil {
      metadata.append(Metadata.transactionID, requestID)
    }
    return metadata
  }

  private func stream(
    _ pipe: MessagePipe, _ form: MessageStream.Form, _ eventLoop: any EventLoop
  ) async throws(RPCError) -> Reply {
    let first: MessagePipe.Item
    do throws(RPCError) {
      first = try await MessageStream.next(of: pipe, within: heartbeat, on: eventLoop)
      if case .end(let error?) = first { throw error }
    } catch {
      pipe.close()
      throw error
    }
    return Reply(
      status: .ok,
      headers: [
        .contentType: form.rawValue, .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
      ],
      body: .stream(
        MessageStream(
          form: form, pipe: pipe, first: first, heartbeat: heartbeat, eventLoop: eventLoop)))
  }
}

/// How long a caller waits, as it says itself: `Grpc-Timeout` as gRPC has it, or `X-Timeout-Seconds` with
/// an optional fraction. The shorter one counts.
enum RequestTimeout {
  private static let nanosecondsPerSecond: Int64 = 1_000_000_000
  private static let xTimeoutSeconds = HTTPField.Name("x-timeout-seconds")!
  private static let grpcTimeout = HTTPField.Name("grpc-timeout")!

  /// nil: it did not say.
  static func nanoseconds(_ headers: HTTPFields) throws(RPCError) -> Int64? {
    var shortest: Int64?
    if let text = headers[grpcTimeout] {
      guard let timeout = Deadline.nanoseconds(ofGRPCTimeout: Array(text.utf8)) else {
        throw .invalidParameter("grpc-timeout", reason: "it is no timeout")
      }
      shortest = timeout
    }
    if let text = headers[xTimeoutSeconds] {
      guard let timeout = seconds(text) else {
        throw .invalidParameter("x-timeout-seconds", reason: "it is no number of seconds")
      }
      shortest = min(shortest ?? .max, timeout)
    }
    return shortest
  }

  /// Nanoseconds of digits with nine more behind a point, at most.
  private static func seconds(_ text: String) -> Int64? {
    let parts = text.utf8.split(
      separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    let fraction = parts.count > 1 ? Array(parts[1]) : [UInt8(ascii: "0")]
    guard (1...9).contains(parts[0].count), (1...9).contains(fraction.count) else { return nil }
    let digits =
      Array(parts[0]) + fraction + Array(repeating: UInt8(ascii: "0"), count: 9 - fraction.count)
    guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      return nil
    }
    return digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
  }
}

/// Reads the body of a request, within bounds.
struct RequestBytes {
  let bytesMax: Int
  let kept: KeptBytes
  /// What it may be.
  var mediaType = "application/json"

  /// - Throws: `HTTPFailure` if it is too long, of another type or in an unknown encoding.
  func read(_ request: Request) async throws -> [UInt8] {
    let headers = request.headers
    if let length = headers[.contentLength], Int(length) ?? .max > bytesMax {
      throw HTTPFailure.bodyTooLarge(bytesMax: bytesMax)
    }
    guard headers[.contentLength] ?? "0" != "0" || headers[.transferEncoding] != nil else {
      return []
    }
    var bytes: [UInt8] = []
    for try await piece in request.body {
      guard bytes.count + piece.readableBytes <= bytesMax else {
        throw HTTPFailure.bodyTooLarge(bytesMax: bytesMax)
      }
      guard kept.grow(by: piece.readableBytes) else { throw HTTPFailure(.serverFull, isLast: true) }
      bytes.append(contentsOf: piece.readableBytesView)
    }
    guard !bytes.isEmpty else { return [] }
    if let type = headers[.contentType], !Preferences.mediaType(type).isByteEqual(to: mediaType) {
      throw HTTPFailure.unsupportedMediaType(
        "the body has to be \(mediaType)", accepted: mediaType)
    }
    switch headers[.contentEncoding].map(Preferences.mediaType) ?? "identity" {
    case "identity", "": return bytes
    case "gzip", "x-gzip":
      return try await elsewhere { () throws(HTTPFailure) in try inflated(bytes) }
    default: throw HTTPFailure.unsupportedMediaType("the body has to be plain or gzip")
    }
  }

  private func inflated(_ bytes: [UInt8]) throws(HTTPFailure) -> [UInt8] {
    guard kept.grow(by: bytesMax) else { throw HTTPFailure(.serverFull) }
    do throws(Gzip.Failure) {
      let inflated = try Gzip.decompressed(bytes, bytesMax: bytesMax)
      // What came is let go of.
      kept.shrink(by: bytesMax + bytes.count - inflated.count)
      return inflated
    } catch {
      kept.shrink(by: bytesMax)
      switch error {
      case .tooLong: throw .bodyTooLarge(bytesMax: bytesMax)
      case .broken: throw HTTPFailure(.invalidParameter("body", reason: "it is no gzip"))
      }
    }
  }
}
