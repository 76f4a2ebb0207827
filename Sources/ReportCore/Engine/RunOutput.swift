/// One file of a run: its renderer, its bytes on the way, its place in the artifact store. Used from
/// the run's thread.
final class RunOutput {
  let renderer: any Renderer
  private let session: any RenderSession
  private let writer: any ArtifactWriter
  private var buffer: RenderBuffer

  /// - Parameters:
  ///   - fullBytes: how many bytes are gathered before they are written.
  ///   - budget: what all files of the run have of bytes.
  init(
    _ renderer: any Renderer, columns: [RenderColumn], writer: any ArtifactWriter, fullBytes: Int,
    budget: FileBudget
  ) throws(ReportFailure) {
    self.renderer = renderer
    self.writer = writer
    var buffer = RenderBuffer(drain: Drain(writer, budget), fullBytes: fullBytes)
    do throws(ReportFailure) {
      session = try renderer.begin(columns, into: &buffer)
    } catch {
      writer.discard()
      throw error
    }
    self.buffer = buffer
  }

  func row(_ cells: [Cell]) throws(ReportFailure) {
    try session.row(cells, into: &buffer)
    try buffer.drainIfFull()
  }

  func end() throws(ReportFailure) {
    try session.finish(into: &buffer)
    try buffer.drainAll()
  }

  func commit() throws(ReportFailure) -> StoredArtifact {
    try writer.commit()
  }

  func discard() {
    writer.discard()
  }

  private final class Drain: RenderDrain {
    private let writer: any ArtifactWriter
    private let budget: FileBudget

    init(_ writer: any ArtifactWriter, _ budget: FileBudget) {
      self.writer = writer
      self.budget = budget
    }

    func take(_ bytes: [UInt8]) throws(ReportFailure) {
      try budget.spend(bytes.count)
      try writer.write(bytes)
      budget.report()
    }

    func checkRoom(for count: Int) throws(ReportFailure) {
      try budget.check(count)
    }
  }
}

/// The bytes that all files of a run may have together. Used from the run's thread.
final class FileBudget {
  private let limits: TemplateLimits
  private let control: RunControl
  private var spentBytes: Int64 = 0

  init(_ limits: TemplateLimits, _ control: RunControl) {
    self.limits = limits
    self.control = control
  }

  /// - Throws: BYTE_LIMIT if so many bytes more are too many.
  func check(_ count: Int) throws(ReportFailure) {
    guard Int64(count) <= limits.bytesMax - spentBytes else { throw .byteLimit(limits) }
    // The source looks at the interrupt too, but not while a large value is rendered.
    guard !control.interrupt.isPulled else { throw .interrupted }
  }

  /// - Throws: BYTE_LIMIT if so many bytes more are too many.
  func spend(_ count: Int) throws(ReportFailure) {
    try check(count)
    spentBytes += Int64(count)
  }

  /// Tells those who watch how many bytes are written.
  func report() {
    control.setBytes(spentBytes)
  }
}
