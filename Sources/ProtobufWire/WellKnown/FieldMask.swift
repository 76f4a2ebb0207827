internal import Texts

/// google.protobuf.FieldMask: paths of fields, by the names of the proto file. In JSON it is one text
/// with the paths in lowerCamelCase and commas between. What selects fields of a message here is a
/// `FieldSelection`.
public struct FieldMask: Message {
  /// The paths, dotted.
  public var paths: [String] = []
  /// See `Message`.
  public var unknownFields = UnknownFields()

  /// No paths.
  public init() {}

  /// Makes a mask of paths.
  public init(_ paths: [String]) {
    self.paths = paths
  }

  /// See `Message`.
  public static let descriptor = MessageDescriptor(
    "google.protobuf.FieldMask", [FieldDescriptor(1, "paths", .string, .repeated)])
  /// See `Message`.
  public static var jsonForm: JSONForm { .own }

  /// See `Message`.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.repeated(1, .string, paths)
  }

  /// See `Message`.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.repeated(.string, into: &paths)
    default: source.unknown()
    }
  }
}

extension FieldMask {
  /// The paths in lowerCamelCase, with commas between.
  ///
  /// - Throws: `invalidValue` for a path that would not be the same when it is read again, such as
  ///   one with a capital, a comma or two underscores.
  public func writeJSON(to writer: inout JSONWriter) throws(WireError) {
    var names: [String] = []
    for (index, path) in paths.enumerated() {
      let name = Self.jsonName(of: path)
      guard let read = Self.path(jsonName: name), read.isByteEqual(to: path) else {
        throw WireError(
          .invalidValue, at: writer.bytes.count,
          "the path \(path.quoted) cannot be written in lowerCamelCase and read again"
        ).inside("paths[\(index)]")
      }
      names.append(name)
    }
    writer.string(names.joined(separator: ","))
  }

  /// Paths in lowerCamelCase with commas between; empty text is no path.
  public mutating func readJSON(from reader: inout JSONReader) throws(WireError) {
    reader.skipSpace()
    let start = reader.index
    let text = try reader.string()
    paths = []
    if text.isEmpty { return }
    var path: [UInt8] = []
    for byte in text.utf8 {
      if byte == UInt8(ascii: ",") {
        guard try append(path, from: &reader) else { throw Self.invalid(text, at: start) }
        path.removeAll(keepingCapacity: true)
      } else if !Self.append(byte, to: &path) {
        throw Self.invalid(text, at: start)
      }
    }
    guard try append(path, from: &reader) else { throw Self.invalid(text, at: start) }
  }

  private static func invalid(_ text: String, at start: Int) -> WireError {
    WireError(
      .invalidValue, at: start,
      "\(text.quoted) is no list of paths in lowerCamelCase, with commas between")
  }

  /// Returns: false for an empty path.
  private mutating func append(
    _ path: [UInt8], from reader: inout JSONReader
  ) throws(WireError) -> Bool {
    try reader.spend(
      MemoryCost.elements(1, of: String.self, growing: true) + MemoryCost.text(path.count))
    paths.append(String(decoding: path, as: UTF8.self))
    return !path.isEmpty
  }

  /// Underscores go, a small letter behind one becomes a capital.
  private static func jsonName(of path: String) -> String {
    var name: [UInt8] = []
    var isBehindUnderscore = false
    for byte in path.utf8 {
      let isSmall = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      if byte != UInt8(ascii: "_") {
        name.append(isBehindUnderscore && isSmall ? byte - 0x20 : byte)
      }
      isBehindUnderscore = byte == UInt8(ascii: "_")
    }
    return String(decoding: name, as: UTF8.self)
  }

  /// A capital becomes a small letter with an underscore before it; nil for what no path becomes.
  private static func path(jsonName: String) -> String? {
    var path: [UInt8] = []
    guard !jsonName.isEmpty, jsonName.utf8.allSatisfy({ append($0, to: &path) }) else { return nil }
    return String(decoding: path, as: UTF8.self)
  }

  /// Returns: false for a byte that no such name has.
  private static func append(_ byte: UInt8, to path: inout [UInt8]) -> Bool {
    switch byte {
    case UInt8(ascii: "_"), UInt8(ascii: ","): return false
    case UInt8(ascii: "A")...UInt8(ascii: "Z"):
      path.append(UInt8(ascii: "_"))
      path.append(byte + 0x20)
    default: path.append(byte)
    }
    return true
  }
}
