private import Foundation
internal import Texts

/// Where downloaded files go.
enum DownloadTarget: Hashable {
  case standardOutput
  case file(String)
  /// Under the names that the server suggests.
  case folder(String)

  /// What `--output` names: `-` is standard output.
  init(_ output: String) {
    self =
      output == "-" ? .standardOutput : Self.isFolder(output) ? .folder(output) : .file(output)
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }

  /// The name of a file in a folder: the one that the server suggests, if it tells a person
  /// something; else one made of the report's name.
  ///
  /// - Parameter suggestion: safe for any folder, or nil.
  static func fileName(
    _ suggestion: String?, reportID: String, reportName: String, format: String
  ) -> String {
    let own = [reportName, "report"].lazy.compactMap { FileName.safe($0) }
      .first { isTelling($0, reportID) }
    return suggestion.flatMap { isTelling($0, reportID) ? $0 : nil }
      ?? "\(own ?? "report").\(FileName.safe(format) ?? "data")"
  }

  /// Whether a name is more than an id that a machine gave.
  private static func isTelling(_ name: String, _ reportID: String) -> Bool {
    let stem = name.prefix { $0 != "." }
    return stem != reportID && UUID(uuidString: String(stem)) == nil
  }

  static func join(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }
}
