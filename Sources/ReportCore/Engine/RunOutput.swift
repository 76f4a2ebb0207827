/// One file of a run: its renderer, its bytes on the way, its place in the artifact store. Used from
/// the run's thread.
final class RunOutput {
  let renderer: any Renderer
  private let session: any RenderSession
  private let writer: any ArtifactWriter
  private var buffer: RenderBuffer

  init(
    _ renderer: any Renderer, columns: [RenderColumn], writer: any ArtifactWriter
  ) throws(ReportFailure) {
    self.renderer = renderer
    self.writer = writer
    var buffer = RenderBuffer()
    do throws(ReportFailure) {
      session = try renderer.begin(columns, into: &buffer)
    } catch {
      writer.discard()
      throw error
    }
    self.buffer = buffer
  }

  /// Bytes not written yet.
  var pendingBytes: Int { buffer.count }

  func row(_ cells: [Cell]) throws(ReportFailure) {
    try session.row(cells, into: &buffer)
  }

  func end() throws(ReportFailure) {
    try session.finish(into: &buffer)
  }

  /// Hands the gathered bytes to the writer.
  func flush() throws(ReportFailure) {
    try writer.write(buffer.bytes)
    buffer.removeAll()
  }

  func commit() throws(ReportFailure) -> StoredArtifact {
    try writer.commit()
  }

  func discard() {
    writer.discard()
  }
}
