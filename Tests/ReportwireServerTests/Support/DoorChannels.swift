import Foundation
import NIOCore
import NIOPosix
import ProtobufWire
import RPCCore
import ReportwireTestKit

@testable import ReportwireServer

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// One way to call a server, whatever the protocol. Requests and answers are JSON, so that REST takes and gives
/// what is compared, and not what a test made of it.
protocol TestedDoor: Sendable {
  /// - Returns: the answer, or the last message of a stream.
  func call(
    _ method: MethodDescriptor, _ request: String, _ metadata: [(String, String)]
  ) async throws(DoorFailure) -> String
}

/// What every door tells of a failure. The status is HTTP's, of which there are fewer.
struct DoorFailure: Error, Equatable {
  var status: Int
  var text: String

  init(status: Int, text: String) {
    self.status = status
    self.text = text
  }

  init(_ error: RPCError) {
    self.init(status: HTTPResponseStatus.code(of: error.code), text: error.wireMessage)
  }
}

/// HTTP's statuses of gRPC's codes (google/rpc/code.proto).
enum HTTPResponseStatus {
  static func code(of code: StatusCode) -> Int {
    switch code {
    case .invalidArgument, .failedPrecondition, .outOfRange: 400
    case .unauthenticated: 401
    case .permissionDenied: 403
    case .notFound: 404
    case .alreadyExists, .aborted: 409
    case .resourceExhausted: 429
    case .cancelled: 499
    case .unimplemented: 501
    case .unavailable: 503
    case .deadlineExceeded: 504
    default: 500
    }
  }
}

extension Message {
  fileprivate static func request(_ json: String) throws -> [UInt8] {
    try Self(json: json).protobuf()
  }
  fileprivate static func text(_ bytes: [UInt8]) throws -> String {
    let options = JSONEncodingOptions(fieldNames: .original)
    return String(decoding: try Self(protobuf: bytes).jsonBytes(options: options), as: UTF8.self)
  }
}

/// By a channel that takes protobuf: ttrpc, or a router in this process.
struct ChannelDoor: TestedDoor {
  let channel: any RPCChannel

  func call(
    _ method: MethodDescriptor, _ request: String, _ metadata: [(String, String)]
  ) async throws(DoorFailure) -> String {
    do {
      var options = CallOptions(timeout: .seconds(60))
      for (key, value) in metadata { options.metadata.append(key, value) }
      let bytes = try method.input.request(request)
      guard method.isServerStreaming else {
        return try method.output.text(
          try await channel.call(method, request: bytes, options: options))
      }
      var last: [UInt8] = []
      for try await message in try await channel.stream(method, request: bytes, options: options) {
        last = message
      }
      return try method.output.text(last)
    } catch let error as RPCError {
      throw DoorFailure(error)
    } catch {
      throw DoorFailure(status: 0, text: "\(error)")
    }
  }
}

/// By gRPC: a connection for each call.
struct GRPCTestDoor: TestedDoor {
  let address: String

  func call(
    _ method: MethodDescriptor, _ request: String, _ metadata: [(String, String)]
  ) async throws(DoorFailure) -> String {
    let answer: HTTP2Peer.Answer
    let text: String
    do {
      let bytes =
        HTTP2Peer.preface
        + HTTP2Peer.headers(method.name, 1, of: method.service, metadata)
        + HTTP2Peer.body(try method.input.request(request), 1)
      answer = try await exchange(bytes)
      text = try answer.messages.last.map { try method.output.text($0) } ?? ""
    } catch {
      throw DoorFailure(status: 0, text: "\(error)")
    }
    guard answer.status == "0" else {
      throw DoorFailure(
        status: HTTPResponseStatus.code(
          of: StatusCode(rawValue: answer.status.flatMap { Int32($0) } ?? 2)),
        text: answer.message?.removingPercentEncoding ?? "")
    }
    return text
  }

  private func exchange(_ bytes: [UInt8]) async throws -> HTTP2Peer.Answer {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(
        host: String(address.prefix { $0 != ":" }),
        port: Int(address.drop { $0 != ":" }.dropFirst()) ?? 0
      ) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(bytes: bytes))
      let peer = HTTP2Peer()
      for try await buffer in inbound {
        peer.take(buffer.readableBytesView)
        if let answer = peer.answers[1], answer.isEnded { return answer }
      }
      return peer.answers[1] ?? HTTP2Peer.Answer()
    }
  }
}

/// By REST: the binding that has a body if there is one, else the first.
struct RESTTestDoor: TestedDoor {
  let address: String

  func call(
    _ method: MethodDescriptor, _ request: String, _ metadata: [(String, String)]
  ) async throws(DoorFailure) -> String {
    let status: Int
    let body: Data
    do {
      let (data, response) = try await URLSession.shared.data(
        for: try self.request(method, request, metadata))
      status = (response as? HTTPURLResponse)?.statusCode ?? 0
      body = data
    } catch {
      throw DoorFailure(status: 0, text: "\(error)")
    }
    let text = String(decoding: body, as: UTF8.self)
    if status == 200 {
      return method.isServerStreaming
        ? text.split(separator: "\n").last.map(String.init) ?? "" : text
    }
    let detail = ((try? JSONSerialization.jsonObject(with: body)) as? [String: [String: String]])?[
      "detail"]
    throw DoorFailure(
      status: status, text: "\(detail?["code"] ?? ""): \(detail?["message"] ?? text)")
  }

  private func request(
    _ method: MethodDescriptor, _ json: String, _ metadata: [(String, String)]
  ) throws -> URLRequest {
    guard let rule = method.httpRules.first(where: { $0.body == "*" }) ?? method.httpRules.first
    else { throw RPCError.notImplemented(service: method.service, method: method.name) }
    var fields =
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any] ?? [:]
    var path = rule.path
    for part in rule.path.split(separator: "/") where part.hasPrefix("{") {
      let name = String(part.dropFirst().dropLast())
      let value = (fields.removeValue(forKey: name) as? String ?? "")
        .addingPercentEncoding(withAllowedCharacters: .alphanumerics)
      path = path.replacing(part, with: value ?? "")
    }
    var components = URLComponents(string: "http://\(address)\(path)")!
    if rule.body.isEmpty, !fields.isEmpty {
      components.queryItems = fields.flatMap { name, value in
        (value as? [Any] ?? [value]).map { URLQueryItem(name: name, value: "\($0)") }
      }
    }
    var request = URLRequest(url: components.url!)
    request.httpMethod = rule.verb.rawValue
    if !rule.body.isEmpty {
      request.httpBody = try JSONSerialization.data(withJSONObject: fields)
      request.setValue("application/json", forHTTPHeaderField: "content-type")
    }
    for (key, value) in metadata {
      request.setValue(value, forHTTPHeaderField: key.replacing("_", with: "-"))
    }
    return request
  }
}

extension TestServer {
  /// The door of a name; `in process`: none at all.
  func door(_ name: String) -> any TestedDoor {
    switch name {
    case "ttrpc": ChannelDoor(channel: client)
    case "grpc": GRPCTestDoor(address: addresses["grpc"] ?? "")
    case "http": RESTTestDoor(address: addresses.http)
    default: ChannelDoor(channel: InProcessChannel(server.router))
    }
  }
}
