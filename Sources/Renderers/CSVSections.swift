internal import ReportCore
internal import Texts

/// CSV of rows that fall into parts of several kinds: a ZIP file with one CSV file for each, named
/// after it, without the column that says of which part a row is. A part without rows has its header.
struct CSVSections: Renderer {
  let csv: CSVRenderer
  let sections: [String]
  /// How large the file may become; nil: nobody says.
  let bytesMax: Int64?

  var format: ReportFormat { csv.format }
  var mediaType: String { "application/zip" }
  var fileExtension: String { "zip" }

  func begin(
    _ columns: [RenderColumn], into output: inout RenderBuffer
  ) throws(ReportFailure) -> any RenderSession {
    try CSVSectionsSession(
      csv, Array(columns.dropFirst()), sections, archive: ZipArchive(bytesMax: bytesMax))
  }
}

private final class CSVSectionsSession: RenderSession {
  private let csv: CSVRenderer
  private let columns: [RenderColumn]
  private let archive: ZipArchive
  /// Those that are not begun, the next one last.
  private var waiting: [String]
  private var current: (name: String, session: any RenderSession)?
  private let drain: CompressingDrain
  /// What is not yet compressed.
  private var plain: RenderBuffer
  /// The row without its first column.
  private let rest: SourceRow

  init(
    _ csv: CSVRenderer, _ columns: [RenderColumn], _ sections: [String], archive: ZipArchive
  ) {
    self.csv = csv
    self.columns = columns
    self.archive = archive
    rest = SourceRow(columnCount: columns.count)
    drain = CompressingDrain(archive)
    plain = RenderBuffer(drain: drain)
    waiting = sections.reversed()
  }

  func row(_ row: SourceRow, into output: inout RenderBuffer) throws(ReportFailure) {
    guard row.count == columns.count + 1, case .text(let section) = row.cell(at: 0) else {
      throw ReportFailure(.internal, "A row does not say of which part it is.")
    }
    // The drain writes where the caller wants it, for as long as the row takes.
    swap(&output, &drain.output)
    defer { swap(&output, &drain.output) }
    while current.map({ !$0.name.isExactly(section) }) ?? true { try beginNext() }
    rest.borrow(row, from: 1)
    try current?.session.row(rest, into: &plain)
    try plain.drainIfFull()
  }

  func finish(into output: inout RenderBuffer) throws(ReportFailure) {
    swap(&output, &drain.output)
    defer { swap(&output, &drain.output) }
    while !waiting.isEmpty { try beginNext() }
    try endCurrent()
    try drain.finish()
  }

  private func beginNext() throws(ReportFailure) {
    try endCurrent()
    guard let name = waiting.popLast() else {
      throw ReportFailure(.internal, "A row is of a part that was there already, or is unknown.")
    }
    try archive.begin(
      FileName.safe(name, fileExtension: csv.fileExtension), into: &drain.output)
    current = (name, try csv.begin(columns, into: &plain))
  }

  private func endCurrent() throws(ReportFailure) {
    guard let session = current?.session else { return }
    current = nil
    try session.finish(into: &plain)
    try plain.drainAll()
    try archive.end(into: &drain.output)
  }
}
