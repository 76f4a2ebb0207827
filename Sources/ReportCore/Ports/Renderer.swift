/// Turns rows into the bytes of one file format. The same rows give the same bytes.
package protocol Renderer: Sendable {
  var format: ReportFormat { get }
  /// Such as `text/csv; charset=utf-8`.
  var mediaType: String { get }
  /// Such as `csv`, without the dot.
  var fileExtension: String { get }

  /// Under which name options of the format stand. By default its own; a format that only wraps
  /// another has the other's.
  var optionsFormat: ReportFormat { get }

  /// The renderer as somebody wants it. It asks for each option that there is; what is not taken is
  /// noted in `options`. By default itself, without options.
  func adapted(to options: inout FormatOptions) -> any Renderer

  /// The renderer for one document, as one that has properties or a title to write. By default itself.
  func describing(_ document: RenderDocument) -> any Renderer

  /// Whether files of it can be locked with a password. Then nothing but that stands under its own name,
  /// and `optionsFormat` is another.
  var takesPassword: Bool { get }

  /// The renderer with its files locked: they differ with every run. By default itself.
  func locked(by password: FilePassword) -> any Renderer

  /// What is wrong with what a template has for the format beside its options. By default nothing.
  func problems(in template: Template) -> [TemplateProblem]

  /// Starts a file: writes what comes before the rows.
  func begin(
    _ columns: [RenderColumn], into output: inout RenderBuffer
  ) throws(ReportFailure) -> any RenderSession
}

extension Renderer {
  package var optionsFormat: ReportFormat { format }

  package func adapted(to options: inout FormatOptions) -> any Renderer { self }

  package func describing(_ document: RenderDocument) -> any Renderer { self }

  package var takesPassword: Bool { false }

  package func locked(by password: FilePassword) -> any Renderer { self }

  package func problems(in template: Template) -> [TemplateProblem] { [] }

  /// The renderer as a template wants it, and what is wrong with what it wants.
  ///
  /// - Parameter request: options that count before those of the template.
  package func adapted(
    to template: Template, request: OptionObject = [:]
  ) -> (renderer: any Renderer, problems: [TemplateProblem]) {
    var values = template.formatOptions[optionsFormat] ?? [:]
    for (name, value) in request { values[name] = value }
    var options = FormatOptions(values)
    let renderer = adapted(to: &options)
    options.finish()
    let problems = options.problems.map { problem in
      TemplateProblem([optionsFormat.rawValue] + problem.path, problem.message)
    }
    return (renderer, problems)
  }
}

/// What a file is about, beside its rows: the same for every attempt at a report.
package struct RenderDocument: Hashable, Sendable {
  /// The template's title: any text, also none.
  package var title: String
  /// What a person saves it as, without an extension; empty: nobody says.
  package var fileName: String
  /// When the report was created; nil: nobody says.
  package var createdAt: Instant?
  /// Who asked for the report; empty: nobody says.
  package var createdBy: String
  /// What the report was asked for with, in the template's order.
  package var parameters: [Parameter]
  /// The parts that the rows fall into, in order: the first column, a text, says of which a row is.
  /// Empty: they are of one kind.
  package var sections: [String]
  /// Of its texts, by its tag (BCP 47).
  package var language: String
  /// A PNG file to stand at its head; empty: there is none.
  package var logo: [UInt8]
  /// How large the file may become; nil: nobody says.
  package var bytesMax: Int64?

  /// Where nobody says another.
  package static let defaultLanguage = "en"

  /// A parameter of the template with the value that counts: any texts.
  package struct Parameter: Hashable, Sendable {
    package var title: String
    package var value: String

    package init(title: String, value: String) {
      self.title = title
      self.value = value
    }
  }

  package init(
    title: String = "", fileName: String = "", createdAt: Instant? = nil, createdBy: String = "",
    parameters: [Parameter] = [], sections: [String] = [],
    language: String = Self.defaultLanguage, logo: [UInt8] = [], bytesMax: Int64? = nil
  ) {
    self.bytesMax = bytesMax
    self.createdBy = createdBy
    self.parameters = parameters
    self.sections = sections
    self.title = title
    self.fileName = fileName
    self.createdAt = createdAt
    self.language = language
    self.logo = logo
  }
}

