import RPCCore
import RPCServing
import TTRPC
import Testing

@Suite("Server connection machine")
struct ServerConnectionMachineTests {
  typealias Action = ServerConnectionMachine.FrameAction

  /// A connection whose streams are: 1 answered at once, 3 awaited, 5 awaited and half open, 7
  /// answered later.
  private func machine() -> ServerConnectionMachine {
    var machine = ServerConnectionMachine(limits: TTRPCLimits())
    for id: UInt32 in [1, 3, 5, 7] {
      let flags: FrameFlags = id == 5 ? .remoteOpen : []
      let action = machine.receive(
        FrameHeader(dataLength: 9, streamID: id, type: .request, flags: flags))
      precondition(action == .start(streamID: id))
      if id == 1 { machine.answeredAtOnce() } else { machine.keep() }
    }
    machine.answered(7)
    return machine
  }

  private static let tooLong = RPCError.frameTooLong(bytes: 4_194_305, bytesMax: 4_194_304)

  @Test(
    "every frame has its answer",
    arguments: [
      (FrameHeader(dataLength: 0, streamID: 9, type: .request), .start(streamID: 9)),
      (FrameHeader(dataLength: 4_194_304, streamID: 9, type: .request), .start(streamID: 9)),
      (
        FrameHeader(dataLength: 4_194_305, streamID: 9, type: .request),
        .refuse(streamID: 9, tooLong)
      ),
      (
        FrameHeader(dataLength: 0, streamID: .max, type: .request),
        .start(streamID: .max)
      ),
      (
        FrameHeader(dataLength: 0, streamID: 0, type: .request),
        .refuse(streamID: 0, .streamIDNotOdd(0))
      ),
      (
        FrameHeader(dataLength: 0, streamID: 8, type: .request),
        .refuse(streamID: 8, .streamIDNotOdd(8))
      ),
      (
        FrameHeader(dataLength: 0, streamID: 7, type: .request),
        .refuse(streamID: 7, .streamIDNotIncreasing(7, after: 7))
      ),
      (
        FrameHeader(dataLength: 0, streamID: 1, type: .request),
        .refuse(streamID: 1, .streamIDNotIncreasing(1, after: 7))
      ),
      // Data.
      (
        FrameHeader(dataLength: 0, streamID: 2, type: .data),
        .refuse(streamID: 2, .streamIDNotOdd(2))
      ),
      (
        FrameHeader(dataLength: 0, streamID: 9, type: .data),
        .refuse(streamID: 9, .streamNotOpen(9))
      ),
      (FrameHeader(dataLength: 5, streamID: 1, type: .data), .ignore),
      (FrameHeader(dataLength: 5, streamID: 7, type: .data), .ignore),
      (
        FrameHeader(dataLength: 0, streamID: 3, type: .data, flags: [.remoteClosed, .noData]),
        .abort(streamID: 3, .unexpectedData)
      ),
      (
        FrameHeader(dataLength: 0, streamID: 5, type: .data, flags: [.remoteClosed, .noData]),
        .ignore
      ),
      (FrameHeader(dataLength: 0, streamID: 5, type: .data, flags: .remoteClosed), .ignore),
      (FrameHeader(dataLength: 3, streamID: 5, type: .data), .abort(streamID: 5, .unexpectedData)),
      (
        FrameHeader(dataLength: 4_194_305, streamID: 5, type: .data),
        .abort(streamID: 5, tooLong)
      ),
      // What no client sends.
      (
        FrameHeader(dataLength: 0, streamID: 9, type: .response),
        .close(reason: "a response frame came from a client")
      ),
      (FrameHeader(dataLength: 9, streamID: 9, type: FrameType(rawValue: 4)), .ignore),
      (
        FrameHeader(Array("GET / HTTP/1.1".utf8)),
        .close(reason: "the bytes are no ttrpc frames (type 84)")
      ),
    ] as [(FrameHeader, Action)])
  func frames(header: FrameHeader, action: Action) {
    var machine = machine()
    #expect(machine.receive(header) == action)
  }

  @Test(
    "what the server has no room for is refused as what is too long",
    arguments: [
      (
        FrameHeader(dataLength: 5, streamID: 9, type: .request),
        .refuse(streamID: 9, .serverFull)
      ),
      (FrameHeader(dataLength: 5, streamID: 5, type: .data), .abort(streamID: 5, .serverFull)),
      (FrameHeader(dataLength: 5, streamID: 7, type: .data), .ignore),
      (FrameHeader(dataLength: 5, streamID: 9, type: FrameType(rawValue: 4)), .ignore),
    ] as [(FrameHeader, Action)])
  func notKept(header: FrameHeader, action: Action) {
    var machine = machine()
    #expect(machine.receive(header, isKept: false) == action)
  }

  @Test("a refused stream has no further answer")
  func abortIsAnAnswer() {
    var machine = machine()
    #expect(machine.streamCount == 2)
    _ = machine.receive(FrameHeader(dataLength: 1, streamID: 5, type: .data))
    #expect(machine.streamCount == 1)
    #expect(machine.receive(FrameHeader(dataLength: 1, streamID: 5, type: .data)) == .ignore)
  }

  @Test("a side is closed once: data after it is refused")
  func dataAfterClose() {
    var machine = machine()
    let close = FrameHeader(dataLength: 0, streamID: 5, type: .data, flags: .remoteClosed)
    #expect(machine.receive(close) == .ignore)
    #expect(machine.receive(close) == .abort(streamID: 5, .unexpectedData))
  }

  @Test("is drained when the last call was answered, and refuses new calls until then")
  func drains() {
    var machine = machine()
    machine.drain()
    #expect(
      machine.receive(FrameHeader(dataLength: 0, streamID: 9, type: .request))
        == .refuse(streamID: 9, .serverStopping))
    for id: UInt32 in [3, 5] {
      #expect(!machine.isDrained)
      machine.answered(id)
    }
    #expect(machine.isDrained)
  }

  @Test("is drained at once without calls, and never without being told")
  func drainsIdle() {
    var machine = ServerConnectionMachine(limits: TTRPCLimits())
    #expect(!machine.isDrained)
    machine.drain()
    #expect(machine.isDrained)
  }

  @Test("expects nothing more once the peer has left")
  func closes() {
    var machine = machine()
    machine.close()
    #expect(machine.isClosed)
    #expect(machine.streamCount == 0)
  }
}
