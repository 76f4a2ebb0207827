import Foundation
import ProtobufWire
import ReportwireTestKit

/// What protoc makes of the project's proto files.
enum ProtoFiles {
  private static let files = Task { try await compile() }

  /// The files of the API; throws if protoc fails.
  static func all() async throws -> [FileDescriptorProto] {
    try await files.value
  }

  /// The messages of the API by full name; throws if protoc (Debian: protobuf-compiler) fails.
  static func messages() async throws -> [String: DescriptorProto] {
    let named = try await files.value.flatMap { file in
      file.messageType.map { ("\(file.package).\($0.name)", $0) }
    }
    return Dictionary(uniqueKeysWithValues: named)
  }

  /// The services of the API by full name; throws if protoc fails.
  static func services() async throws -> [String: ServiceDescriptorProto] {
    let named = try await files.value.flatMap { file in
      file.service.map { ("\(file.package).\($0.name)", $0) }
    }
    return Dictionary(uniqueKeysWithValues: named)
  }

  /// Those of gRPC's own services belong to its door.
  private static func isOfAPI(_ path: String) -> Bool {
    path.hasSuffix(".proto") && !path.hasPrefix("google/") && !path.hasPrefix("grpc/")
  }

  private static func compile() async throws -> [FileDescriptorProto] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "proto")
      .resolvingSymlinksInPath()
    let paths =
      FileManager.default.enumerator(atPath: root.path(percentEncoded: false))?
      .allObjects.compactMap { $0 as? String } ?? []
    let output = FileManager.default.temporaryDirectory.appending(
      path: "reportwire-\(UUID().uuidString).pb")
    defer { try? FileManager.default.removeItem(at: output) }
    let protoc = Program(
      "protoc",
      [
        "-I\(root.path(percentEncoded: false))",
        "--descriptor_set_out=\(output.path(percentEncoded: false))",
      ] + paths.filter(isOfAPI).sorted())
    guard try await protoc.run().exit == 0 else { throw CocoaError(.fileReadCorruptFile) }
    return try FileDescriptorSet(protobuf: [UInt8](Data(contentsOf: output))).file
  }
}
