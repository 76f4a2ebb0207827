extension Unicode.Scalar {
  /// Whether a reader obeys it instead of showing it: controls (C0, DEL, C1), which move the cursor
  /// and change colours; the marks that turn the direction of writing, so that `exe.csv` reads as
  /// something else; the separators that some readers take for the end of a line; and the byte
  /// order mark.
  ///
  /// This is the only place that says which characters must not get as they are to a terminal, a log
  /// or a file's name.
  package var isObeyed: Bool {
    switch value {
    case 0..<0x20, 0x7f...0x9f, 0x61c, 0x200e...0x200f, 0x2028...0x202e, 0x2066...0x206f, 0xfeff:
      true
    default: false
    }
  }
}

/// The names that files get out of texts that somebody else wrote.
package enum FileName {
  /// What file systems take, in UTF-8.
  package static let bytesMax = 255

  /// What Windows takes for a device, whatever follows the first dot.
  private static let devices: Set<String> = Set(
    ["con", "prn", "aux", "nul", "conin$", "conout$"]
      + "0123456789¹²³".flatMap { ["com\($0)", "lpt\($0)"] })

  /// Whether it may stand in a name on every system: it is not obeyed, and neither leads to another
  /// folder nor is forbidden by Windows.
  package static func takes(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "/", "\\", ":", "*", "?", "\"", "<", ">", "|": false
    default: !scalar.isObeyed
    }
  }

  /// A name in one folder, good on every system: without folders, characters that would be obeyed
  /// or that some system forbids, not hidden, no option and no device. What comes after the last
  /// dot stays when the name is cut.
  ///
  /// - Returns: nil if nothing is left of the text.
  package static func safe(_ text: String) -> String? {
    safe(text, bytesMax: bytesMax, keepsExtension: true)
  }

  /// A file's name, good on every system, out of a text and an extension. The text is cut between
  /// characters where both are longer than a name may be, and is `report` if nothing is left of it.
  ///
  /// - Parameters:
  ///   - stem: any text; the extension may be there already.
  ///   - fileExtension: such as `csv.gz`: a short one that some renderer has.
  package static func safe(_ stem: String, fileExtension: String) -> String {
    let suffix = "." + fileExtension
    // What is longer than a name counts for nothing but time.
    let bare =
      stem.utf8.count <= 2 * bytesMax && stem.lowercased().hasSuffix(suffix)
      ? String(stem.dropLast(suffix.count)) : stem
    let room = bytesMax - suffix.utf8.count
    return (safe(bare, bytesMax: room, keepsExtension: false) ?? "report") + suffix
  }

  private static func safe(_ text: String, bytesMax: Int, keepsExtension: Bool) -> String? {
    var clean = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { clean.append(takes(scalar) ? scalar : "_") }
    var name = trimmed(String(clean)[...])
    let stem = trimmed(name.prefix { $0 != "." }).lowercased()
    let mark = name.hasPrefix("-") || devices.contains(stem) ? "_" : ""
    let room = bytesMax - mark.utf8.count
    if name.utf8.count > room { name = cut(name, to: room, keepsExtension) }
    guard name.contains(where: { $0 != "_" }) else { return nil }
    return mark + name
  }

  private static func trimmed(_ text: Substring) -> Substring {
    let isEdge: (Character) -> Bool = { $0 == "." || $0.isWhitespace }
    var text = text.drop(while: isEdge)
    while let last = text.last, isEdge(last) { text.removeLast() }
    return text
  }

  /// Cuts whole characters before the extension, or at the end if there is none that is short.
  private static func cut(
    _ name: Substring, to limit: Int, _ keepsExtension: Bool
  ) -> Substring {
    let dot = keepsExtension ? name.lastIndex(of: ".") ?? name.endIndex : name.endIndex
    let suffix = name[dot...].utf8.count <= 20 ? name[dot...] : ""
    var bytes = suffix.utf8.count
    let stem = name.dropLast(suffix.count).prefix { character in
      bytes += character.utf8.count
      return bytes <= limit
    }
    return trimmed(stem) + suffix
  }

  /// The name with a number before its extension, cut where it would become too long.
  package static func numbered(_ name: String, _ number: Int) -> String {
    let dot = name.lastIndex(of: ".") ?? name.endIndex
    let suffix = " (\(number))\(name[dot...])"
    var bytes = suffix.utf8.count
    let stem = name[..<dot].prefix { character in
      bytes += character.utf8.count
      return bytes <= bytesMax
    }
    return stem + suffix
  }
}
