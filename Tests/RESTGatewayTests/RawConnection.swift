import Foundation
import NIOCore
import Synchronization
import Testing

/// A TCP connection to the server under test that sends any bytes and reads what HTTP/1.1 says
/// comes back. Blocks.
final class RawConnection: Sendable {
  struct Failure: Error {
    var call: String
    var number: Int32
  }

  private let descriptor: Int32
  /// So long a server may be silent: a fault must not make a test hang for ever.
  private static let silenceSecondsMax = 50
  /// What came behind the last response.
  private let unread = Mutex<[UInt8]>([])

  init(port: Int) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    // SwiftNIO's address: whose module `sockaddr_in` is of depends on what the compiler saw first.
    let result = try SocketAddress(ipAddress: "127.0.0.1", port: port).withSockAddr {
      connect(descriptor, $0, socklen_t($1))
    }
    guard result == 0 else { throw Failure(call: "connect", number: errno) }
    var silence = timeval(tv_sec: Self.silenceSecondsMax, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &silence, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit {
    close(descriptor)
  }

  func send(_ text: String) throws {
    try send(Array(text.utf8))
  }

  func send(_ some: [UInt8]) throws {
    var bytes = some[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes {
        Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw Failure(call: "send", number: errno) }
      bytes = bytes.dropFirst(count)
    }
  }

  /// Some bytes; none once the server has closed the connection.
  func receive(countMax: Int = 1 << 16) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: countMax) { buffer, count in
      repeat {
        count = recv(descriptor, buffer.baseAddress, countMax, 0)
      } while count < 0 && errno == EINTR
      if count < 0, errno == EAGAIN { Issue.record("the server neither answers nor closes") }
      count = max(0, count)
    }
  }

  /// Whether there is something to read at this moment.
  var hasInput: Bool {
    var byte: UInt8 = 0
    return recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) > 0
  }

  /// Reads until the head of a response is whole.
  ///
  /// - Returns: the head, and what came of the body; nil if the server closed before.
  func receiveHead() -> (Answer, [UInt8])? {
    while true {
      let bytes = unread.withLock { $0 }
      if let end = bytes.firstRange(of: [13, 10, 13, 10]) {
        unread.withLock { $0 = [] }
        return (Answer(head: Array(bytes[..<end.lowerBound])), Array(bytes[end.upperBound...]))
      }
      let more = receive()
      if more.isEmpty { return nil }
      unread.withLock { $0 += more }
    }
  }

  /// Reads a response, its body up to the announced length or the end of the connection. What comes
  /// behind it is left for the next one.
  func receiveAnswer(to method: String) throws -> Answer {
    guard var (answer, body) = receiveHead() else { throw Failure(call: "receive", number: 0) }
    let hasBody = method != "HEAD" && ![204, 304].contains(answer.status)
    let length = hasBody ? answer["content-length"].flatMap { Int($0) } ?? 0 : 0
    while body.count < length {
      let more = receive()
      if more.isEmpty { break }
      body += more
    }
    answer.body = Array(body.prefix(length))
    unread.withLock { [rest = body.dropFirst(length)] in $0 = Array(rest) }
    return answer
  }

  /// Reads until what came since the last head holds a text; false if the server closes before.
  func receive(until text: String, having first: [UInt8]) -> Bool {
    var bytes = first
    while bytes.firstRange(of: Array(text.utf8)) == nil {
      let more = receive()
      if more.isEmpty { return false }
      bytes += more
    }
    return true
  }

  /// Sends a request and reads the response.
  func exchange(_ request: RawRequest) throws -> Answer {
    try send(Array(request.text.utf8) + request.body)
    return try receiveAnswer(to: request.method)
  }
}

/// A request, byte for byte.
struct RawRequest: Sendable {
  var method = "GET"
  var target: String
  var headers: [String] = []
  var version = "1.1"
  /// Comes behind the text.
  var body: [UInt8] = []

  var text: String {
    let length = body.isEmpty ? [] : ["Content-Length: \(body.count)"]
    return (["\(method) \(target) HTTP/\(version)", "Host: test"] + headers + length)
      .joined(separator: "\r\n") + "\r\n\r\n"
  }
}

/// A response as it came.
struct Answer: Sendable {
  var status: Int
  var headers: [(name: String, value: String)]
  var body: [UInt8] = []

  init(head: [UInt8]) {
    let lines = String(decoding: head, as: UTF8.self).components(separatedBy: "\r\n")
    status = Int(lines[0].split(separator: " ")[1]) ?? 0
    headers = lines.dropFirst().compactMap { line in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      return (
        line[..<colon].lowercased(),
        line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      )
    }
  }

  subscript(name: String) -> String? {
    headers.first { $0.name == name }?.value
  }

  var text: String { String(decoding: body, as: UTF8.self) }
}
