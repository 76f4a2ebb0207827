private import Crypto
package import ProtobufWire
private import ReportCore
private import Texts

/// A manifest as whoever has it reads it.
package struct CheckedManifest: Sendable {
  /// What it says of one file.
  package struct File: Hashable, Sendable {
    package var format: String
    package var name: String
    package var bytes: Int64
    package var sha256: String
  }

  /// All that it says.
  package let content: Struct
  package let reportID: String
  package let files: [File]

  /// Checks and reads one.
  ///
  /// - Throws: `ManifestFault` if it is none, or no key of these has signed it as it is.
  package init(_ bytes: [UInt8], keys: [ManifestPublicKey]) throws(ManifestFault) {
    guard let signed = SignedManifest(bytes: bytes) else { throw .malformed }
    let keyID = signed.signature.keyID
    guard let key = keys.first(where: { $0.keyID.isExactly(keyID) }) else {
      throw ManifestFault(
        .unknownKey,
        "the manifest names the key \(keyID.quoted), which is none of those that are known")
    }
    guard key.isGood(signed.signature.bytes, of: signed.payload) else {
      throw ManifestFault(
        .badSignature, "the signature is not that of the manifest: one of them was changed")
    }
    try self.init(signed)
  }

  /// Reads one whatever its signature says, to learn which report it is about.
  ///
  /// - Throws: `ManifestFault` if it is none.
  package init(unchecked bytes: [UInt8]) throws(ManifestFault) {
    guard let signed = SignedManifest(bytes: bytes) else { throw .malformed }
    try self.init(signed)
  }

  private init(_ signed: SignedManifest) throws(ManifestFault) {
    guard let text = String(validating: signed.payload, as: UTF8.self),
      let content = try? Struct(json: text), content.text("type")?.isExactly(Manifest.type) == true,
      let reportID = content.text("report_id"), case .list(let list)? = content["artifacts"]?.kind
    else { throw .malformed }
    self.content = content
    self.reportID = reportID
    files = list.values.compactMap { value in
      guard case .struct(let file)? = value.kind, let format = file.text("format"),
        let sha256 = file.text("sha256"), case .number(let bytes)? = file["bytes"]?.kind
      else { return nil }
      return File(
        format: format, name: file.text("file_name") ?? "", bytes: Int64(exactly: bytes) ?? -1,
        sha256: sha256)
    }
  }

  /// What speaks against a file being one of these.
  ///
  /// - Parameter name: what it is called, without its folder: says which one it should be where its
  ///   bytes do not.
  /// - Returns: the file that it is, or a sentence that says what differs.
  package func check(_ digest: FileDigest, named name: String) -> Result<File, ManifestFault> {
    let same = files.first { $0.sha256.isExactly(digest.sha256) && $0.bytes == digest.bytes }
    if let same { return .success(same) }
    let hasEnding = { (file: File) in
      let ending = file.name.utf8.drop { $0 != UInt8(ascii: ".") }
      return !ending.isEmpty && name.utf8.suffix(ending.count).elementsEqual(ending)
    }
    let meant =
      files.first { $0.name.isExactly(name) }
      ?? files.first(where: hasEnding)
      ?? (files.count == 1 ? files[0] : nil)
    guard let meant else {
      let formats = files.map(\.format).joined(separator: ", ")
      return .failure(
        ManifestFault(
          .differs,
          "it is no file of report \(reportID), which has \(formats)"))
    }
    var reasons: [String] = []
    if meant.bytes != digest.bytes {
      reasons.append("it has \(digest.bytes) bytes, not \(meant.bytes)")
    }
    reasons.append("its SHA-256 is \(digest.sha256), not \(meant.sha256)")
    return .failure(
      ManifestFault(
        .differs,
        "it is not the \(meant.format) file of report \(reportID): "
          + reasons.joined(separator: "; ")))
  }

  /// What the files were made of, where that differs from another report's: such as
  /// `rows: 4, not 3`.
  package func differences(from other: CheckedManifest) -> [String] {
    let members = ["template", "source", "parameters", "rows", "engine", "warnings"]
    func flat(_ content: Struct) -> [(name: String, text: String)] {
      members.flatMap { name in content[name].map { Self.flat($0, name) } ?? [] }
    }
    let (own, others) = (flat(content), flat(other.content))
    var lines: [String] = []
    for (name, text) in own {
      let before = others.first { $0.name.isExactly(name) }?.text
      if before?.isExactly(text) != true {
        lines.append("\(name): \(text), not \(before ?? "there")")
      }
    }
    for (name, text) in others where !own.contains(where: { $0.name.isExactly(name) }) {
      lines.append("\(name): not there, but \(text)")
    }
    return lines
  }

  private static func flat(_ value: Value, _ name: String) -> [(name: String, text: String)] {
    if case .struct(let members)? = value.kind, !members.isEmpty {
      return members.entries.flatMap { flat($0.value, "\(name).\($0.key)") }
    }
    return [(name, (try? value.json()) ?? "null")]
  }
}

/// Why a manifest, or a file, is not what it should be.
package struct ManifestFault: Error, Hashable, Sendable {
  package struct Code: Hashable, Sendable {
    private enum Name { case malformed, unknownKey, badSignature, differs }
    private let name: Name

    /// It is no manifest, or was changed where it is not signed.
    package static let malformed = Code(name: .malformed)
    /// None of the keys is the one that it names.
    package static let unknownKey = Code(name: .unknownKey)
    /// It was changed, or its signature.
    package static let badSignature = Code(name: .badSignature)
    /// The file is another one than the manifest's.
    package static let differs = Code(name: .differs)
  }

  package var code: Code
  /// For a person.
  package var message: String

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  static let malformed = ManifestFault(
    .malformed, "the manifest is none of Reportwire's, or it was changed")
}