/// A file being rendered. Used from one thread.
package protocol RenderSession: AnyObject {
  /// Appends one row, good until this returns. A value that is large, or becomes so, is announced
  /// to the output (`checkRoom`) and appended in pieces between which the output may drain.
  ///
  /// - Throws: INTERNAL if it has not as many values as there are columns.
  func row(_ row: SourceRow, into output: inout RenderBuffer) throws(ReportFailure)
  /// Appends what comes after the rows.
  func finish(into output: inout RenderBuffer) throws(ReportFailure)
  /// Rows so far that it was given and the file does not have, since somebody asked for a part of them
  /// and the file says so. By default none.
  var rowsLeftOut: Int64 { get }
}

extension RenderSession {
  package var rowsLeftOut: Int64 { 0 }
}

/// A column as a renderer sees it: the query's, with what the template says of it.
package struct RenderColumn: Hashable, Sendable {
  package var name: String
  package var title: String
  /// What all its values other than NULL are; nil: each may be of any kind.
  package var type: ColumnType?
  /// How its values are written. Every renderer gives it an effect.
  package var format: CellFormat?
  /// Where its values stand; nil: where the renderer puts values of their kind. Means something only
  /// in formats that have edges.
  package var alignment: ColumnAlignment?
  package var isRaw: Bool

  package init(
    name: String, title: String, type: ColumnType? = nil, format: CellFormat? = nil,
    alignment: ColumnAlignment? = nil, isRaw: Bool = false
  ) {
    self.name = name
    self.title = title
    self.type = type
    self.format = format
    self.alignment = alignment
    self.isRaw = isRaw
  }
}

/// Where the bytes of a file go while it is being rendered. Used from one thread.
package protocol RenderDrain: AnyObject {
  /// Takes bytes that are done.
  ///
  /// - Throws: BYTE_LIMIT if they are more than the report may have, STORAGE_ERROR.
  func take(_ bytes: [UInt8]) throws(ReportFailure)

  /// Looks whether there is room for so many bytes more.
  ///
  /// - Throws: BYTE_LIMIT if there is not.
  func checkRoom(for count: Int) throws(ReportFailure)
}

/// Bytes on their way to an artifact.
package struct RenderBuffer {
  /// Renderers on a hot path append to the array itself, once per row: the calls below cost more
  /// than the bytes when made from another module for each value.
  package var bytes: [UInt8]
  private let drain: (any RenderDrain)?
  private let fullBytes: Int

  /// Room that is kept for the next bytes; what one large row took is given back.
  private static let keptBytesMax = 1_048_576

  /// - Parameters:
  ///   - drain: where bytes go; nil: they are gathered.
  ///   - fullBytes: how many are gathered before they go.
  package init(drain: (any RenderDrain)? = nil, fullBytes: Int = 65_536) {
    bytes = []
    self.drain = drain
    self.fullBytes = fullBytes
  }

  package var count: Int { bytes.count }

  package mutating func append(_ byte: UInt8) {
    bytes.append(byte)
  }

  package mutating func append(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  package mutating func append(contentsOf more: some Sequence<UInt8>) {
    bytes.append(contentsOf: more)
  }

  /// Forgets the bytes, keeps the room.
  package mutating func removeAll() {
    bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptBytesMax)
  }

  /// To be asked before a large value is appended, so that what has no room is not rendered.
  ///
  /// - Parameter count: bytes that it will take at least.
  /// - Throws: BYTE_LIMIT.
  package func checkRoom(for count: Int) throws(ReportFailure) {
    try drain?.checkRoom(for: bytes.count + count)
  }

  /// To be called within and after what is large: passes the bytes on if there are many.
  package mutating func drainIfFull() throws(ReportFailure) {
    if bytes.count >= fullBytes { try drainAll() }
  }

  /// Passes the bytes on.
  package mutating func drainAll() throws(ReportFailure) {
    guard let drain, !bytes.isEmpty else { return }
    try drain.take(bytes)
    removeAll()
  }
}
