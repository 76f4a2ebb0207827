import Foundation
import ProtobufWire
import ReportAPI
import Testing

/// One golden message: canonical bytes, the same as JSON, and other bytes that say the same. The
/// scripts in Tests/Interop make the files and check them against other implementations.
struct GoldenCase: Sendable, CustomTestStringConvertible {
  /// The folder, named after the proto file.
  let topic: String
  /// The message's name without its package.
  let message: String
  /// What is special about it: `filled`, `extreme` or `aliases`.
  let name: String

  var testDescription: String { "\(topic)/\(message).\(name)" }

  static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Golden")

  /// Every case there is, in a fixed order.
  static let all: [GoldenCase] = {
    let paths = FileManager.default.enumerator(atPath: folder.path(percentEncoded: false))
    let files = (paths?.allObjects ?? []).compactMap { $0 as? String }
    return files.filter { $0.hasSuffix(".bin") }.sorted().map { path in
      let topic = path.prefix { $0 != "/" }
      let parts = path.dropFirst(topic.count + 1).split(separator: ".")
      return GoldenCase(topic: String(topic), message: String(parts[0]), name: String(parts[1]))
    }
  }()

  /// The message's type; fails the test's `require` if the table lacks it.
  var type: (any Message.Type)? {
    MessageTable.messages.first { $0.descriptor.fullName.hasSuffix(".\(message)") }
  }

  /// The fields by number, map entries by key.
  func canonical() throws -> [UInt8] { try bytes("bin") }
  /// The same message in another order, with values that are overwritten.
  func rearranged() throws -> [UInt8] { try bytes("wire") }
  /// The same message as proto3 JSON.
  func json() throws -> [UInt8] { try bytes("json") }

  private func bytes(_ kind: String) throws -> [UInt8] {
    let path = Self.folder.appending(path: "\(topic)/\(message).\(name).\(kind)")
    return [UInt8](try Data(contentsOf: path))
  }
}
