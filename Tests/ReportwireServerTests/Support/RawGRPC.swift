import Foundation

/// One gRPC call over a socket of its own, with frames written by hand: as much of HTTP/2 as it takes to ask,
/// and to see that the call has ended. Blocks.
enum RawGRPC {
  struct Failure: Error {
    var call: String
    var number: Int32
  }

  /// - Parameters:
  ///   - port: on 127.0.0.1.
  ///   - path: `/service/method`.
  ///   - headers: besides those that every call has.
  static func call(
    port: Int, path: String, headers: [(String, String)], message: [UInt8]
  ) throws {
    let descriptor = try connect(port)
    defer { close(descriptor) }
    var bytes = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    bytes += frame(type: 4, flags: 0, stream: 0, [])
    let fields =
      [
        (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "test"),
        ("content-type", "application/grpc"), ("te", "trailers"),
      ] + headers
    // END_HEADERS; then END_STREAM.
    bytes += frame(type: 1, flags: 4, stream: 1, fields.flatMap(field))
    let prefix = [0] + (0..<4).map { UInt8(truncatingIfNeeded: message.count >> (24 - 8 * $0)) }
    bytes += frame(type: 0, flags: 1, stream: 1, prefix + message)
    try send(bytes, to: descriptor)
    while true {
      let head = try receive(9, from: descriptor)
      let length = head[..<3].reduce(0) { $0 << 8 | Int($1) }
      _ = try receive(length, from: descriptor)
      let (type, flags, stream) = (head[3], head[4], head[8])
      let isEnd = stream == 1 && (type == 3 || type <= 1 && flags & 1 != 0)
      if isEnd || type == 7 { return }
    }
  }

  private static func frame(
    type: UInt8, flags: UInt8, stream: UInt8, _ payload: [UInt8]
  ) -> [UInt8] {
    [16, 8, 0].map { UInt8(truncatingIfNeeded: payload.count >> $0) }
      + [type, flags, 0, 0, 0, stream] + payload
  }

  /// A literal that nobody remembers (RFC 7541, section 6.2.2).
  private static func field(_ name: String, _ value: String) -> [UInt8] {
    [0] + text(name) + text(value)
  }

  private static func text(_ text: String) -> [UInt8] {
    var rest = text.utf8.count
    guard rest >= 127 else { return [UInt8(rest)] + text.utf8 }
    var length: [UInt8] = [127]
    rest -= 127
    while rest >= 128 {
      length.append(UInt8(rest & 127) | 128)
      rest >>= 7
    }
    return length + [UInt8(rest)] + text.utf8
  }

  private static func connect(_ port: Int) throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw Failure(call: "connect", number: errno) }
    return descriptor
  }

  private static func send(_ bytes: [UInt8], to descriptor: Int32) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw Failure(call: "send", number: errno) }
      rest = rest.dropFirst(count)
    }
  }

  private static func receive(_ count: Int, from descriptor: Int32) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      var piece = [UInt8](repeating: 0, count: count - bytes.count)
      let got = recv(descriptor, &piece, piece.count, 0)
      guard got > 0 else { throw Failure(call: "recv", number: errno) }
      bytes += piece[..<got]
    }
    return bytes
  }
}
