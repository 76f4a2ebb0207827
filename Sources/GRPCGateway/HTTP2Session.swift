internal import CNGHTTP2
internal import NIOCore

/// What stands before the payload of each frame (RFC 9113, section 4.1), in bytes.
private let frameHeadBytes = 9

/// A piece of a response's body.
enum HTTP2Piece {
  /// So many bytes are in the buffer, and more will come.
  case bytes(Int)
  /// So many bytes are in the buffer, and trailers follow at once.
  case last(Int)
  /// So many bytes are all that is left, and will be asked for with what ends the response.
  case rest(Int)
  /// There is nothing now.
  case later
}

/// A header list, encoded once and used for as long as the process runs.
struct HTTP2Header: @unchecked Sendable {
  fileprivate let fields: UnsafeMutablePointer<nghttp2_nv>
  fileprivate let count: Int

  /// Never freed: for what is the same in every answer.
  init(_ fields: [(String, String)]) {
    count = fields.count
    self.fields = .allocate(capacity: max(count, 1))
    for (index, (name, value)) in fields.enumerated() {
      (self.fields + index).initialize(
        to: nghttp2_nv(
          name: Self.bytes(name), value: Self.bytes(value), namelen: name.utf8.count,
          valuelen: value.utf8.count,
          flags: UInt8(
            NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue | NGHTTP2_NV_FLAG_NO_COPY_VALUE.rawValue)))
    }
  }

  private static func bytes(_ text: String) -> UnsafeMutablePointer<UInt8> {
    let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: max(text.utf8.count, 1))
    bytes.update(from: Array(text.utf8), count: text.utf8.count)
    return bytes
  }
}

/// A trailer section that is sent as it is, whatever was sent before.
struct HTTP2Trailers: @unchecked Sendable {
  let fields: [(String, [UInt8])]
  private let frame: UnsafeMutableRawBufferPointer

  /// Never freed: for what is the same in every answer.
  ///
  /// The frame is one of RFC 9113, section 6.2; its fields are literals without indexing (RFC 7541, section
  /// 6.2.2), which leave the table of the peer's decoder alone. Names and values have at most 126 bytes.
  init(_ fields: [(String, String)]) {
    self.fields = fields.map { ($0, Array($1.utf8)) }
    var block: [UInt8] = []
    for text in fields.map({ ($0.utf8, $1.utf8) }) {
      precondition(max(text.0.count, text.1.count) < 127)
      block += [0, UInt8(text.0.count)] + text.0 + [UInt8(text.1.count)] + text.1
    }
    precondition(block.count < 256)
    let flags = UInt8(NGHTTP2_FLAG_END_STREAM.rawValue | NGHTTP2_FLAG_END_HEADERS.rawValue)
    let head = [0, 0, UInt8(block.count), UInt8(NGHTTP2_HEADERS.rawValue), flags, 0, 0, 0, 0]
    frame = .allocate(byteCount: frameHeadBytes + block.count, alignment: 1)
    frame.copyBytes(from: head + block)
  }

  fileprivate var byteCount: Int { frame.count }

  /// - Parameter id: of the stream, as it stands in a frame.
  fileprivate func write(
    to room: UnsafeMutableRawBufferPointer, ofStream id: UnsafeRawBufferPointer
  ) {
    room.copyMemory(from: UnsafeRawBufferPointer(frame))
    UnsafeMutableRawBufferPointer(rebasing: room[5..<frameHeadBytes]).copyMemory(from: id)
  }
}

/// Where a session writes what is to be sent.
private final class HTTP2Output {
  @exclusivity(unchecked) private var room = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  @exclusivity(unchecked) private(set) var count = 0
  /// More than there was room for; 0: nothing.
  @exclusivity(unchecked) private(set) var missingBytes = 0
  /// Whether the next header section tells how large the decoder's table is to be (RFC 7541, section 4.2):
  /// it must be one of nghttp2's, which knows.
  @exclusivity(unchecked) var isTableSizeDue = false

  func begin(in room: UnsafeMutableRawBufferPointer) {
    self.room = room
    count = 0
    missingBytes = 0
  }

  /// The room is somebody else's.
  func end() {
    room = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  }

  /// - Returns: room behind what was written; nil: there is none.
  @inline(__always)
  func next(_ bytes: Int) -> UnsafeMutableRawBufferPointer? {
    guard bytes <= room.count - count else {
      missingBytes = bytes
      return nil
    }
    defer { count += bytes }
    return UnsafeMutableRawBufferPointer(rebasing: room[count..<(count + bytes)])
  }
}

