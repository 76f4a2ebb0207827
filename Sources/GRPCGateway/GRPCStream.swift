internal import RPCCore

/// One call of a connection, from its first header field to its last byte. It belongs to the connection's
/// handler, which never holds one of its properties while another call changes it: hence `unchecked`.
final class GRPCStream {
  /// How far the request has come.
  enum Request {
    /// Its header is being read.
    case header
    /// Its message is awaited.
    case message
    /// It is over, or what still comes of it does not matter.
    case done
  }

  /// How a response ends.
  enum End {
    case well
    case failure(RPCError)
  }

  /// What a path names.
  enum Route {
    /// Nothing that there is.
    case failure(RPCError)
    case method(Router.Entry)
    /// A call that goes both ways.
    case dialog
  }

  /// How messages are compressed.
  enum Encoding {
    case identity, gzip, other
  }

  /// Room of an answer that stays for the next one, in bytes.
  private static let keptBytesMax = 1024

  @exclusivity(unchecked) private(set) var id: Int32
  @exclusivity(unchecked) var request = Request.header

  // Of the header.
  @exclusivity(unchecked) var isPost = false
  /// nil: it has no path.
  @exclusivity(unchecked) var route: Route?
  /// Whether its content type is one of gRPC's.
  @exclusivity(unchecked) var isGRPC = false
  @exclusivity(unchecked) var encoding = Encoding.identity
  @exclusivity(unchecked) var metadata = Metadata()
  @exclusivity(unchecked) var headerBytes = 0
  @exclusivity(unchecked) var headerFields = 0
  @exclusivity(unchecked) var timeoutNanoseconds: Int64 = 0
  /// What is wrong with the header; known once all of it is read.
  @exclusivity(unchecked) var headerProblem: RPCError?
  @exclusivity(unchecked) var entry: Router.Entry?
  /// Whether it is a call that goes both ways.
  @exclusivity(unchecked) var isDialog = false

  // Of the message.
  @exclusivity(unchecked) var prefix = GRPCPrefix()
  /// Whether messages may be compressed, the answers too.
  var isCompressed: Bool { encoding == .gzip }
  /// The message's length; nil before its prefix is there.
  @exclusivity(unchecked) var messageLength: Int?
  @exclusivity(unchecked) var message: [UInt8] = []
  /// What the connection keeps for the message.
  @exclusivity(unchecked) var keptBytes = 0
  /// Whether there is room for the whole message, so that the peer may send it.
  @exclusivity(unchecked) var isAdmitted = true
  /// When the request was complete; before, when it began.
  @exclusivity(unchecked) var arrivedAt: CallTime
  /// Bytes that came and were not given back to the peer's window.
  @exclusivity(unchecked) var withheldBytes = 0

  // Of the response.
  /// The part that is being sent, and those behind it.
  @exclusivity(unchecked) private var first: [UInt8] = []
  @exclusivity(unchecked) private var firstOffset = 0
  @exclusivity(unchecked) private var others: [[UInt8]] = []
  /// Bytes that wait for the peer's window or the socket.
  @exclusivity(unchecked) private(set) var unsentBytes = 0
  /// Bytes that are kept for those, until the last of a part is sent.
  @exclusivity(unchecked) private(set) var outboundBytes = 0
  @exclusivity(unchecked) var hasHeader = false
  /// Whether some of it is on its way.
  @exclusivity(unchecked) var hasSent = false
  @exclusivity(unchecked) var isStreaming = false
  /// How it ends; nil while it goes on.
  @exclusivity(unchecked) var end: End?
  @exclusivity(unchecked) var isRunning = false

  init(_ id: Int32, begunAt: CallTime) {
    self.id = id
    arrivedAt = begunAt
  }

  /// Begins as another one.
  func begin(_ id: Int32, at moment: CallTime) {
    self.id = id
    arrivedAt = moment
  }

