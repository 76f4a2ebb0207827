internal import Texts

/// Text that came from outside, told apart, ordered and hashed by its UTF-8 bytes.
///
/// `String` compares by canonical equivalence: both spellings of "é" are one to it, and the Kelvin
/// sign is a "K". Names and ids must not fall together so, for SQL, the wire and every other program
/// keep them apart. It also has to normalise what it compares and hashes, which takes time that
/// grows with the square of a run of combining marks.
package struct ExactText: Hashable, Comparable, Sendable {
  package let text: String

  package init(_ text: String) {
    self.text = text
  }

  package static func == (left: ExactText, right: ExactText) -> Bool {
    left.text.utf8.isSame(as: right.text.utf8)
  }

  package static func < (left: ExactText, right: ExactText) -> Bool {
    left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }

  package func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    // No UTF-8 has this byte, so texts that are hashed one behind the other keep their borders.
    hasher.combine(0xFF as UInt8)
  }
}

extension ExactText: ExpressibleByStringLiteral {
  package init(stringLiteral text: String) {
    self.init(text)
  }
}

extension ExactText: CustomStringConvertible {
  package var description: String { text }
}

extension String {
  /// The text, to be told apart from others by its bytes.
  package var exact: ExactText { ExactText(self) }

  /// Whether two texts are the same bytes.
  package func isExactly(_ other: String) -> Bool {
    ExactText(self) == ExactText(other)
  }
}
