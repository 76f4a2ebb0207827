import Foundation
import Testing

/// The files below Golden/ and FailCases/, found next to this file: they are no resources, so that
/// they need not be copied for every build.
enum Golden {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()

  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let bytes: [UInt8]

    var testDescription: String { name }

    /// The file next to it with another ending.
    func sibling(_ ending: String) throws -> [UInt8] {
      try Golden.bytes("Golden/" + name.replacing(".pb", with: ending))
    }
  }

  static func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appending(path: path)))
  }

  /// The `.pb` files of a topic, sorted.
  static func cases(_ topic: String) throws -> [Case] {
    try names("Golden/" + topic)
      .filter { $0.hasSuffix(".pb") && !$0.hasSuffix(".again.pb") }
      .map { Case(name: "\(topic)/\($0)", bytes: try bytes("Golden/\(topic)/\($0)")) }
  }

  /// The files of a folder, sorted.
  static func names(_ path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: path).path())
      .sorted()
  }

  static let canonicalTopics = [
    "scalars", "repeated", "maps", "oneofs", "nested", "wellknown", "random",
  ]

  /// Every message that Python wrote.
  static func canonical() throws -> [Case] {
    try canonicalTopics.flatMap { try cases($0) }
  }
}
