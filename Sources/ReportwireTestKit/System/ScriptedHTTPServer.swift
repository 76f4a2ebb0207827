internal import Foundation
internal import Synchronization

/// A server on 127.0.0.1 that answers HTTP requests as a test says, one for each connection, and counts
/// them.
package final class ScriptedHTTPServer: Sendable {
  /// What is sent.
  package enum Answer: Sendable {
    /// These bytes; then the connection is closed.
    case bytes([UInt8])
    /// Nothing, until the peer leaves.
    case silence
    /// These bytes, and then more and more of the last one, until the peer leaves.
    case endless([UInt8])

    /// A whole response.
    package static func reply(
      _ status: String = "200 OK", _ headers: [String] = [], _ body: String = ""
    ) -> Answer {
      let lines =
        ["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)", "Connection: close"]
        + headers
      return .bytes(Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8))
    }
  }

  /// Closes its descriptor, once.
  private final class Socket: Sendable {
    let descriptor: Int32

    init(_ descriptor: Int32) {
      self.descriptor = descriptor
    }

    deinit {
      close(descriptor)
    }
  }

  package let port: Int
  private let listener: Socket
  private let answer: @Sendable (_ number: Int, _ path: String) -> Answer
  private let count = Mutex(0)
  /// A request came.
  package let asked = Signal()

  /// - Parameter answer: is asked with the number of the request, from 1, and its path.
  package init(_ answer: @escaping @Sendable (_ number: Int, _ path: String) -> Answer) throws {
    self.answer = answer
    listener = Socket(socket(AF_INET, Self.streamKind, 0))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) {
      [listener = listener.descriptor] pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, size) == 0 && listen(listener, 64) == 0
          && getsockname(listener, address, &size) == 0
      }
    }
    guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread.detachNewThread { self.accept() }
  }

  /// How many requests came.
  package var requestCount: Int { count.withLock { $0 } }

  /// Ends it. Connections end with their peers.
  package func stop() {
    shutdown(listener.descriptor, Int32(SHUT_RDWR))
  }

  private static var streamKind: Int32 {
    #if os(Linux)
      Int32(SOCK_STREAM.rawValue)
    #else
      SOCK_STREAM
    #endif
  }

  private func accept() {
    while true {
      let descriptor = Foundation.accept(listener.descriptor, nil, nil)
      guard descriptor >= 0 else { return }
      let connection = Socket(descriptor)
      Thread.detachNewThread { self.serve(connection.descriptor, connection) }
    }
  }

  /// - Parameter owner: keeps the connection open until this returns.
  private func serve(_ connection: Int32, _ owner: Socket) {
    defer { withExtendedLifetime(owner) {} }
    var head: [UInt8] = []
    while head.firstRange(of: [13, 10, 13, 10]) == nil {
      guard let bytes = receive(connection), head.count < 65_536 else { return }
      head += bytes
    }
    let path = String(decoding: head, as: UTF8.self).split(separator: " ").dropFirst().first
    let number = count.withLock { count in
      count += 1
      return count
    }
    asked.fire()
    switch answer(number, path.map(String.init) ?? "") {
    case .bytes(let bytes): _ = send(bytes, connection)
    case .silence: while receive(connection) != nil {}
    case .endless(let bytes):
      guard send(bytes, connection), let last = bytes.last else { return }
      while send([UInt8](repeating: last, count: 65_536), connection) {}
    }
  }

  private func receive(_ connection: Int32) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = recv(connection, &bytes, bytes.count, 0)
    return count > 0 ? Array(bytes[..<count]) : nil
  }

  private func send(_ bytes: [UInt8], _ connection: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Foundation.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
