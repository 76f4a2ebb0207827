internal import Texts

/// The header that names a download (RFC 6266; the extended name as in RFC 8187).
enum ContentDisposition {
  /// `attachment` with a name that is safe to save under.
  static func attachment(name: String, fileExtension: String) -> String {
    let name = FileName.safe(name, fileExtension: fileExtension)
    // Some readers decode percent escapes in the plain name: so it has none.
    let plain = String(
      String.UnicodeScalarView(name.unicodeScalars.map { $0.isASCII && $0 != "%" ? $0 : "_" }))
    guard plain != name else { return "attachment; filename=\"\(plain)\"" }
    let extended = PercentCoding.encoded(name.utf8) { byte in
      byte.isAlphanumeric || "!#$&+-.^_`|~".utf8.contains(byte)
    }
    return "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(extended)"
  }
}
