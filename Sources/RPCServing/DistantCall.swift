import ProtobufWire
import RPCCore
import Synchronization

/// A call that is decoded, run and encoded away from its event loop.
struct DistantCall: Sendable {
  /// The request's bytes, until they are decoded.
  private final class Payload: Sendable {
    private let bytes: Mutex<[UInt8]>

    init(_ bytes: UnsafeRawBufferPointer) {
      self.bytes = Mutex([UInt8](bytes))
    }

    func take() -> [UInt8] {
      bytes.withLock { bytes in
        defer { bytes = [] }
        return bytes
      }
    }
  }

  private let entry: Router.Entry
  private let payload: Payload
  private let payloadBytes: Int
  private let context: CallContext
  private let turn: Suspension<Void>?
  private let decodes: DecodeQueue?
  private let sink: CallSink
  private let serving: CallServing

  /// - Parameters:
  ///   - payload: is copied.
  ///   - turn: what to wait for first.
  ///   - decodes: where to decode, if not at once.
  ///   - sink: for the messages of a stream.
  ///   - serving: is told if the call never comes to its handler.
  init(
    entry: Router.Entry, payload: UnsafeRawBufferPointer, context: CallContext,
    turn: Suspension<Void>?, decodes: DecodeQueue?, sink: CallSink, serving: CallServing
  ) {
    self.serving = serving
    self.entry = entry
    self.payload = Payload(payload)
    payloadBytes = payload.count
    self.context = context
    self.turn = turn
    self.decodes = decodes
    self.sink = sink
  }

  /// - Returns: the response's bytes, in parts; nil after a stream.
  func run() async throws(RPCError) -> [[UInt8]]? {
    var writer = BinaryWriter()
    switch try await outcome(&writer) {
    case .answered: return [writer.bytes()]
    case .later(let body): return try await body().encoded()
    case .stream(let body):
      try await body(sink)
      return nil
    }
  }

  private func outcome(_ writer: inout BinaryWriter) async throws(RPCError) -> Outcome {
    do throws(RPCError) {
      try await turn?.wait(start: {})
      try await decodes?.enter(payloadBytes)
    } catch {
      // A task learns only that it was withdrawn.
      let isLate = error == .callerGone && context.deadline?.isOver() == true
      serving.refused(
        isLate ? .requestTimeout : error, entry.descriptor, door: context.transport)
      throw error
    }
    defer { decodes?.leave() }
    return try start(&writer)
  }

  private func start(_ writer: inout BinaryWriter) throws(RPCError) -> Outcome {
    try payload.take().span.withUnsafeBytes { (bytes) throws(RPCError) in
      try entry.start(bytes, context, into: &writer)
    }
  }
}
