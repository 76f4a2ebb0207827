private import CNGHTTP2

/// The client's end of an HTTP/2 connection that speaks gRPC, by hand: frames are made and read one by one,
/// so that a test can send what no client would.
package final class HTTP2Peer {
  /// What came of a stream.
  package struct Answer {
    package var headers: [String: String] = [:]
    package var trailers: [String: String] = [:]
    package var data: [UInt8] = []
    package var isEnded = false
    package var resetCode: UInt32?

    package init() {}

    /// The messages, without their prefixes.
    package var messages: [[UInt8]] {
      var rest = data[...]
      var messages: [[UInt8]] = []
      while rest.count >= 5 {
        let length = rest.prefix(5).dropFirst().reduce(0) { $0 << 8 | Int($1) }
        messages.append(Array(rest.dropFirst(5).prefix(length)))
        rest = rest.dropFirst(5 + length)
      }
      return messages
    }

    /// `grpc-status`, wherever it stands.
    package var status: String? { trailers["grpc-status"] ?? headers["grpc-status"] }
    package var message: String? { trailers["grpc-message"] ?? headers["grpc-message"] }
  }

  /// What a client sends first.
  package static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + frame(4, 0, 0, [])

  package private(set) var answers: [UInt32: Answer] = [:]
  /// The codes of the GOAWAY frames that came, with their last streams.
  package private(set) var goneAway: [(last: UInt32, code: UInt32)] = []
  package private(set) var pings: [[UInt8]] = []
  private var unparsed: [UInt8] = []
  private var inflater: OpaquePointer?

  package init() {
    nghttp2_hd_inflate_new(&inflater)
  }

  deinit {
    nghttp2_hd_inflate_del(inflater)
  }

  // MARK: What the peer sends

  package static func frame(_ type: UInt8, _ flags: UInt8, _ id: UInt32, _ payload: [UInt8])
    -> [UInt8]
  {
    let count = payload.count
    return [UInt8(count >> 16 & 255), UInt8(count >> 8 & 255), UInt8(count & 255), type, flags]
      + big(id) + payload
  }

  package static func big(_ number: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * UInt32($0))) }
  }

  /// Fields as literals without an index, so that no state is kept.
  package static func block(_ fields: [(String, String)]) -> [UInt8] {
    func text(_ text: String) -> [UInt8] {
      let count = text.utf8.count
      if count < 127 { return [UInt8(count)] + Array(text.utf8) }
      var length: [UInt8] = [127]
      var rest = count - 127
      while rest >= 128 {
        length.append(UInt8(rest & 127 | 128))
        rest >>= 7
      }
      return length + [UInt8(rest)] + Array(text.utf8)
    }
    return fields.flatMap { [0] + text($0.0) + text($0.1) }
  }

  /// The header of a call; a new value replaces the usual one.
  package static func headers(
    _ method: String, _ id: UInt32, of service: String = TestMethod.service, isEnd: Bool = false,
    _ more: [(String, String)] = []
  ) -> [UInt8] {
    var fields = [
      (":method", "POST"), (":scheme", "http"), (":path", "/\(service)/\(method)"),
      (":authority", "x"), ("content-type", "application/grpc"), ("te", "trailers"),
    ]
    for (name, value) in more {
      if let index = fields.firstIndex(where: { $0.0 == name }) {
        fields[index].1 = value
      } else {
        fields.append((name, value))
      }
    }
    return frame(1, isEnd ? 5 : 4, id, block(fields))
  }

  /// The body of a call, in frames of 16 KiB.
  package static func body(_ message: [UInt8], _ id: UInt32, isEnd: Bool = true) -> [UInt8] {
    let all = [0] + big(UInt32(message.count)) + message
    var frames: [UInt8] = []
    var at = 0
    repeat {
      let end = min(at + 16_384, all.count)
      frames += frame(0, isEnd && end == all.count ? 1 : 0, id, Array(all[at..<end]))
      at = end
    } while at < all.count
    return frames
  }

  /// The peer's decoder remembers no more than so many bytes, and takes no header section that does not begin
  /// with saying so (RFC 7541, section 4.2).
  package func limitTable(toBytes bytes: UInt32) -> [UInt8] {
    nghttp2_hd_inflate_change_table_size(inflater, Int(bytes))
    return Self.frame(4, 0, 0, [0, 1] + Self.big(bytes))
  }

  // MARK: What the server sends

  /// Reads what came.
  package func take(_ bytes: some Sequence<UInt8>) {
    unparsed += bytes
    while unparsed.count >= 9 {
      let length = Int(unparsed[0]) << 16 | Int(unparsed[1]) << 8 | Int(unparsed[2])
      guard unparsed.count >= 9 + length else { return }
      let (type, flags) = (unparsed[3], unparsed[4])
      let id = unparsed[5..<9].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      let payload = Array(unparsed[9..<(9 + length)])
      unparsed.removeFirst(9 + length)
      take(type, flags, id, payload)
    }
  }

  private func take(_ type: UInt8, _ flags: UInt8, _ id: UInt32, _ payload: [UInt8]) {
    func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
      bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }
    switch type {
    case 0:
      answers[id, default: Answer()].data += payload
      if flags & 1 != 0 { answers[id]?.isEnded = true }
    case 1:
      let fields = inflate(payload)
      if answers[id]?.headers.isEmpty ?? true {
        answers[id, default: Answer()].headers = fields
      } else {
        answers[id]?.trailers = fields
      }
      if flags & 1 != 0 { answers[id]?.isEnded = true }
    case 3: answers[id, default: Answer()].resetCode = number(payload[...])
    case 6 where flags & 1 == 0: pings.append(payload)
    case 7: goneAway.append((number(payload[..<4]), number(payload[4..<8])))
    default: break
    }
  }

  private func inflate(_ block: [UInt8]) -> [String: String] {
    var fields: [String: String] = [:]
    block.withUnsafeBufferPointer { bytes in
      var at = 0
      while at < bytes.count {
        var field = nghttp2_nv()
        var flags: Int32 = 0
        let count = nghttp2_hd_inflate_hd2(
          inflater, &field, &flags, bytes.baseAddress! + at, bytes.count - at, 1)
        guard count >= 0 else { return }
        at += count
        if flags & Int32(NGHTTP2_HD_INFLATE_EMIT.rawValue) != 0 {
          let name = UnsafeBufferPointer(start: field.name, count: field.namelen)
          let value = UnsafeBufferPointer(start: field.value, count: field.valuelen)
          fields[String(decoding: name, as: UTF8.self)] = String(decoding: value, as: UTF8.self)
        }
        if flags & Int32(NGHTTP2_HD_INFLATE_FINAL.rawValue) != 0 { break }
      }
    }
    nghttp2_hd_inflate_end_headers(inflater)
    return fields
  }
}
