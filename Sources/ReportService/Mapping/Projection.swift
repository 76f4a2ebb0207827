internal import ProtobufWire
internal import RPCCore

/// The fields of a message that a caller wants to see (`only`).
struct Projection<Info: Message>: Sendable {
  private let selection: FieldSelection?

  /// - Parameters:
  ///   - paths: dotted field names; empty: everything.
  ///   - key: what the caller knows the paths as.
  /// - Throws: `INVALID_ARGUMENT` naming the path that the message does not have.
  init(_ paths: [String], key: String, limits: QueryLimits) throws(RPCError) {
    guard !paths.isEmpty else {
      selection = nil
      return
    }
    guard paths.count <= limits.onlyPathsMax + 8 else {
      throw .invalidParameter(
        key, reason: "it has \(paths.count) paths; at most \(limits.onlyPathsMax) are taken")
    }
    for path in paths where path.utf8.count > ResourceSchema.keyBytesMax {
      throw .invalidParameter(
        key,
        reason:
          "a path has \(path.utf8.count) bytes; at most \(ResourceSchema.keyBytesMax) are taken")
    }
    do throws(WireError) {
      selection = try FieldSelection(paths, for: Info.descriptor)
    } catch {
      throw .invalidParameter(key, reason: error.message)
    }
  }

  /// The message with the other fields at their defaults.
  func apply(_ message: Info) -> Info {
    selection.map { message.selecting($0) } ?? message
  }
}
