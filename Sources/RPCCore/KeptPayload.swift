internal import ProtobufWire

/// A request whose call starts later.
struct KeptPayload: Sendable {
  private enum Kind: Sendable {
    case binary([UInt8])
    case json(JSONRequest)
  }

  private let kind: Kind

  /// Copies what is not kept.
  init(_ payload: RequestPayload) {
    switch payload {
    case .binary(let bytes): kind = .binary([UInt8](bytes))
    case .json(let request): kind = .json(request)
    }
  }

  func read<Result>(
    _ body: (RequestPayload) throws(RPCError) -> Result
  ) throws(RPCError) -> Result {
    switch kind {
    case .binary(let bytes):
      return try bytes.span.withUnsafeBytes { (bytes) throws(RPCError) in
        try body(.binary(bytes))
      }
    case .json(let request): return try body(.json(request))
    }
  }
}

extension Outcome {
  /// That of a call which starts after something else.
  ///
  /// - Parameters:
  ///   - wait: what that is.
  ///   - start: starts the call, with a writer of its own.
  static func after(
    _ wait: @escaping @Sendable () async -> Void, isStream: Bool,
    _ start: @escaping @Sendable (inout BinaryWriter) throws(RPCError) -> Outcome
  ) -> Outcome {
    if isStream {
      return .stream { (sink) async throws(RPCError) in
        await wait()
        var writer = BinaryWriter()
        if case .stream(let body) = try start(&writer) { try await body(sink) }
      }
    }
    return .later { () async throws(RPCError) in
      await wait()
      var writer = BinaryWriter()
      guard case .later(let body) = try start(&writer) else {
        return .parts([writer.take()])
      }
      return try await body()
    }
  }
}
