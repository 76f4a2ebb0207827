import ReportCore
internal import Texts

/// Where a file is, below the store's directory: `<domain>/<report>/<format>-<token>.<extension>`.
///
/// Ids become names by percent escapes, so that any id has a name of its own and none leads
/// elsewhere. A path that comes in must be in exactly that form.
struct ArtifactPath: Hashable {
  let domain: String
  let report: String
  let file: String

  /// What file systems take as one name is 255 bytes; this leaves room for suffixes.
  static let componentBytesMax = 200

  /// The place of a file to be made.
  init(_ key: ArtifactKey) throws(ReportFailure) {
    domain = try Self.component("domain_id", of: key.domainID)
    report = try Self.component("report_id", of: key.reportID)
    guard Self.isWords(key.format.rawValue), Self.isExtension(key.fileExtension) else {
      throw ReportFailure(
        .storageError,
        "The format \(key.format.rawValue) and the extension \(key.fileExtension) make no file name."
      )
    }
    file = "\(key.format.rawValue)-\(key.fencingToken).\(key.fileExtension)"
  }

  /// A path as `text` writes it; nil for anything else.
  init?(text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3 else { return nil }
    self.init(domain: parts[0], report: parts[1], file: parts[2])
  }

  /// The parts of a path, if they are names that this type makes.
  init?(domain: String, report: String, file: String) {
    guard Self.isComponent(domain), Self.isComponent(report), Self.isFileName(file) else {
      return nil
    }
    self.domain = domain
    self.report = report
    self.file = file
  }

  var text: String { "\(domain)/\(report)/\(file)" }

  /// The name while it is being written.
  var temporaryFile: String { "\(file).\(Self.temporaryExtension)" }

  /// The id that the report's directory stands for.
  var reportID: String { PercentCoding.decoded(report) ?? report }

  /// Whether a name is that of a file being written, or left behind in the middle.
  static func isTemporary(_ name: String) -> Bool {
    name.hasSuffix("." + temporaryExtension)
      && isFileName(String(name.dropLast(temporaryExtension.utf8.count + 1)))
  }

  private static let temporaryExtension = "tmp"

  private static func component(
    _ field: String, of id: String
  ) throws(ReportFailure) -> String {
    let escaped = escaped(id)
    guard isComponent(escaped) else {
      throw ReportFailure(
        .storageError, "The \(field) makes no directory name: it is empty or too long.")
    }
    return escaped
  }

  /// Whether it is what `escaped` makes of some id: no other spelling of that id is let in.
  private static func isComponent(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= componentBytesMax
      && PercentCoding.decoded(name).map(escaped) == name
  }

  private static func isFileName(_ name: String) -> Bool {
    guard let dash = name.firstIndex(of: "-"), let dot = name[dash...].firstIndex(of: ".") else {
      return false
    }
    let token = name[name.index(after: dash)..<dot]
    return isWords(name[..<dash]) && isExtension(name[name.index(after: dot)...])
      && Int64(token).map { "\($0)" == token } == true
  }

  private static func isExtension(_ text: some StringProtocol) -> Bool {
    isWords(text) && text.split(separator: ".").allSatisfy { $0 != temporaryExtension }
  }

  /// Formats and extensions: one or two words with a dot between, such as `csv` and `csv.gz`.
  private static func isWords(_ text: some StringProtocol) -> Bool {
    let words = text.split(separator: ".", omittingEmptySubsequences: false)
    return words.count <= 2 && words.allSatisfy { isWord($0) }
  }

  /// Up to 32 lower-case letters and digits.
  private static func isWord(_ text: some StringProtocol) -> Bool {
    (1...32).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
      }
  }

  /// Letters, digits, `-`, `_` and, where they hide nothing, dots stand for themselves.
  private static func escaped(_ id: String) -> String {
    let name = PercentCoding.encoded(id.utf8) {
      $0.isAlphanumeric || "-_.".utf8.contains($0)
    }
    return name.utf8.first == UInt8(ascii: ".") ? "%2E" + name.dropFirst() : name
  }
}
