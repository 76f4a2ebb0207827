import Foundation

/// A TCP connection to the server under test that sends any bytes and reads what HTTP/1.1 says
/// comes back. Blocks.
final class RawConnection: Sendable {
  struct Failure: Error {
    var call: String
    var number: Int32
  }

  private let descriptor: Int32

  init(port: Int) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw Failure(call: "connect", number: errno) }
  }

  deinit {
    close(descriptor)
  }

  func send(_ text: String) throws {
    var bytes = Array(text.utf8)[...]
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
      count = max(0, recv(descriptor, buffer.baseAddress, countMax, 0))
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
    var bytes: [UInt8] = []
    while true {
      if let end = bytes.firstRange(of: [13, 10, 13, 10]) {
        return (Answer(head: Array(bytes[..<end.lowerBound])), Array(bytes[end.upperBound...]))
      }
      let more = receive()
      if more.isEmpty { return nil }
      bytes += more
    }
  }

  /// Sends a request and reads the response, its body up to the announced length or the end of the
  /// connection.
  func exchange(_ request: RawRequest) throws -> Answer {
    try send(request.text)
    guard var (answer, body) = receiveHead() else { throw Failure(call: "receive", number: 0) }
    let length = answer["content-length"].flatMap { Int($0) } ?? 0
    let hasBody = request.method != "HEAD" && ![204, 304].contains(answer.status)
    while hasBody, body.count < length {
      let more = receive()
      if more.isEmpty { break }
      body += more
    }
    answer.body = body
    return answer
  }
}

/// A request, byte for byte.
struct RawRequest: Sendable {
  var method = "GET"
  var target: String
  var headers: [String] = []

  var text: String {
    (["\(method) \(target) HTTP/1.1", "Host: test"] + headers).joined(separator: "\r\n")
      + "\r\n\r\n"
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