/// The server's side of an HTTP/2 connection, by nghttp2. Belongs to the connection's loop.
///
/// Windows are not opened by themselves: whoever takes bytes says so with `consume`.
///
/// Several callbacks run for each call, so they neither retain whom they tell, which owns the session, nor
/// look up by a protocol what to tell it; and the session is a part of its owner, not a piece of memory of
/// its own.
struct HTTP2Session: ~Copyable {
  private let session: OpaquePointer?
  private let lease: SessionLease
  private let output = HTTP2Output()

  /// Tells nobody before `setOwner`.
  ///
  /// - Parameters:
  ///   - streamsMax: streams that the peer may have open.
  ///   - streamWindowBytes: how much of a request's body may come before it is consumed.
  ///   - headerListBytesMax: what the peer is told about headers.
  ///   - memory: of the loop.
  init(
    streamsMax: Int, streamWindowBytes: Int, headerListBytesMax: Int, memory: SessionMemory
  ) {
    lease = SessionLease(memory)
    var functions = lease.functions
    var session: OpaquePointer?
    var callbacks: OpaquePointer?
    var options: OpaquePointer?
    nghttp2_session_callbacks_new(&callbacks)
    nghttp2_option_new(&options)
    nghttp2_option_set_no_auto_window_update(options, 1)
    Self.set(callbacks)
    nghttp2_session_server_new3(&session, callbacks, nil, options, &functions)
    nghttp2_session_callbacks_del(callbacks)
    nghttp2_option_del(options)
    let settings = [
      nghttp2_settings_entry(
        settings_id: Int32(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS.rawValue),
        value: UInt32(clamping: streamsMax)),
      nghttp2_settings_entry(
        settings_id: Int32(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE.rawValue),
        value: UInt32(clamping: streamWindowBytes)),
      nghttp2_settings_entry(
        settings_id: Int32(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE.rawValue),
        value: UInt32(clamping: headerListBytesMax)),
    ]
    nghttp2_submit_settings(session, 0, settings, settings.count)
    nghttp2_session_set_local_window_size(session, 0, 0, 1 << 20)
    self.session = session
  }

  /// From now on it may be ended on another thread than its loop's.
  func leaveLoop() {
    lease.leaveLoop()
  }

  /// Whom it tells what happens, and does not outlive.
  func setOwner(_ owner: GRPCHandler) {
    nghttp2_session_set_user_data(session, Unmanaged.passUnretained(owner).toOpaque())
  }

  deinit {
    nghttp2_session_del(session)
  }

