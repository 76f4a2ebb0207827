private import Foundation

/// Where a downloaded file goes.
enum DownloadTarget {
  static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }

  /// A file name out of a report's name: no folders, no control characters, not hidden.
  static func fileName(_ reportName: String, format: String) -> String {
    var name = String(
      reportName.map { character in
        character == "/" || character == "\\"
          || character.unicodeScalars.contains { $0.properties.generalCategory == .control }
          ? "_" : character
      })
    while name.hasPrefix(".") { name.removeFirst() }
    // The file system takes 255 bytes; the partial file has a longer name.
    while name.utf8.count > 180 { name.removeLast() }
    return "\(name.isEmpty ? "report" : name).\(format)"
  }

  static func join(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }
}
