package import ReportCore
internal import Texts

/// The file of another renderer, compressed on its way: `csv.gz`, `csv.zst`, `csv.zip` and so on. A
/// file of its own, which is stored, signed and downloaded as it is, without Content-Encoding. Its
/// options are those of the other format.
package struct CompressedRenderer: Renderer {
  /// How it is compressed.
  package enum Method: String, CaseIterable, Sendable {
    case gzip = "gz"
    case zstd = "zst"
    /// With one entry, named as the file is downloaded.
    case zip
  }

  private let base: any Renderer
  private let method: Method
  private var fileName = "report"
  /// How large the file may become; nil: nobody says.
  private var bytesMax: Int64?
  private var password: FilePassword?

  package init(_ base: any Renderer, _ method: Method) {
    self.base = base
    self.method = method
  }

  package var format: ReportFormat {
    ReportFormat(rawValue: "\(base.format.rawValue).\(method.rawValue)")
  }
  package var fileExtension: String { "\(base.fileExtension).\(method.rawValue)" }
  package var optionsFormat: ReportFormat { base.optionsFormat }
  package var mediaType: String {
    switch method {
    case .gzip: "application/gzip"
    case .zstd: "application/zstd"
    case .zip: "application/zip"
    }
  }

  package var takesPassword: Bool { method == .zip }

  package func locked(by password: FilePassword) -> any Renderer {
    var locked = self
    if takesPassword { locked.password = password }
    return locked
  }

  package func adapted(to options: inout FormatOptions) -> any Renderer {
    wrapping(base.adapted(to: &options))
  }

  package func describing(_ document: RenderDocument) -> any Renderer {
    // What falls into parts stays one file here: its first column says of which a row is.
    var whole = document
    whole.sections = []
    var described = wrapping(base.describing(whole))
    if !document.fileName.isEmpty { described.fileName = document.fileName }
    described.bytesMax = document.bytesMax
    return described
  }

  package func begin(
    _ columns: [RenderColumn], into output: inout RenderBuffer
  ) throws(ReportFailure) -> any RenderSession {
    let compressor: any Compressor
    switch method {
    case .gzip: compressor = try Deflater()
    case .zstd: compressor = try ZstdCompressor()
    case .zip:
      compressor = try ZipFile(
        FileName.safe(fileName, fileExtension: base.fileExtension),
        archive: ZipArchive(password: password, bytesMax: bytesMax))
    }
    return try CompressedSession(base, columns, compressor, into: &output)
  }

  private func wrapping(_ base: any Renderer) -> CompressedRenderer {
    var wrapping = CompressedRenderer(base, method)
    wrapping.fileName = fileName
    wrapping.bytesMax = bytesMax
    wrapping.password = password
    return wrapping
  }
}

extension CompressedRenderer {
  /// A renderer in every method.
  package static func all(of base: any Renderer) -> [any Renderer] {
    Method.allCases.map { CompressedRenderer(base, $0) }
  }
}

/// Bytes in, fewer bytes out.
protocol Compressor: AnyObject {
  func append(_ bytes: [UInt8], into output: inout RenderBuffer) throws(ReportFailure)
  func finish(into output: inout RenderBuffer) throws(ReportFailure)
}

extension ZipArchive: Compressor {}

/// A ZIP file of one entry.
private final class ZipFile: Compressor {
  private let archive: ZipArchive
  private let name: String
  private var isBegun = false

  init(_ name: String, archive: ZipArchive) {
    self.archive = archive
    self.name = name
  }

  func append(_ bytes: [UInt8], into output: inout RenderBuffer) throws(ReportFailure) {
    guard !bytes.isEmpty else { return }
    if !isBegun { try archive.begin(name, into: &output) }
    isBegun = true
    try archive.append(bytes, into: &output)
  }

  func finish(into output: inout RenderBuffer) throws(ReportFailure) {
    if !isBegun { try archive.begin(name, isEmpty: true, into: &output) }
    try archive.end(into: &output)
    try archive.finish(into: &output)
  }
}

/// A file being written and compressed.
private final class CompressedSession: RenderSession {
  private let session: any RenderSession
  private let drain: CompressingDrain
  /// What is not yet compressed.
  private var plain: RenderBuffer

  init(
    _ base: any Renderer, _ columns: [RenderColumn], _ compressor: any Compressor,
    into output: inout RenderBuffer
  ) throws(ReportFailure) {
    drain = CompressingDrain(compressor)
    var plain = RenderBuffer(drain: drain)
    session = try base.begin(columns, into: &plain)
    self.plain = plain
  }

  var rowsLeftOut: Int64 { session.rowsLeftOut }

  func row(_ row: SourceRow, into output: inout RenderBuffer) throws(ReportFailure) {
    // The drain writes where the caller wants it, for as long as the row takes.
    swap(&output, &drain.output)
    defer { swap(&output, &drain.output) }
    try session.row(row, into: &plain)
    try plain.drainIfFull()
  }

  func finish(into output: inout RenderBuffer) throws(ReportFailure) {
    swap(&output, &drain.output)
    defer { swap(&output, &drain.output) }
    try session.finish(into: &plain)
    try plain.drainAll()
    try drain.finish()
  }
}

/// Where bytes go that a session writes plain: through a compressor, to the output that is lent to it.
final class CompressingDrain: RenderDrain {
  var output = RenderBuffer()
  private let compressor: any Compressor

  init(_ compressor: any Compressor) {
    self.compressor = compressor
  }

  func take(_ bytes: [UInt8]) throws(ReportFailure) {
    try compressor.append(bytes, into: &output)
    try output.drainIfFull()
  }

  /// Nobody knows what so many bytes will be; whether the run goes on is asked all the same.
  func checkRoom(for count: Int) throws(ReportFailure) {
    try output.checkRoom(for: 0)
  }

  func finish() throws(ReportFailure) {
    try compressor.finish(into: &output)
  }
}
