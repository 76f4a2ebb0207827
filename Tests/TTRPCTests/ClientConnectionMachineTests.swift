import RPCCore
import TTRPC
import Testing

@Suite("Client connection machine")
struct ClientConnectionMachineTests {
  typealias Action = ClientConnectionMachine.FrameAction

  /// A connection with calls: 1 unary, 3 stream, 5 withdrawn.
  private func machine() -> ClientConnectionMachine {
    var machine = ClientConnectionMachine(limits: TTRPCLimits())
    precondition(machine.open(.unary) == 1)
    precondition(machine.open(.stream) == 3)
    precondition(machine.open(.stream) == 5)
    machine.withdraw(5)
    return machine
  }

  @Test(
    "every frame has its meaning",
    arguments: [
      (FrameHeader(dataLength: 4, streamID: 1, type: .response), .end(streamID: 1)),
      (FrameHeader(dataLength: 4, streamID: 3, type: .response), .end(streamID: 3)),
      (
        FrameHeader(dataLength: 4, streamID: 3, type: .data),
        .message(streamID: 3, isLast: false)
      ),
      (
        FrameHeader(dataLength: 0, streamID: 3, type: .data),
        .message(streamID: 3, isLast: false)
      ),
      (
        FrameHeader(dataLength: 4, streamID: 3, type: .data, flags: .remoteClosed),
        .message(streamID: 3, isLast: true)
      ),
      (
        FrameHeader(dataLength: 0, streamID: 3, type: .data, flags: [.remoteClosed, .noData]),
        .endOfStream(streamID: 3)
      ),
      (FrameHeader(dataLength: 0, streamID: 3, type: .data, flags: .noData), .ignore),
      (
        FrameHeader(dataLength: 4_194_305, streamID: 1, type: .response),
        .fail(streamID: 1, .frameTooLong(bytes: 4_194_305, bytesMax: 4_194_304))
      ),
      // A race: the call was withdrawn.
      (FrameHeader(dataLength: 4, streamID: 5, type: .response), .ignore),
      (FrameHeader(dataLength: 4_194_305, streamID: 5, type: .data), .ignore),
      // What no server sends.
      (
        FrameHeader(dataLength: 4, streamID: 7, type: .response),
        .close(reason: "a frame came for stream 7, never opened")
      ),
      (
        FrameHeader(dataLength: 4, streamID: 2, type: .data),
        .close(reason: "a frame came for stream 2, never opened")
      ),
      (
        FrameHeader(dataLength: 4, streamID: 1, type: .data),
        .close(reason: "stream data came for the unary call 1")
      ),
      (
        FrameHeader(dataLength: 4, streamID: 1, type: .request),
        .close(reason: "a frame of type 1 came from the server")
      ),
      (FrameHeader(dataLength: 4, streamID: 1, type: FrameType(rawValue: 9)), .ignore),
      (
        FrameHeader(Array("HTTP/1.1 400 Bad".utf8)),
        .close(reason: "a frame of type 32 came from the server")
      ),
    ] as [(FrameHeader, Action)])
  func frames(header: FrameHeader, action: Action) {
    var machine = machine()
    let result = machine.receive(header)
    if case .close(let reason) = action, case .close(let actual) = result {
      #expect(actual.hasPrefix(String(reason.prefix(22))))
    } else {
      #expect(result == action)
    }
  }

  @Test("an ended call is not known any more")
  func endsOnce() {
    var machine = machine()
    let response = FrameHeader(dataLength: 0, streamID: 1, type: .response)
    #expect(machine.receive(response) == .end(streamID: 1))
    #expect(machine.receive(response) == .ignore)
    #expect(machine.callsInFlight == 1)
  }

  @Test("uses every odd id once, then is used up")
  func idsRunOut() {
    var machine = ClientConnectionMachine(limits: TTRPCLimits(), firstStreamID: UInt32.max - 2)
    #expect(machine.open(.unary) == UInt32.max - 2)
    #expect(machine.open(.unary) == UInt32.max)
    #expect(!machine.isOpen)
    #expect(machine.open(.unary) == nil)
    #expect(
      machine.receive(FrameHeader(dataLength: 0, streamID: .max, type: .response))
        == .end(streamID: .max))
  }

  @Test("names the calls that fail when the connection ends, and takes no more")
  func closes() {
    var machine = machine()
    #expect(machine.close() == [1, 3])
    #expect(machine.open(.unary) == nil)
    #expect(machine.close() == [])
  }
}
