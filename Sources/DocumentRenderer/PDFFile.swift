internal import CPangoCairo
internal import ReportCore

/// A PDF file on its way: what is drawn on its pages comes out as bytes. Used from one thread.
final class PDFFile {
  /// What there is to draw on.
  let page: OpaquePointer?
  private let surface: OpaquePointer?
  private let written: Written
  private(set) var pages = 0
  /// What every page shows where the number of all pages is to stand.
  private let total: OpaquePointer?
  private var update: PDFUpdate
  /// Of what was handed over.
  private var bytesPassed = 0
  private let language: String
  private let hasTitle: Bool

  /// Bytes that cairo has written.
  private final class Written {
    var bytes: [UInt8] = []
  }

  /// Sizes are in points.
  ///
  /// - Parameters:
  ///   - digits: all ten, as the number of all pages is to be set.
  ///   - digitsSize: of their font.
  init(
    _ document: RenderDocument, width: Double, height: Double, digits: Paragraph,
    digitsSize: Double
  ) {
    let written = Written()
    self.written = written
    surface = cairo_pdf_surface_create_for_stream(
      { written, bytes, count in
        guard let written, let bytes else { return CAIRO_STATUS_WRITE_ERROR }
        Unmanaged<Written>.fromOpaque(written).takeUnretainedValue().bytes.append(
          contentsOf: UnsafeBufferPointer(start: bytes, count: Int(count)))
        return CAIRO_STATUS_SUCCESS
      }, Unmanaged.passUnretained(written).toOpaque(), width, height)
    // From 1.5 on later cairos compress the objects that `PDFUpdate` looks for.
    cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_4)
    page = cairo_create(surface)
    update = PDFUpdate(
      width: Int(digits.size.width.rounded(.up)), height: Int(digits.size.height.rounded(.up)),
      baseline: digits.baseline, fontSize: digitsSize)
    total = Self.form(digits, update)
    language = document.language
    let title = Self.property(document.title)
    hasTitle = !title.isEmpty
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title)
    cairo_pdf_surface_set_metadata(
      surface, CAIRO_PDF_METADATA_AUTHOR, Self.property(document.createdBy))
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Reportwire")
    // Without one cairo would say now. It reads no fractions of a second.
    cairo_pdf_surface_set_metadata(
      surface, CAIRO_PDF_METADATA_CREATE_DATE,
      document.createdAt.map { ISO8601.text($0, fractionDigits: 0) } ?? "")
    if hasTitle {
      cairo_pdf_surface_add_outline(
        surface, CAIRO_PDF_OUTLINE_ROOT, title, "page=1 pos=[0 0]", CAIRO_PDF_OUTLINE_FLAG_OPEN)
    }
  }

  deinit {
    cairo_destroy(page)
    // Finishes the file if nobody did, which writes once more.
    cairo_surface_destroy(surface)
    cairo_surface_destroy(total)
  }

  /// Draws the number of all pages, which nobody knows yet. Every page must have it.
  func drawTotal(x: Double, y: Double) {
    cairo_set_source_surface(page, total, x, y)
    cairo_paint(page)
  }

  /// Ends a page and hands over what is written.
  func endPage(into output: inout RenderBuffer) throws(ReportFailure) {
    cairo_show_page(page)
    try check()
    if pages == 0 { try update.findForm(in: written.bytes) }
    pages += 1
    try pass(into: &output)
  }

  /// Ends the file.
  func finish(into output: inout RenderBuffer) throws(ReportFailure) {
    cairo_surface_finish(surface)
    try check()
    written.bytes += try update.bytes(
      behind: written.bytes, fileBytes: bytesPassed + written.bytes.count, pages: pages,
      language: language, showsTitle: hasTitle)
    try pass(into: &output)
  }

  private func check() throws(ReportFailure) {
    let drawn = cairo_status(page)
    let status = drawn == CAIRO_STATUS_SUCCESS ? cairo_surface_status(surface) : drawn
    guard status == CAIRO_STATUS_SUCCESS || status == CAIRO_STATUS_SURFACE_FINISHED else {
      throw .cairo(status, "The PDF could not be drawn")
    }
  }

  private func pass(into output: inout RenderBuffer) throws(ReportFailure) {
    output.bytes.append(contentsOf: written.bytes)
    bytesPassed += written.bytes.count
    written.bytes.removeAll(keepingCapacity: true)
    try output.drainIfFull()
  }

  private static func form(_ digits: Paragraph, _ update: PDFUpdate) -> OpaquePointer? {
    var edges = cairo_rectangle_t(
      x: 0, y: 0, width: Double(update.width), height: Double(update.height))
    let form = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &edges)
    let drawing = cairo_create(form)
    digits.draw(on: drawing, x: 0, y: 0)
    cairo_destroy(drawing)
    return form
  }

  /// C ends a text at NUL.
  private static func property(_ text: String) -> String {
    String(decoding: text.utf8.filter { $0 != 0 }, as: UTF8.self)
  }
}

extension ReportFailure {
  /// INTERNAL, with what cairo says.
  static func cairo(_ status: cairo_status_t, _ what: String) -> ReportFailure {
    let reason = cairo_status_to_string(status).map { String(cString: $0) } ?? "\(status.rawValue)"
    return ReportFailure(.internal, "\(what): \(reason).")
  }
}
