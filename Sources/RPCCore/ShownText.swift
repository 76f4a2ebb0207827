internal import Texts

/// Text that came from a server, a database or an argument, on its way to a terminal, a log or a
/// file name. This is the only place that says which characters must not get there as they are.
extension Unicode.Scalar {
  /// Whether a reader obeys it instead of showing it: controls (C0, DEL, C1), which move the cursor
  /// and change colours; the marks that turn the direction of writing, so that `exe.csv` reads as
  /// something else; the separators that some readers take for the end of a line; and the byte
  /// order mark.
  package var isObeyed: Bool {
    switch value {
    case 0..<0x20, 0x7f...0x9f, 0x61c, 0x200e...0x200f, 0x2028...0x202e, 0x2066...0x206f, 0xfeff:
      true
    default: false
    }
  }
}

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

/// The names that files get out of texts that somebody else wrote.
package enum FileName {
  /// File systems take 255 bytes; this leaves room for what people and browsers append.
  package static let bytesMax = 200

  /// What Windows takes for a device, whatever follows the first dot.
  private static let devices: Set<String> = Set(
    ["con", "prn", "aux", "nul"] + "0123456789¹²³".flatMap { ["com\($0)", "lpt\($0)"] })

  /// A name in one folder, good on every system: without folders, characters that would be obeyed
  /// or that some system forbids, not hidden, no option and no device. What comes after the last
  /// dot stays when the name is cut.
  ///
  /// - Returns: nil if nothing is left of the text.
  package static func safe(_ text: String) -> String? {
    var clean = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isForbidden = "/\\:*?\"<>|".unicodeScalars.contains(scalar)
      clean.append(scalar.isObeyed || isForbidden ? "_" : scalar)
    }
    var name = trimmed(String(clean)[...])
    if name.utf8.count > bytesMax { name = cut(name) }
    guard name.contains(where: { $0 != "_" }) else { return nil }
    let stem = trimmed(name.prefix { $0 != "." }).lowercased()
    return (name.hasPrefix("-") || devices.contains(stem) ? "_" : "") + name
  }

  private static func trimmed(_ text: Substring) -> Substring {
    let isEdge: (Character) -> Bool = { $0 == "." || $0.isWhitespace }
    var text = text.drop(while: isEdge)
    while let last = text.last, isEdge(last) { text.removeLast() }
    return text
  }

  /// Cuts whole characters before the extension, or at the end if there is none that is short.
  private static func cut(_ name: Substring) -> Substring {
    // The mark before an option or a device takes a byte.
    let limit = bytesMax - 1
    let dot = name.lastIndex(of: ".") ?? name.endIndex
    let suffix = name[dot...].utf8.count <= 20 ? name[dot...] : ""
    var bytes = suffix.utf8.count
    let stem = name.dropLast(suffix.count).prefix { character in
      bytes += character.utf8.count
      return bytes <= limit
    }
    return trimmed(stem) + suffix
  }
}
