/// The header that names a download (RFC 6266; the extended name as in RFC 8187).
enum ContentDisposition {
  /// What file systems take as a name is 255 bytes; this leaves room for what browsers append.
  static let nameBytesMax = 200

  /// `attachment` with a name that is safe to save under.
  static func attachment(reportName: String, fileExtension: String) -> String {
    let name = fileName(reportName: reportName, fileExtension: fileExtension)
    // Some readers decode percent escapes in the plain name: so it has none.
    let plain = String(
      String.UnicodeScalarView(name.unicodeScalars.map { $0.isASCII && $0 != "%" ? $0 : "_" }))
    guard plain != name else { return "attachment; filename=\"\(plain)\"" }
    let extended = PercentCoding.encoded(name) { byte in
      PercentCoding.isAlphanumeric(byte) || "!#$&+-.^_`|~".utf8.contains(byte)
    }
    return "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(extended)"
  }

  /// A report's name as a file's: without directories, controls, marks that turn the direction of
  /// writing, what some system forbids in names, and dots or spaces at the ends.
  static func fileName(reportName: String, fileExtension: String) -> String {
    let suffix = "." + fileExtension
    var name = reportName
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
    return (trimmed.isEmpty ? "report" : String(trimmed)) + suffix
  }
}
