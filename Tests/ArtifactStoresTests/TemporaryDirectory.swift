import Foundation

/// A directory of one test, removed at its end.
final class TemporaryDirectory: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "artifacts-\(UUID())").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  var store: String { path + "/artifacts" }

  /// All files of the store, relative to it, sorted; directories end with a slash.
  var contents: [String] {
    var names: [String] = []
    for case let name as String in FileManager.default.enumerator(atPath: store) ?? .init() {
      var isDirectory: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: "\(store)/\(name)", isDirectory: &isDirectory)
      names.append(isDirectory.boolValue ? name + "/" : name)
    }
    return names.sorted()
  }

  func bytes(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(filePath: "\(store)/\(name)")))
  }

  /// Puts a file where the store keeps its own.
  func put(_ bytes: [UInt8] = [1], at name: String) throws {
    let file = URL(filePath: "\(store)/\(name)")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }
}
