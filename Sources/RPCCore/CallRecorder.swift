internal import ProtobufWire

/// Keeps a record of what calls do, beside the log: of every method that is audited, whatever door a
/// call came through. The router asks for it; handlers need not.
public protocol CallRecorder: Sendable {
  /// A call of an audited method begins. Nothing is known of its caller yet.
  func begin(_ method: MethodDescriptor) -> any CallRecord
}

/// The record of one call.
public protocol CallRecord: AnyObject, Sendable {
  /// The call has ended; its caller does not know yet.
  ///
  /// - Parameters:
  ///   - context: with the caller, as far as it was found out.
  ///   - error: why it failed; nil if it succeeded.
  /// - Returns: what is to be done before the caller gets its answer, also where nobody waits for that
  ///   any more; nil: nothing. What it throws is answered in place of a success.
  func end(
    _ context: CallContext, error: RPCError?
  ) -> (@Sendable () async throws(RPCError) -> Void)?
}

extension Outcome {
  /// The same outcome of a call that is recorded.
  ///
  /// - Parameters:
  ///   - before: how many bytes the writer held before the call.
  ///   - writer: has the response where there is one already. It is taken out if the record is to be
  ///     waited for.
  func recorded(
    by record: any CallRecord, _ context: CallContext, before: Int, in writer: inout BinaryWriter
  ) -> Outcome {
    switch self {
    case .answered:
      guard let work = record.end(context, error: nil) else { return .answered }
      let response = writer.bytes(from: before)
      writer.truncate(to: before)
      return .later { () async throws(RPCError) in
        try await work()
        return .parts([response])
      }
    case .later(let body):
      return .later { () async throws(RPCError) in
        try await record.ended(context) { () async throws(RPCError) in try await body() }
      }
    case .stream(let body):
      return .stream { (sink) async throws(RPCError) in
        try await record.ended(context) { () async throws(RPCError) in try await body(sink) }
      }
    }
  }
}

extension CallRecord {
  fileprivate func ended<Result: Sendable>(
    _ context: CallContext, _ body: () async throws(RPCError) -> Result
  ) async throws(RPCError) -> Result {
    let result: Result
    do throws(RPCError) {
      result = try await body()
    } catch {
      // What the call failed with is what its caller has to know.
      do throws(RPCError) { try await end(context, error: error)?() } catch {}
      throw error
    }
    try await end(context, error: nil)?()
    return result
  }

  /// A call that failed at once, once its record is kept.
  ///
  /// - Throws: the error, if there is nothing to wait for.
  func failed(
    _ context: CallContext, _ error: RPCError, isStream: Bool
  ) throws(RPCError) -> Outcome {
    guard let work = end(context, error: error) else { throw error }
    if isStream {
      return .stream { (_) async throws(RPCError) in
        do throws(RPCError) { try await work() } catch {}
        throw error
      }
    }
    return .later { () async throws(RPCError) in
      do throws(RPCError) { try await work() } catch {}
      throw error
    }
  }
}