  /// Takes bytes of the peer.
  ///
  /// - Returns: whether the connection can go on.
  func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return true }
    return nghttp2_session_mem_recv(
      session, base.assumingMemoryBound(to: UInt8.self), bytes.count) >= 0
  }

  /// Appends what is to be sent.
  ///
  /// - Parameter bytesMax: no more is begun once there is so much.
  /// - Returns: whether the connection can go on.
  func send(into buffer: inout ByteBuffer, bytesMax: Int) -> Bool {
    var piece: UnsafeRawBufferPointer? = UnsafeRawBufferPointer(start: nil, count: 0)
    var room = 1
    repeat {
      // As many pieces as there is room for at once: an answer has two.
      let sent = buffer.readableBytes
      buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { room in
        output.begin(in: room)
        defer { output.end() }
        repeat {
          if let bytes = piece, !bytes.isEmpty {
            guard let place = output.next(bytes.count) else { break }
            place.copyMemory(from: bytes)
          }
          guard sent + output.count < bytesMax else {
            piece = UnsafeRawBufferPointer(start: nil, count: 0)
            break
          }
          piece = nextPiece()
        } while piece?.isEmpty == false
        return output.count
      }
      room = output.missingBytes
    } while room > 0
    return piece != nil
  }

  /// What is to be sent next, valid until it is asked again; empty: there is nothing; nil: the connection
  /// cannot go on.
  private func nextPiece() -> UnsafeRawBufferPointer? {
    var data: UnsafePointer<UInt8>?
    let count = nghttp2_session_mem_send(session, &data)
    return count < 0 ? nil : UnsafeRawBufferPointer(start: data, count: count)
  }

  /// Whether nothing can come or go any more.
  var isDone: Bool {
    nghttp2_session_want_read(session) == 0 && nghttp2_session_want_write(session) == 0
  }

  /// Whether there is something to send.
  var wantsToSend: Bool { nghttp2_session_want_write(session) != 0 }

  /// The peer may send so many bytes more on the connection.
  func consumeConnection(_ count: Int) {
    if count == 0 { return }
    nghttp2_session_consume_connection(session, count)
  }

  /// The peer may send so many bytes more of a stream.
  func consumeStream(_ id: Int32, _ count: Int) {
    nghttp2_session_consume_stream(session, id, count)
  }

  /// Lets the peer send a message without waiting.
  func openWindow(_ id: Int32, _ bytes: Int) {
    nghttp2_session_set_local_window_size(session, 0, id, Int32(clamping: bytes))
  }

  /// Begins a response whose body comes from `nextData`.
  func respond(_ id: Int32, _ header: HTTP2Header) {
    var provider = nghttp2_data_provider(
      source: nghttp2_data_source(), read_callback: Self.read)
    nghttp2_submit_response(session, id, header.fields, header.count, &provider)
  }

  /// Answers with a header and nothing else.
  func respondWithoutBody(_ id: Int32, _ fields: [(String, [UInt8])]) {
    Self.with(fields) { nghttp2_submit_response(session, id, $0, fields.count, nil) }
  }

  /// There is something for `nextData` to give.
  func resume(_ id: Int32) {
    nghttp2_session_resume_data(session, id)
  }

  /// Whether the rest of a response may be given with its trailers; within `nextData` only.
  var takesRest: Bool { !output.isTableSizeDue }

  /// The peer changed its settings, the size of its decoder's table perhaps.
  func settingsChanged() {
    output.isTableSizeDue = true
  }

  /// A header section of nghttp2's was sent.
  func headersSent() {
    output.isTableSizeDue = false
  }

  /// Writes the rest of a response and its trailers, in two frames; for nghttp2 it is one that ends the
  /// stream, which saves it what a header section costs.
  ///
  /// - Parameters:
  ///   - head: of the frame, as nghttp2 has it.
  ///   - count: bytes that are left.
  ///   - body: writes them.
  /// - Returns: false if there is no room yet.
  func write(
    _ head: UnsafeRawBufferPointer, _ count: Int, _ trailers: HTTP2Trailers,
    _ body: (UnsafeMutableRawBufferPointer) -> Void
  ) -> Bool {
    guard let room = output.next(head.count + count + trailers.byteCount) else { return false }
    room.copyMemory(from: head)
    room[4] &= ~UInt8(NGHTTP2_FLAG_END_STREAM.rawValue)
    body(UnsafeMutableRawBufferPointer(rebasing: room[head.count..<(head.count + count)]))
    trailers.write(
      to: UnsafeMutableRawBufferPointer(rebasing: room[(head.count + count)...]),
      ofStream: UnsafeRawBufferPointer(rebasing: head[5...]))
    return true
  }

  /// Ends a response; within `nextData` only.
  func endWithTrailers(_ id: Int32, _ fields: [(String, [UInt8])]) {
    Self.with(fields) { nghttp2_submit_trailer(session, id, $0, fields.count) }
  }

  /// Ends a stream at once.
  func reset(_ id: Int32, _ code: nghttp2_error_code) {
    nghttp2_submit_rst_stream(session, 0, id, UInt32(bitPattern: Int32(code.rawValue)))
  }

  /// Says that no more streams are wanted, while those on their way are still taken, and asks the peer for
  /// a sign that it has heard.
  func announceShutdown() {
    nghttp2_submit_shutdown_notice(session)
    ping()
  }

  /// Asks the peer for a sign of life.
  func ping() {
    nghttp2_submit_ping(session, 0, nil)
  }

  /// Says which stream was the last one.
  func shutDown() {
    nghttp2_submit_goaway(
      session, 0, nghttp2_session_get_last_proc_stream_id(session),
      UInt32(NGHTTP2_NO_ERROR.rawValue), nil, 0)
  }

  /// Ends the connection for what the peer did.
  func terminate(_ code: nghttp2_error_code) {
    nghttp2_session_terminate_session(session, UInt32(code.rawValue))
  }

  private static func with(
    _ fields: [(String, [UInt8])], _ body: (UnsafeMutablePointer<nghttp2_nv>) -> Void
  ) {
    // One piece of memory for all names and values; nghttp2 copies them.
    var bytes: [UInt8] = []
    for (name, value) in fields { bytes += Array(name.utf8) + value }
    bytes.withUnsafeMutableBufferPointer { all in
      // An empty value needs an address, too.
      var next = all.baseAddress ?? UnsafeMutablePointer(bitPattern: 1).unsafelyUnwrapped
      var list = fields.map { name, value in
        defer { next += name.utf8.count + value.count }
        return nghttp2_nv(
          name: next, value: next + name.utf8.count, namelen: name.utf8.count,
          valuelen: value.count, flags: 0)
      }
      list.withUnsafeMutableBufferPointer { list in
        if let base = list.baseAddress { body(base) }
      }
    }
  }
}

// MARK: - Callbacks

