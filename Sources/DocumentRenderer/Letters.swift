internal import CPangoCairo

/// Letters of which each is one glyph, whatever stands beside it, in one size: those of Latin, Greek and
/// Cyrillic that the document's language has in no shape of its own. Most texts of most reports are drawn
/// with them, at a small part of what it costs to set a paragraph. Used from one thread.
final class Letters {
  /// In points.
  let ascent: Double
  let descent: Double
  private let font: OpaquePointer
  /// By code point.
  private let letters: [Letter]
  // What is put and not shown yet. Nobody else comes to these, and each access would be checked, which
  // takes longer than what is done with one letter.
  @exclusivity(unchecked) private var glyphs: [cairo_glyph_t] = []
  @exclusivity(unchecked) private var clusters: [cairo_text_cluster_t] = []
  @exclusivity(unchecked) private var bytes: [UInt8] = []
  /// Where lines can end, of the text that was broken last.
  @exclusivity(unchecked) private var breaks: [PangoLogAttr] = []

  private struct Letter {
    /// 0: there is none, and Pango knows better.
    var glyph: UInt = 0
    /// In points: as Pango has it, in whole parts of 1024, whose sums are exact.
    var advance = 0.0
  }

  /// A line of a text that is broken.
  struct Line {
    /// Of the text.
    let bytes: Range<Int>
    /// Without the blank that the line is broken at, in points.
    let width: Double
    fileprivate let characters: Int

    fileprivate func shifted(by offset: Int) -> Line {
      Line(
        bytes: (bytes.lowerBound + offset)..<(bytes.upperBound + offset), width: width,
        characters: characters)
    }
  }

  private static let ascii = 0x20...0x7E
  /// Without the soft hyphen, which is seen only where a word is broken.
  private static let ranges = [
    ascii, 0xA1...0xAC, 0xAE...0x17F, 0x386...0x3CE, 0x400...0x45F, 0x2010...0x2027,
    0x20AC...0x20AC,
  ]

  /// - Parameter language: of the texts, by its tag (BCP 47).
  /// - Returns: nil if the font lacks a letter of ASCII.
  init?(_ font: UnsafeMutablePointer<PangoFont>, language: String) {
    guard let scaled = pango_cairo_font_get_scaled_font(OpaquePointer(font)) else { return nil }
    let shapes = pango_font_get_hb_font(font)
    var letters = Array(repeating: Letter(), count: 0x20AD)
    for range in Self.ranges {
      for code in range {
        var glyph: hb_codepoint_t = 0
        guard hb_font_get_nominal_glyph(shapes, UInt32(code), &glyph) != 0 else { continue }
        letters[code] = Letter(
          glyph: UInt(glyph), advance: Self.points(hb_font_get_glyph_h_advance(shapes, glyph)))
      }
    }
    guard letters[Self.ascii].allSatisfy({ $0.glyph != 0 }) else { return nil }
    Self.leaveOutShaped(in: &letters, shapes, language)
    self.letters = letters
    self.font = cairo_scaled_font_reference(scaled)
    let metrics = pango_font_get_metrics(font, nil)
    ascent = Self.points(pango_font_metrics_get_ascent(metrics))
    descent = Self.points(pango_font_metrics_get_descent(metrics))
    pango_font_metrics_unref(metrics)
  }

  deinit {
    cairo_scaled_font_destroy(font)
  }

  /// Leaves to Pango what a language has in a shape of its own, such as Serbian its б.
  private static func leaveOutShaped(
    in letters: inout [Letter], _ font: OpaquePointer?, _ language: String
  ) {
    let codes = ranges.joined().filter { letters[$0].glyph != 0 }
    let scripts = Dictionary(grouping: codes) { code in
      let script = hb_unicode_script(hb_unicode_funcs_get_default(), UInt32(code))
      return (script == HB_SCRIPT_COMMON ? HB_SCRIPT_LATIN : script).rawValue
    }
    for (script, codes) in scripts {
      // A blank behind each, so that it stands alone.
      let text: [hb_codepoint_t] = codes.flatMap { [UInt32($0), 0x20] }
      let buffer = hb_buffer_create()
      defer { hb_buffer_destroy(buffer) }
      hb_buffer_add_codepoints(buffer, text, Int32(text.count), 0, Int32(text.count))
      hb_buffer_set_direction(buffer, HB_DIRECTION_LTR)
      hb_buffer_set_script(buffer, hb_script_t(rawValue: script))
      hb_buffer_set_language(buffer, hb_language_from_string(language, -1))
      hb_shape(font, buffer, nil, 0)
      var count: UInt32 = 0
      let shaped = hb_buffer_get_glyph_infos(buffer, &count)
      for (index, code) in codes.enumerated() {
        let glyph = Int(count) == text.count ? shaped?[2 * index].codepoint : nil
        if glyph.map(UInt.init) != letters[code].glyph { letters[code] = Letter() }
      }
    }
  }

