internal import ProtobufWire
internal import RPCCore
internal import ReportAPI
internal import ReportCore

/// The response of a list: what it holds, and how many there are in all.
protocol ListMessage: Message {
  var totalCount: Int32 { get set }
}

extension ReportsInfo: ListMessage {}
extension StoragesInfo: ListMessage {}
extension StorageTypesInfo: ListMessage {}
extension TemplatesInfo: ListMessage {}

extension Answer where Output: ListMessage {
  /// The response of a list, encoded entity by entity, so that it stops at what may be sent.
  ///
  /// - Parameters:
  ///   - isCut: whether more belong to the list than were read, because they would not fit.
  ///   - part: the response with one entity. Encoded messages one behind the other are one message.
  /// - Throws: `RESOURCE_EXHAUSTED` telling how many fit, and to ask in pages.
  static func page<Entity>(
    of entities: [Entity], isCut: Bool = false, totalCount: Int, _ context: CallContext,
    part: (Entity) -> Output
  ) throws -> Answer {
    var total = Output()
    total.totalCount = Int32(clamping: totalCount)
    let totalBytes = try total.protobuf()
    var writer = BinaryWriter()
    for (position, entity) in entities.enumerated() {
      try part(entity).encode(into: &writer)
      guard writer.count + totalBytes.count <= context.answerBytesMax else {
        throw RPCError.fullPage(
          position, of: isCut ? nil : entities.count, bytesMax: context.answerBytesMax)
      }
      // Whoever asked may have gone while thousands are written.
      if position % 256 == 255 { try Task.checkCancellation() }
    }
    guard !isCut else {
      throw RPCError.fullPage(entities.count, of: nil, bytesMax: context.answerBytesMax)
    }
    writer.append(contentsOf: totalBytes)
    return .bytes(writer.take())
  }
}

extension RPCError {
  /// So many entities of a list are all that fits into one response.
  ///
  /// - Parameter count: of the list; nil: more than were read.
  fileprivate static func fullPage(_ fitting: Int, of count: Int?, bytesMax: Int) -> RPCError {
    let advice =
      fitting == 0
      ? "Not even its first entry fits: name the fields you need in query.only."
      : "The first \(fitting) fit. Ask for it in pages: set query.page.start, and "
        + "query.page.limit to \(fitting) or less, or name the fields you need in query.only."
    return .limitReached(
      "The list\(count.map { " of \($0) entries" } ?? "") does not fit into one response of "
        + "\(bytesMax) bytes. \(advice)")
  }
}

extension Answer<ReportInfo> {
  /// What became of a report that a call has changed. The change is made, so it is never answered
  /// with an error for being too large to tell: the caller's own options are left out then.
  static func acknowledgement(of view: ReportView, _ context: CallContext) throws -> Answer {
    var info = ReportInfo(view)
    let bytes = try info.protobuf()
    guard bytes.count > context.answerBytesMax else { return .bytes(bytes) }
    info.templateOptions = nil
    return .message(info)
  }
}
