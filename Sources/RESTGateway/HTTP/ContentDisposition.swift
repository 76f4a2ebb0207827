/// The header that names a download (RFC 6266; the extended name as in RFC 8187).
enum ContentDisposition {
  /// What file systems take as a name is 255 bytes; this leaves room for what browsers append.
  static let nameBytesMax = 200

  /// `attachment` with a name that is safe to save under.
  static func attachment(name: String, fileExtension: String) -> String {
    let name = fileName(name, fileExtension: fileExtension)
    // Some readers decode percent escapes in the plain name: so it has none.
    let plain = String(
      String.UnicodeScalarView(name.unicodeScalars.map { $0.isASCII && $0 != "%" ? $0 : "_" }))
    guard plain != name else { return "attachment; filename=\"\(plain)\"" }
    let extended = PercentCoding.encoded(name) { byte in
      PercentCoding.isAlphanumeric(byte) || "!#$&+-.^_`|~".utf8.contains(byte)
    }
    return "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(extended)"
  }

  /// A text as a file's name: without directories, controls, marks that turn the direction of
  /// writing, what some system forbids in names or takes for a device, and dots or spaces at the
  /// ends.
  static func fileName(_ text: String, fileExtension: String) -> String {
    let suffix = "." + fileExtension
    var name = text
    if name.lowercased().hasSuffix(suffix) { name.removeLast(suffix.count) }
    var stem = String.UnicodeScalarView()
    for scalar in name.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned:
        continue
      default:
        stem.append("/\\:*?\"<>|".unicodeScalars.contains(scalar) ? "_" : scalar)
      }
    }
    let isEdge: (Character) -> Bool = { $0 == "." || $0.isWhitespace }
    var trimmed = String(stem).drop(while: isEdge)
    while trimmed.utf8.count > nameBytesMax - suffix.utf8.count { trimmed.removeLast() }
    while let last = trimmed.last, isEdge(last) { trimmed.removeLast() }
    if trimmed.isEmpty { return "report" + suffix }
    return (isDevice(trimmed) ? "_" : "") + trimmed + suffix
  }

  /// Whether Windows takes a name for a device, whatever follows the first dot.
  private static func isDevice(_ name: Substring) -> Bool {
    let stem = name.prefix { $0 != "." }.lowercased()
    if ["con", "prn", "aux", "nul"].contains(stem) { return true }
    return stem.count == 4 && (stem.hasPrefix("com") || stem.hasPrefix("lpt"))
      && stem.last.map { "0123456789¹²³".contains($0) } == true
  }
}