extension HTTP2Session {
  private static func set(_ callbacks: OpaquePointer?) {
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, frame, user in
      guard let frame, frame.pointee.hd.type == UInt8(NGHTTP2_HEADERS.rawValue),
        frame.pointee.headers.cat == NGHTTP2_HCAT_REQUEST
      else { return 0 }
      tell(user) { $0.headersBegan(frame.pointee.hd.stream_id) }
      return 0
    }
    nghttp2_session_callbacks_set_on_header_callback(callbacks) {
      _, frame, name, nameCount, value, valueCount, _, user in
      guard let frame else { return 0 }
      let goesOn =
        tell(user) {
          $0.header(
            frame.pointee.hd.stream_id, UnsafeBufferPointer(start: name, count: nameCount),
            UnsafeBufferPointer(start: value, count: valueCount))
        } ?? true
      return goesOn ? 0 : NGHTTP2_ERR_CALLBACK_FAILURE.rawValue
    }
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) {
      _, flags, id, data, count, user in
      tell(user) {
        $0.data(
          id, UnsafeRawBufferPointer(start: data, count: count),
          isLast: flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0)
      }
      return 0
    }
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, user in
      guard let frame else { return 0 }
      tell(user) { HTTP2Session.received(frame, $0) }
      return 0
    }
    nghttp2_session_callbacks_set_send_data_callback(callbacks) { _, frame, head, count, _, user in
      guard let frame, let head else { return NGHTTP2_ERR_CALLBACK_FAILURE.rawValue }
      let isSent =
        tell(user) {
          $0.sendRest(
            frame.pointee.hd.stream_id, UnsafeRawBufferPointer(start: head, count: frameHeadBytes),
            count)
        } ?? nil
      switch isSent {
      case true?: return 0
      case false?: return NGHTTP2_ERR_WOULDBLOCK.rawValue
      case nil: return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue
      }
    }
    nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { session, frame, user in
      guard let head = frame?.pointee.hd else { return 0 }
      let isHeaders = head.type == UInt8(NGHTTP2_HEADERS.rawValue)
      if isHeaders { tell(user) { $0.headersSent() } }
      // Who has its answer before all of its request is sent may leave the rest out (RFC 9113, section 8.1),
      // and some clients do not even end their stream: it would count as open for ever.
      guard isHeaders || head.type == UInt8(NGHTTP2_DATA.rawValue),
        head.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0,
        nghttp2_session_get_stream_remote_close(session, head.stream_id) == 0
      else { return 0 }
      nghttp2_submit_rst_stream(
        session, 0, head.stream_id, UInt32(NGHTTP2_NO_ERROR.rawValue))
      return 0
    }
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, id, code, user in
      tell(user) { $0.closed(id, errorCode: code) }
      return 0
    }
  }

  fileprivate static func received(_ frame: UnsafePointer<nghttp2_frame>, _ events: GRPCHandler) {
    let header = frame.pointee.hd
    let isEnd = header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
    switch nghttp2_frame_type(UInt32(header.type)) {
    case NGHTTP2_HEADERS:
      if frame.pointee.headers.cat == NGHTTP2_HCAT_REQUEST { events.headersEnded(header.stream_id) }
      if isEnd { events.requestEnded(header.stream_id) }
    case NGHTTP2_DATA:
      if header.length == 0 { events.controlFrame() }
      if isEnd { events.requestEnded(header.stream_id) }
    case NGHTTP2_SETTINGS where header.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) == 0:
      events.controlFrame()
      events.settingsChanged()
    case NGHTTP2_PING where header.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) != 0:
      events.pingAnswered()
    case NGHTTP2_GOAWAY:
      events.controlFrame()
      events.peerLeaves()
    default: events.controlFrame()
    }
  }

  private static let read: nghttp2_data_source_read_callback = {
    _, id, buffer, length, flags, _, user in
    guard let buffer, let flags else { return ssize_t(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue) }
    let room = UnsafeMutableRawBufferPointer(start: buffer, count: length)
    switch tell(user, { $0.nextData(id, into: room) }) {
    case nil: return ssize_t(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue)
    case .later: return ssize_t(NGHTTP2_ERR_DEFERRED.rawValue)
    case .bytes(let count): return count
    case .last(let count):
      flags.pointee |= UInt32(
        NGHTTP2_DATA_FLAG_EOF.rawValue | NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue)
      return count
    case .rest(let count):
      flags.pointee |= UInt32(NGHTTP2_DATA_FLAG_EOF.rawValue | NGHTTP2_DATA_FLAG_NO_COPY.rawValue)
      return count
    }
  }
}

/// Tells the owner of a session what happened.
@inline(__always) @discardableResult
private func tell<Result>(
  _ user: UnsafeMutableRawPointer?, _ body: (GRPCHandler) -> Result
) -> Result? {
  guard let user else { return nil }
  return Unmanaged<GRPCHandler>.fromOpaque(user)._withUnsafeGuaranteedRef { body($0) }
}
