import RPCCore
internal import Texts

/// The header that names a download (RFC 6266; the extended name as in RFC 8187).
enum ContentDisposition {
  /// `attachment` with a name that is safe to save under.
  static func attachment(name: String, fileExtension: String) -> String {
    let name = fileName(name, fileExtension: fileExtension)
    // Some readers decode percent escapes in the plain name: so it has none.
    let plain = String(
      String.UnicodeScalarView(name.unicodeScalars.map { $0.isASCII && $0 != "%" ? $0 : "_" }))
    guard plain != name else { return "attachment; filename=\"\(plain)\"" }
    let extended = PercentCoding.encoded(name.utf8) { byte in
      byte.isAlphanumeric || "!#$&+-.^_`|~".utf8.contains(byte)
    }
    return "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(extended)"
  }

  /// A text as a file's name, good on every system; `report` if nothing is left of it.
  static func fileName(_ text: String, fileExtension: String) -> String {
    let suffix = "." + fileExtension
    let stem = text.lowercased().hasSuffix(suffix) ? String(text.dropLast(suffix.count)) : text
    return (FileName.safe(stem) ?? "report") + suffix
  }
}
