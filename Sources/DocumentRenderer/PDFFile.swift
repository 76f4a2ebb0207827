internal import CPangoCairo
internal import ReportCore

/// A PDF file on its way: what is drawn on its pages comes out as bytes. Used from one thread.
final class PDFFile {
  /// What there is to draw on.
  let page: OpaquePointer?
  private let surface: OpaquePointer?
  private let written: Written
  private(set) var pages = 0

  /// Bytes that cairo has written.
  private final class Written {
    var bytes: [UInt8] = []
  }

  /// Sizes are in points.
  init(_ document: RenderDocument, width: Double, height: Double) {
    let written = Written()
    self.written = written
    surface = cairo_pdf_surface_create_for_stream(
      { written, bytes, count in
        guard let written, let bytes else { return CAIRO_STATUS_WRITE_ERROR }
        Unmanaged<Written>.fromOpaque(written).takeUnretainedValue().bytes.append(
          contentsOf: UnsafeBufferPointer(start: bytes, count: Int(count)))
        return CAIRO_STATUS_SUCCESS
      }, Unmanaged.passUnretained(written).toOpaque(), width, height)
    page = cairo_create(surface)
    let title = Self.property(document.title)
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title)
    cairo_pdf_surface_set_metadata(
      surface, CAIRO_PDF_METADATA_AUTHOR, Self.property(document.createdBy))
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Reportwire")
    // Without one cairo would say now. It reads no fractions of a second.
    cairo_pdf_surface_set_metadata(
      surface, CAIRO_PDF_METADATA_CREATE_DATE,
      document.createdAt.map { ISO8601.text($0, fractionDigits: 0) } ?? "")
    if !title.isEmpty {
      cairo_pdf_surface_add_outline(
        surface, CAIRO_PDF_OUTLINE_ROOT, title, "page=1 pos=[0 0]", CAIRO_PDF_OUTLINE_FLAG_OPEN)
    }
  }

  deinit {
    cairo_destroy(page)
    // Finishes the file if nobody did, which writes once more.
    cairo_surface_destroy(surface)
  }

  /// Ends a page and hands over what is written.
  func endPage(into output: inout RenderBuffer) throws(ReportFailure) {
    cairo_show_page(page)
    pages += 1
    try pass(into: &output)
  }

  /// Ends the file.
  func finish(into output: inout RenderBuffer) throws(ReportFailure) {
    cairo_surface_finish(surface)
    try pass(into: &output)
  }

  private func pass(into output: inout RenderBuffer) throws(ReportFailure) {
    let drawn = cairo_status(page)
    let status = drawn == CAIRO_STATUS_SUCCESS ? cairo_surface_status(surface) : drawn
    guard status == CAIRO_STATUS_SUCCESS || status == CAIRO_STATUS_SURFACE_FINISHED else {
      let reason =
        cairo_status_to_string(status).map { String(cString: $0) } ?? "\(status.rawValue)"
      throw ReportFailure(.internal, "The PDF could not be drawn: \(reason).")
    }
    output.bytes.append(contentsOf: written.bytes)
    written.bytes.removeAll(keepingCapacity: true)
    try output.drainIfFull()
  }

  /// C ends a text at NUL.
  private static func property(_ text: String) -> String {
    String(decoding: text.utf8.filter { $0 != 0 }, as: UTF8.self)
  }
}