  /// Forgets everything but the room of its answer.
  func reset() {
    id = 0
    request = .header
    isPost = false
    isGRPC = false
    encoding = .identity
    headerBytes = 0
    headerFields = 0
    timeoutNanoseconds = 0
    isDialog = false
    prefix = GRPCPrefix()
    messageLength = nil
    keptBytes = 0
    isAdmitted = true
    withheldBytes = 0
    firstOffset = 0
    unsentBytes = 0
    outboundBytes = 0
    hasHeader = false
    hasSent = false
    isStreaming = false
    isRunning = false
    // What refers to something: to look whether it does costs less than to set it.
    route = nil
    entry = nil
    if !metadata.entries.isEmpty { metadata = Metadata() }
    if headerProblem != nil { headerProblem = nil }
    if !message.isEmpty { message = [] }
    if !first.isEmpty { emptyFirst() }
    if !others.isEmpty { others = [] }
    if end != nil { end = nil }
  }

  var isEnded: Bool { end != nil }

  /// Puts bytes behind those that wait.
  func append(_ bytes: [UInt8]) {
    if bytes.isEmpty { return }
    unsentBytes += bytes.count
    outboundBytes += bytes.count
    if first.isEmpty { first = bytes } else { others.append(bytes) }
  }

  /// Puts a copy of bytes behind those that wait.
  func append(copying bytes: UnsafeRawBufferPointer) {
    unsentBytes += bytes.count
    outboundBytes += bytes.count
    if first.isEmpty { first.append(contentsOf: bytes) } else { others.append([UInt8](bytes)) }
  }

  /// Keeps the room of a short part for the next one.
  private func emptyFirst() {
    if first.capacity > Self.keptBytesMax {
      first = []
    } else {
      first.removeAll(keepingCapacity: true)
    }
  }

  /// Moves what waits to where it is sent from.
  ///
  /// - Returns: how many bytes were moved.
  func take(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    var count = 0
    while !first.isEmpty, count < buffer.count {
      let piece = min(first.count - firstOffset, buffer.count - count)
      first.withUnsafeBytes { bytes in
        UnsafeMutableRawBufferPointer(rebasing: buffer[count..<(count + piece)])
          .copyMemory(
            from: UnsafeRawBufferPointer(rebasing: bytes[firstOffset..<(firstOffset + piece)]))
      }
      count += piece
      firstOffset += piece
      if firstOffset == first.count {
        outboundBytes -= first.count
        if others.isEmpty { emptyFirst() } else { first = others.removeFirst() }
        firstOffset = 0
      }
    }
    unsentBytes -= count
    return count
  }
}

/// Streams of one loop that are over, for those to come: what was used last is used next, while it is near.
final class GRPCSpareStreams {
  /// As many as a few busy connections have.
  private static let countMax = 256
  @exclusivity(unchecked) private var streams: [GRPCStream] = []

  /// A stream that begins.
  func next(_ id: Int32, begunAt moment: CallTime) -> GRPCStream {
    guard let stream = streams.popLast() else { return GRPCStream(id, begunAt: moment) }
    stream.begin(id, at: moment)
    return stream
  }

  /// Takes a stream, unless somebody still has it.
  func put(_ stream: consuming GRPCStream) {
    guard streams.count < Self.countMax, isKnownUniquelyReferenced(&stream) else { return }
    // Nobody is to wait for the next one to get rid of what this one had.
    stream.reset()
    streams.append(stream)
  }
}

/// What stands before a message: whether it is compressed, and its length in four bytes, the first one the
/// highest ("gRPC over HTTP2", Length-Prefixed-Message).
struct GRPCPrefix {
  static let byteCount = 5
  /// How many of its bytes have come.
  private(set) var count = 0
  private var bits: UInt64 = 0

  var isWhole: Bool { count == Self.byteCount }

  // Of a whole one.
  var flag: UInt8 { UInt8(truncatingIfNeeded: bits >> 32) }
  var messageLength: Int { Int(bits & 0xFFFF_FFFF) }

  /// Takes what it lacks from the front of some bytes.
  ///
  /// - Returns: how many that were.
  mutating func take(_ bytes: UnsafeRawBufferPointer) -> Int {
    let more = min(bytes.count, Self.byteCount - count)
    for byte in bytes.prefix(more) { bits = bits << 8 | UInt64(byte) }
    count += more
    return more
  }
}
