import CPangoCairo
import ReportwireTestKit
import Testing

@testable import DocumentRenderer

/// What Pango makes of the same texts is the measure.
@Suite struct LettersTests {
  private static let size = 9.0

  private static func letters() throws -> Letters {
    try #require(try Typesetter(language: "en").letters(size: size))
  }

  /// Words, blanks, signs and numbers of Latin, Greek and Cyrillic, which lines can end between or not.
  fileprivate static func text(_ random: inout SeededGenerator) -> String {
    let parts = [
      "a", "W", "word", "Straße", "Ελλάδα", "Привет", "жΩz", " ", "  ", " ", "-", "–", "—", "/",
      ".",
      ", ", "; ", "(", ")", "[x]", "\"", "“", "”", "«", "»", "'", "’", "1", "2,500.75", "$", "€",
      "%",
      "§ ", "! ", "?", "…", "‐", "†", "+1", "=", "|", "\\", "user@example.com",
      "https://a.b/c?d=e&f",
      "0123456789abcdef", "ŉ", "¿", "¡",
    ]
    return (0..<Int.random(in: 1...40, using: &random))
      .map { _ in parts[Int.random(in: 0..<parts.count, using: &random)] }.joined()
  }

  @Test func `Lines end where Pango ends them, and are as wide`() throws {
    let letters = try Self.letters()
    let pango = PangoLines(size: Self.size)
    var random = SeededGenerator(seed: 7)
    var broken = 0
    for _ in 0..<4000 {
      let text = Self.text(&random)
      let width = Double.random(in: 0...150, using: &random)
      let bytes = Array("before".utf8) + Array(text.utf8)
      let lines = letters.lines(bytes[6...], width: width)
      let expected = pango.lines(text, width: width)
      #expect(lines.map { $0.bytes.upperBound - 6 } == expected.map(\.end), "\(text) in \(width)")
      #expect(lines.map(\.width) == expected.map(\.width), "\(text) in \(width)")
      #expect(letters.width(bytes[6...]) == pango.lines(text, width: 1e5).map(\.width).first)
      if lines.count > 1 { broken += 1 }
    }
    #expect(broken > 2000)
    #expect(letters.height == pango.height)
  }

  /// Serbian has another form of the letter, and Northern Sami of this one, in DejaVu Sans.
  @Test func `What a language has in a shape of its own is left to Pango`() throws {
    for (language, own) in [("en", ""), ("sr", "б"), ("mk", "б"), ("se", "Ŋ"), ("xx", "")] {
      let letters = try #require(try Typesetter(language: language).letters(size: Self.size))
      for text in ["б", "Ŋ", "plain Ελλάδα в"] {
        #expect(
          (letters.width(Array(text.utf8)[...]) == nil) == (text == own), "\(language) \(text)")
      }
    }
  }

  @Test func `A line has a letter at least, and all letters are in lines`() throws {
    let letters = try Self.letters()
    let text = Array("Wé— x".utf8)
    #expect(letters.lines(text[...], width: 0).map(\.bytes) == [0..<1, 1..<3, 3..<6, 6..<7, 7..<8])
    #expect(letters.lines([], width: 9).isEmpty)
  }

  @Test(arguments: ["東", "a\n", "שלום", "\u{AD}", "\u{301}", "😀", "\u{A0}"])
  func `What is more than letters has no width`(_ text: String) throws {
    #expect(try Self.letters().width(Array(text.utf8)[...]) == nil)
  }
}

/// Lines as Pango breaks them. It moves the letters of some pairs closer together, which is left off as
/// `Letters` leaves it off.
private final class PangoLines {
  private let map: UnsafeMutablePointer<PangoFontMap> = pango_cairo_font_map_new()
  private let context: OpaquePointer
  private let layout: OpaquePointer

  init(size: Double) {
    pango_cairo_font_map_set_resolution(OpaquePointer(map), 72)
    context = pango_font_map_create_context(map)
    pango_context_set_language(context, pango_language_from_string("en"))
    pango_context_set_round_glyph_positions(context, 0)
    let options = cairo_font_options_create()
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    pango_cairo_context_set_font_options(context, options)
    cairo_font_options_destroy(options)
    layout = pango_layout_new(context)
    let font = pango_font_description_from_string("DejaVu Sans")
    pango_font_description_set_size(font, Int32(size * Double(PANGO_SCALE)))
    pango_layout_set_font_description(layout, font)
    pango_font_description_free(font)
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
    let attributes = pango_attr_list_new()
    pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(0))
    pango_attr_list_insert(attributes, pango_attr_font_features_new("kern=0, liga=0, clig=0"))
    pango_layout_set_attributes(layout, attributes)
    pango_attr_list_unref(attributes)
  }

  deinit {
    g_object_unref(UnsafeMutableRawPointer(layout))
    g_object_unref(UnsafeMutableRawPointer(context))
    g_object_unref(UnsafeMutableRawPointer(map))
  }

  /// Of one line, in points.
  var height: Double {
    pango_layout_set_text(layout, "a", 1)
    var extents = PangoRectangle()
    pango_layout_get_extents(layout, nil, &extents)
    return Double(extents.height) / Double(PANGO_SCALE)
  }

  /// - Returns: where each line ends, and how wide it is in points.
  func lines(_ text: String, width: Double) -> [(end: Int, width: Double)] {
    pango_layout_set_text(layout, text, Int32(text.utf8.count))
    pango_layout_set_width(layout, Int32(width * Double(PANGO_SCALE)))
    return (0..<pango_layout_get_line_count(layout)).compactMap { index in
      guard let line = pango_layout_get_line_readonly(layout, index) else { return nil }
      var extents = PangoRectangle()
      pango_layout_line_get_extents(line, nil, &extents)
      return (
        Int(line.pointee.start_index + line.pointee.length),
        Double(extents.width) / Double(PANGO_SCALE)
      )
    }
  }
}
