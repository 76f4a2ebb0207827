internal import ProtobufWire
internal import RPCCore
internal import ReportAPI
internal import ReportCore
import Synchronization

/// The response of a list: what it holds, and how many there are in all.
protocol ListMessage: Message {
  var totalCount: Int32 { get set }
}

extension DomainsInfo: ListMessage {}
extension ReportsInfo: ListMessage {}
extension StoragesInfo: ListMessage {}
extension StorageTypesInfo: ListMessage {}
extension TemplatesInfo: ListMessage {}

/// Writes the response of a list entity by entity, so that it stops at what may be sent, and keeps no
/// more than what it wrote.
final class ListEncoder<Entity: Sendable, Output: ListMessage>: ListVisitor {
  private struct State: ~Copyable {
    var writer = BinaryWriter()
    /// What was written before, in whole entities.
    var parts: [[UInt8]] = []
    var partsBytes = 0
    var count = 0
    var pageCount = 0
    var total: [UInt8] = []
    var problem: (any Error)?
  }

  /// So large that parts are few, and so small that each fits somewhere, in bytes.
  private static var partBytes: Int { 262_144 }

  private let context: CallContext
  private let part: @Sendable (Entity) -> Output
  private let state = Mutex(State())

  /// - Parameter part: the response with one entity. Encoded messages one behind the other are one
  ///   message.
  init(_ context: CallContext, part: @escaping @Sendable (Entity) -> Output) {
    self.context = context
    self.part = part
  }

  func begin(_ size: ListSize) -> Bool {
    state.withLock { state in
      state.pageCount = size.pageCount
      do {
        var total = Output()
        total.totalCount = Int32(clamping: size.totalCount)
        state.total = try total.protobuf()
      } catch {
        state.problem = error
      }
      return state.problem == nil
    }
  }

  func visit(_ entity: Entity) -> Bool {
    let message = part(entity)
    return state.withLock { state in
      do {
        try message.encode(into: &state.writer)
        let bytes = state.partsBytes + state.writer.count + state.total.count
        guard bytes <= context.answerBytesMax else {
          throw RPCError.fullPage(
            state.count, of: state.pageCount, bytesMax: context.answerBytesMax)
        }
        state.count += 1
        if state.writer.count >= Self.partBytes { try endPart(&state) }
      } catch {
        state.problem = error
      }
      return state.problem == nil
    }
  }

  private func endPart(_ state: inout State) throws {
    try context.answerRoom?.take(state.writer.count)
    state.partsBytes += state.writer.count
    state.parts.append(state.writer.bytes())
    state.writer.truncate(to: 0)
  }

  /// The response with all that was shown.
  ///
  /// - Throws: `RESOURCE_EXHAUSTED` telling how many fit, and to ask in pages; or that others' answers
  ///   have the room.
  func answer() throws -> Answer<Output> {
    try state.withLock { state in
      if let problem = state.problem { throw problem }
      state.writer.append(contentsOf: state.total)
      state.parts.append(state.writer.bytes())
      defer { state.parts = [] }
      return .parts(state.parts)
    }
  }
}

extension Answer where Output: ListMessage {
  /// The response of a list that is in memory anyway.
  static func list<Entity: Sendable>(
    of entities: [Entity], _ context: CallContext, part: @escaping @Sendable (Entity) -> Output
  ) throws -> Answer {
    let encoder = ListEncoder(context, part: part)
    if encoder.begin(ListSize(pageCount: entities.count, totalCount: entities.count)) {
      for entity in entities where !encoder.visit(entity) { break }
    }
    return try encoder.answer()
  }
}

extension RPCError {
  /// So many entities of a list are all that fits into one response.
  fileprivate static func fullPage(_ fitting: Int, of count: Int, bytesMax: Int) -> RPCError {
    let advice =
      fitting == 0
      ? "Not even its first entry fits: name the fields you need in query.only."
      : "The first \(fitting) fit. Ask for it in pages: set query.page.start, and "
        + "query.page.limit to \(fitting) or less, or name the fields you need in query.only."
    return .limitReached(
      "The list of \(count) entries does not fit into one response of "
        + "\(bytesMax) bytes. \(advice)")
  }
}

extension Answer<ReportInfo> {
  /// What became of a report that a call has changed. The change is made, so it is never answered
  /// with an error for being too large to tell: the caller's own options are left out then.
  static func acknowledgement(of view: ReportView, _ context: CallContext) throws -> Answer {
    var info = ReportInfo(view)
    let bytes = try info.protobuf()
    guard bytes.count > context.answerBytesMax else { return .bytes(bytes[...]) }
    info.templateOptions = nil
    return .message(info)
  }
}
