internal import Texts

/// Text that came from a server, a database or an argument, on its way to a terminal or a log.
extension String {
  /// The text on one line, for people: a space in place of each character that would be obeyed.
  package var shown: String { replacingObeyed { _ in " " } }

  /// JSON that is good to look at, too: each character that would be obeyed is written as `\uXXXX`.
  /// In JSON such a character can only be in a string, but for the ASCII ones, which JSON wants
  /// escaped there and which are white space elsewhere.
  package var shownJSON: String {
    replacingObeyed { scalar in
      scalar.value < 0x7f ? String(scalar) : JSONText.escape(scalar)
    }
  }

  private func replacingObeyed(_ replacement: (Unicode.Scalar) -> String) -> String {
    guard unicodeScalars.contains(where: \.isObeyed) else { return self }
    var text = UnicodeScalarView()
    for scalar in unicodeScalars {
      if scalar.isObeyed {
        text.append(contentsOf: replacement(scalar).unicodeScalars)
      } else {
        text.append(scalar)
      }
    }
    return String(text)
  }
}