  private static func points(_ units: Int32) -> Double { Double(units) / Double(PANGO_SCALE) }

  /// Of a line, in points.
  var height: Double { ascent + descent }

  /// How wide a text is, in points; nil if it has other characters than these letters.
  func width(_ text: ArraySlice<UInt8>) -> Double? {
    text.withUnsafeBufferPointer { text in
      var width = 0.0
      var index = 0
      while index < text.count {
        guard let (code, length) = Self.code(text, index), code < letters.count,
          letters[code].glyph != 0
        else { return nil }
        width += letters[code].advance
        index += length
      }
      return width
    }
  }

  /// Breaks a text that has a width into lines, as Pango does: at the last place that it has for that,
  /// and within a word where a line has room for no whole one. A blank at the end of a line needs no room.
  ///
  /// - Parameter width: of the lines, in points.
  func lines(_ text: ArraySlice<UInt8>, width: Double) -> [Line] {
    let offset = text.startIndex
    return text.withUnsafeBufferPointer { text in
      findBreaks(text)
      var lines: [Line] = []
      var start = 0
      var character = 0
      while start < text.count {
        let line = line(text, start, character, width)
        start = line.bytes.upperBound
        character += line.characters
        lines.append(line.shifted(by: offset))
      }
      return lines
    }
  }

  private func findBreaks(_ text: UnsafeBufferPointer<UInt8>) {
    // One for each character, of which there are no more than bytes, and one for the end.
    if breaks.count <= text.count {
      breaks += Array(repeating: PangoLogAttr(), count: text.count + 1 - breaks.count)
    }
    // What the last text left there is taken for what stands before this one.
    breaks[0] = PangoLogAttr()
    UnsafeRawBufferPointer(text).withMemoryRebound(to: CChar.self) { bytes in
      pango_default_break(
        bytes.baseAddress, Int32(bytes.count), nil, &breaks, Int32(text.count + 1))
    }
  }

  /// The line that begins at a byte.
  ///
  /// - Parameter character: the number of the character there.
  private func line(
    _ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ character: Int, _ width: Double
  ) -> Line {
    var index = start
    var characters = 0
    var used = 0.0
    var word: Line?
    var part: Line?
    while index < text.count, let (code, length) = Self.code(text, index) {
      let blank = code == 0x20 ? letters[code].advance : 0
      used += letters[code].advance
      // A line has one character at least.
      if used - blank > width, let part { return word ?? part }
      index += length
      characters += 1
      let line = Line(bytes: start..<index, width: used - blank, characters: characters)
      part = line
      if breaks[character + characters].is_line_break != 0 { word = line }
    }
    // The text is not broken at the blank that it ends with.
    return Line(bytes: start..<index, width: used, characters: characters)
  }

  /// Puts a text that has a width where it is to stand.
  func put(_ text: ArraySlice<UInt8>, x: Double, baseline: Double) {
    bytes.append(contentsOf: text)
    text.withUnsafeBufferPointer { text in
      var place = x
      var index = 0
      while index < text.count, let (code, length) = Self.code(text, index) {
        glyphs.append(cairo_glyph_t(index: letters[code].glyph, x: place, y: baseline))
        clusters.append(cairo_text_cluster_t(num_bytes: Int32(length), num_glyphs: 1))
        place += letters[code].advance
        index += length
      }
    }
  }

  /// Draws all texts that were put, in their order. To cairo one call for a page is half the work of one
  /// for each text.
  func show(on page: OpaquePointer?) {
    guard !glyphs.isEmpty else { return }
    cairo_set_scaled_font(page, font)
    bytes.withUnsafeBytes { bytes in
      cairo_show_text_glyphs(
        page, bytes.bindMemory(to: CChar.self).baseAddress, Int32(bytes.count), glyphs,
        Int32(glyphs.count), clusters, Int32(clusters.count), cairo_text_cluster_flags_t(0))
    }
    glyphs.removeAll(keepingCapacity: true)
    clusters.removeAll(keepingCapacity: true)
    bytes.removeAll(keepingCapacity: true)
  }

  /// A code point of one to three bytes of UTF-8; nil for others.
  @inline(__always)
  private static func code(
    _ text: UnsafeBufferPointer<UInt8>, _ index: Int
  ) -> (code: Int, length: Int)? {
    let first = Int(text[index])
    if first < 0x80 { return (first, 1) }
    let left = text.count - index
    if first & 0xE0 == 0xC0, left > 1 {
      return ((first & 0x1F) << 6 | Int(text[index + 1] & 0x3F), 2)
    }
    guard first & 0xF0 == 0xE0, left > 2 else { return nil }
    return (
      (first & 0x0F) << 12 | Int(text[index + 1] & 0x3F) << 6 | Int(text[index + 2] & 0x3F), 3
    )
  }
}
