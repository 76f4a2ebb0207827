internal import CPangoCairo
internal import ReportCore

/// The fonts of one document. Used from one thread, which shares them with nobody: Pango's font maps
/// are not made for more.
final class Typesetter {
  private let map: UnsafeMutablePointer<PangoFontMap>
  private let context: OpaquePointer
  private let language: String

  /// Whose fallbacks bring the scripts that it has not.
  private static let family = "DejaVu Sans"

  /// - Parameter language: of the texts, by its tag (BCP 47): scripts that several languages share are
  ///   shaped as that one does. Never the locale's, so that the same rows give the same bytes wherever
  ///   the server was started.
  /// - Throws: INTERNAL if the machine has no font at all, at which Pango would end the process.
  init(language: String) throws(ReportFailure) {
    guard FcInit() != 0, let fonts = FcConfigGetFonts(nil, FcSetSystem), fonts.pointee.nfont > 0
    else {
      throw ReportFailure(
        .internal,
        "The server's machine has no fonts, which PDF needs: install some (Debian: "
          + "fonts-dejavu-core) and start the server again.")
    }
    self.language = language
    map = pango_cairo_font_map_new()
    pango_cairo_font_map_set_resolution(OpaquePointer(map), 72)
    context = pango_font_map_create_context(map)
    pango_context_set_language(context, pango_language_from_string(language))
    pango_context_set_round_glyph_positions(context, 0)
    let options = cairo_font_options_create()
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
    pango_cairo_context_set_font_options(context, options)
    cairo_font_options_destroy(options)
  }

  deinit {
    g_object_unref(UnsafeMutableRawPointer(context))
    g_object_unref(UnsafeMutableRawPointer(map))
  }

  /// Sets a text, which need not be checked before.
  ///
  /// - Parameters:
  ///   - size: of the font, in points.
  ///   - width: where lines wrap, in points; nil: only where the text says so.
  ///   - linesMax: lines after which an ellipsis says that there is more; nil: all are set. Means
  ///     something only with a width.
  ///   - isWhole: whether lines end only between words.
  func paragraph(
    _ text: some BidirectionalCollection<UInt8>, size: Double, isBold: Bool = false,
    width: Double? = nil,
    alignment: ColumnAlignment = .left, linesMax: Int32? = nil, isWhole: Bool = false
  ) -> Paragraph {
    let layout: OpaquePointer = pango_layout_new(context)
    let font = description(size, isBold: isBold)
    pango_layout_set_font_description(layout, font)
    pango_font_description_free(font)
    if let width {
      pango_layout_set_width(layout, Int32(width * Double(PANGO_SCALE)))
      pango_layout_set_wrap(layout, isWhole ? PANGO_WRAP_WORD : PANGO_WRAP_WORD_CHAR)
    }
    if let linesMax {
      pango_layout_set_single_paragraph_mode(layout, 1)
      pango_layout_set_height(layout, -linesMax)
      pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END)
    }
    // A sign where a word breaks would be taken for one of the value.
    let attributes = pango_attr_list_new()
    pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(0))
    // One glyph for "fi" would be found and copied as the one character that looks like it.
    pango_attr_list_insert(attributes, pango_attr_font_features_new("liga=0, clig=0"))
    pango_layout_set_attributes(layout, attributes)
    pango_attr_list_unref(attributes)
    switch alignment {
    case .left: pango_layout_set_alignment(layout, PANGO_ALIGN_LEFT)
    case .center: pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER)
    case .right: pango_layout_set_alignment(layout, PANGO_ALIGN_RIGHT)
    }
    let shown = ShownText.bytes(
      of: linesMax == nil ? text[...] : text.wholeScalars(bytesMax: Self.shortBytesMax))
    shown.withUnsafeBytes { bytes in
      pango_layout_set_text(
        layout, bytes.bindMemory(to: CChar.self).baseAddress, Int32(bytes.count))
    }
    return Paragraph(layout)
  }

  /// How wide the widest word is, in points: as wide as the text is where every line ends that can.
  func widestWord(_ text: some BidirectionalCollection<UInt8>, size: Double, isBold: Bool = false)
    -> Double
  {
    paragraph(text, size: size, isBold: isBold, width: 0, isWhole: true).size.width
  }

  /// Letters of one glyph each; nil if the fonts of the machine lack those of ASCII.
  func letters(size: Double, isBold: Bool = false) -> Letters? {
    let font = description(size, isBold: isBold)
    defer { pango_font_description_free(font) }
    guard let loaded = pango_font_map_load_font(map, context, font) else { return nil }
    defer { g_object_unref(UnsafeMutableRawPointer(loaded)) }
    return Letters(loaded, language: language)
  }

  private func description(_ size: Double, isBold: Bool) -> OpaquePointer? {
    let font = pango_font_description_new()
    pango_font_description_set_family(font, Self.family)
    pango_font_description_set_size(font, Int32(size * Double(PANGO_SCALE)))
    pango_font_description_set_weight(font, isBold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL)
    return font
  }

  /// Of a text that has only a few lines, far more than they have room for.
  private static let shortBytesMax = 4096
}

/// A text that is set, drawn line by line, so that it can go on on the next page.
final class Paragraph {
  private let layout: OpaquePointer
  private let lines: OpaquePointer
  /// Whether all lines have been drawn.
  private(set) var isDone = false

  fileprivate init(_ layout: OpaquePointer) {
    self.layout = layout
    lines = pango_layout_get_iter(layout)
  }

  deinit {
    pango_layout_iter_free(lines)
    g_object_unref(UnsafeMutableRawPointer(layout))
  }

  /// Of all lines, in points.
  var size: (width: Double, height: Double) {
    var extents = PangoRectangle()
    pango_layout_get_extents(layout, nil, &extents)
    return (Self.points(extents.width), Self.points(extents.height))
  }

  /// How far below the top the first line stands, in points.
  var baseline: Double { Self.points(pango_layout_get_baseline(layout)) }

  /// Draws all lines, as often as wanted.
  func draw(on page: OpaquePointer?, x: Double, y: Double) {
    cairo_move_to(page, x, y)
    pango_cairo_show_layout(page, layout)
  }

  /// Draws the lines that were not drawn yet, as many as there is room for, and one at least.
  func drawNext(on page: OpaquePointer?, x: Double, y: Double, room: Double) {
    var top: Int32?
    while !isDone {
      var line = PangoRectangle()
      pango_layout_iter_get_line_extents(lines, nil, &line)
      let start = top ?? line.y
      if top != nil, Self.points(line.y + line.height - start) > room { break }
      top = start
      cairo_move_to(
        page, x + Self.points(line.x),
        y + Self.points(pango_layout_iter_get_baseline(lines) - start))
      pango_cairo_show_layout_line(page, pango_layout_iter_get_line_readonly(lines))
      isDone = pango_layout_iter_next_line(lines) == 0
    }
  }

  private static func points(_ units: Int32) -> Double { Double(units) / Double(PANGO_SCALE) }
}
