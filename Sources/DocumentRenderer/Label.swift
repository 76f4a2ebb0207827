internal import CPangoCairo
internal import ReportCore

/// A text that many pages have: drawn by letters where these look as Pango sets it, which costs less each
/// time. Used from one thread.
final class Label {
  /// In points.
  let size: (width: Double, height: Double)
  private let content: Content

  private let letters: Letters?

  private enum Content {
    case letters(ArraySlice<UInt8>, shift: Double)
    case paragraph(Paragraph)
  }

  /// How far a text of letters may be from how wide Pango sets it, which moves those of some pairs closer
  /// together: what nobody sees, in points.
  private static let tolerance = 0.01

  /// - Parameters:
  ///   - paragraph: the text as Pango sets it.
  ///   - letters: of the same font and size; nil: there are none.
  ///   - width: of the paragraph, in points; nil: it has none, and stands at the left.
  init(
    _ paragraph: Paragraph, _ text: String, _ letters: Letters?, width: Double? = nil,
    _ alignment: ColumnAlignment = .left
  ) {
    size = paragraph.size
    self.letters = letters
    let text = Array(text.utf8)[...]
    guard let letters, let own = letters.width(text), abs(own - size.width) < Self.tolerance,
      abs(letters.height - size.height) < Self.tolerance
    else {
      content = .paragraph(paragraph)
      return
    }
    content = .letters(text, shift: width.map { alignment.shift(own, in: $0) } ?? 0)
  }

  /// A number, of whose digits no font moves some closer together.
  init(digits number: Int, _ letters: Letters?, otherwise paragraph: () -> Paragraph) {
    self.letters = letters
    let text = Array(String(number).utf8)[...]
    if let letters, let width = letters.width(text) {
      size = (width, letters.height)
      content = .letters(text, shift: 0)
    } else {
      let paragraph = paragraph()
      size = paragraph.size
      content = .paragraph(paragraph)
    }
  }

  /// Draws the text: letters are seen when their `show` is called.
  func draw(on page: OpaquePointer?, x: Double, y: Double) {
    switch content {
    case .letters(let text, let shift):
      guard let letters else { return }
      letters.put(text, x: x + shift, baseline: y + letters.ascent)
    case .paragraph(let paragraph):
      // Texts are found and copied in the order in which they are drawn.
      letters?.show(on: page)
      paragraph.draw(on: page, x: x, y: y)
    }
  }
}

extension ColumnAlignment {
  /// How far from the left a text begins, in points.
  func shift(_ text: Double, in width: Double) -> Double {
    switch self {
    case .left: 0
    case .center: (width - text) / 2
    case .right: width - text
    }
  }
}
