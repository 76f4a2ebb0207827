private import Synchronization
package import Texts

/// What a handler knows about the call besides its message.
public struct CallContext: Sendable {
  /// What came with the call.
  public var metadata: Metadata
  /// Who is calling: set by the door, or by an interceptor that reads tokens.
  public var caller: Caller
  /// The domain that the request is about, which the caller reaches; empty where it names none. Set
  /// by the router once it has decoded the request: interceptors do not see it when a call begins.
  public internal(set) var domainID = ""
  /// How the response is written: set by the router.
  @usableFromInline
  package internal(set) var format = PayloadFormat.binary
  /// When the call must have ended; nil: whenever.
  public var deadline: Deadline?
  /// Bytes that the encoded response may have, as far as the door can send it. A handler whose
  /// response can be cut, or refused with advice, looks at it; the door refuses what is larger.
  public var answerBytesMax: Int
  /// Where the parts of a long response find room before it is complete; nil where nobody counts.
  public var answerRoom: (any AnswerRoom)?
  /// The other side, such as `127.0.0.1:41234` or `unix`.
  public var peer: String
  /// The door it came through: `ttrpc`, `grpc`, `http`, `in-process`.
  public var transport: String
  /// When the call arrived.
  public var startedAt: CallTime
  /// Where the call stands in a trace: what came with it, or its own span. Set by the router, and by
  /// an interceptor that traces; nil: nobody traces it.
  package var trace: TraceParent?
  /// What the handler wants the log to say about this call; nil where nobody listens.
  public var notes: CallNotes?
  /// Of a call whose method is audited, where somebody keeps records: set by the router.
  public internal(set) var record: (any CallRecord)?
}

// By the memberwise initializer, which an extension leaves in being: what sets one field after the other makes
// the whole twice.
extension CallContext {
  /// Makes a context.
  public init(
    metadata: Metadata = Metadata(), caller: Caller = .anonymous, deadline: Deadline? = nil,
    answerBytesMax: Int = 4_194_288, answerRoom: (any AnswerRoom)? = nil, peer: String,
    transport: String,
    startedAt: CallTime = .now,
    notes: CallNotes? = nil
  ) {
    self.init(
      metadata: metadata, caller: caller, domainID: "", format: .binary, deadline: deadline,
      answerBytesMax: answerBytesMax, answerRoom: answerRoom, peer: peer, transport: transport,
      startedAt: startedAt, trace: nil, notes: notes, record: nil)
  }
}

/// What a server has left for the response of one call.
public protocol AnswerRoom: AnyObject, Sendable {
  /// Takes so many more bytes, until the response is with its door, or the call is over.
  ///
  /// - Throws: `RESOURCE_EXHAUSTED` if there are not so many left.
  func take(_ bytes: Int) throws(RPCError)
}

/// A place for a handler to leave what the call's log line should name.
public final class CallNotes: Sendable {
  private struct State {
    var domainID = ""
    var resourceID = ""
    var span: (any Sendable)?
  }

  private let state = Mutex(State())

  /// An empty page.
  public init() {}

  /// Whose call it is, and the resource it is about; empty strings leave what is there.
  public func note(domainID: String = "", resourceID: String = "") {
    state.withLock {
      if !domainID.isEmpty { $0.domainID = domainID }
      if !resourceID.isEmpty { $0.resourceID = resourceID }
    }
  }

  /// The domain noted, or empty.
  public var domainID: String { state.withLock { $0.domainID } }
  /// The resource noted, or empty.
  public var resourceID: String { state.withLock { $0.resourceID } }

  /// What an interceptor that traces keeps of the call from its begin to its end.
  package var span: (any Sendable)? {
    get { state.withLock { $0.span } }
    set { state.withLock { $0.span = newValue } }
  }
}

/// Looks at every call before its handler and after its end: authentication, log, metrics, traces.
public protocol Interceptor: Sendable {
  /// Before the handler. May add to the context.
  ///
  /// - Throws: an error refuses the call; interceptors further in and the handler do not see it.
  func begin(_ context: inout CallContext, of method: MethodDescriptor) throws(RPCError)

  /// What may help after `begin` has refused a call, such as keys that are on their way. It is waited for,
  /// and then `begin` is asked once more, and for the last time, with the context as it left it.
  ///
  /// - Returns: nil: nothing helps.
  func remedy(for error: RPCError) -> (@Sendable () async -> Void)?

  /// After the call, exactly once for each `begin` that did not throw.
  ///
  /// - Parameter error: why it failed, with the cause; nil if it succeeded.
  func end(_ context: CallContext, of method: MethodDescriptor, error: RPCError?)

  /// What looks at the calls of one method in place of this one: asked for once, when the method is
  /// registered, so that what it has to look up about the method is not looked up with each call.
  func forMethod(_ method: MethodDescriptor) -> any Interceptor
}

/// An interceptor that sets what the task of a call sees around it, such as the span that it works for.
/// A router has one at most.
public protocol SurroundingInterceptor: Interceptor {
  /// Goes around the part of a call that runs in a task.
  ///
  /// - Returns: what the body returns.
  /// - Throws: what it throws.
  func around<Result>(
    _ context: CallContext, _ body: () async throws(RPCError) -> Result
  ) async throws(RPCError) -> Result
}

extension Interceptor {
  /// This one, which is the same for all methods.
  public func forMethod(_ method: MethodDescriptor) -> any Interceptor { self }

  /// Nothing helps.
  public func remedy(for error: RPCError) -> (@Sendable () async -> Void)? { nil }
}
