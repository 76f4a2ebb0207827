/// `string`: a length and UTF-8, which is checked.
public struct StringKind: MapKeyKind {
  /// The kind; it holds nothing.
  @inlinable @inline(__always)
  public init() {}

  /// A length and bytes.
  @inlinable @inline(__always)
  public static var wireType: WireType { .lengthDelimited }
  /// Empty.
  @inlinable @inline(__always)
  public static var defaultValue: String { "" }

  /// Emptiness, which is cheaper to see than equality.
  @inlinable @inline(__always)
  public static func isDefault(_ value: String) -> Bool { value.isEmpty }

  /// Appends a length and UTF-8.
  @inlinable @inline(__always)
  public static func write(_ value: String, to writer: inout BinaryWriter) {
    writer.lengthDelimited(value)
  }

  /// Reads a length and UTF-8.
  @inlinable @inline(__always)
  public static func read(from reader: inout BinaryReader) throws(WireError) -> String {
    try reader.string()
  }

  /// The string, which as a key is compared by its bytes.
  @inlinable
  public static func key(_ value: String) -> UTF8Key { UTF8Key(value) }

  /// The string of a key.
  @inlinable
  public static func value(_ key: UTF8Key) -> String { key.text }

  /// By UTF-8 bytes.
  public static func precedes(_ left: UTF8Key, _ right: UTF8Key) -> Bool {
    left.text.utf8.order(against: right.text.utf8) < 0
  }

  /// The string itself.
  public static func jsonKey(_ key: UTF8Key) -> String { key.text }

  /// The string itself.
  public static func key(json: String) -> UTF8Key? { UTF8Key(json) }
}

extension ScalarKind where Self == StringKind {
  /// `string`.
  @inlinable @inline(__always)
  public static var string: StringKind { StringKind() }
}

/// `bytes`: a length and bytes; base64 in JSON.
public struct BytesKind: ScalarKind {
  /// The kind; it holds nothing.
  @inlinable @inline(__always)
  public init() {}

  /// A length and bytes.
  @inlinable @inline(__always)
  public static var wireType: WireType { .lengthDelimited }
  /// Empty.
  @inlinable @inline(__always)
  public static var defaultValue: [UInt8] { [] }

  /// Emptiness, which is cheaper to see than equality.
  @inlinable @inline(__always)
  public static func isDefault(_ value: [UInt8]) -> Bool { value.isEmpty }

  /// Appends a length and the bytes.
  @inlinable @inline(__always)
  public static func write(_ value: [UInt8], to writer: inout BinaryWriter) {
    value.withUnsafeBytes { writer.lengthDelimited($0) }
  }

  /// Reads a length and so many bytes.
  @inlinable @inline(__always)
  public static func read(from reader: inout BinaryReader) throws(WireError) -> [UInt8] {
    let bytes = try reader.lengthDelimited()
    if bytes.isEmpty { return [] }
    try reader.spend(MemoryCost.allocation &+ bytes.count)
    return [UInt8](bytes)
  }
}

extension ScalarKind where Self == BytesKind {
  /// `bytes`.
  @inlinable @inline(__always)
  public static var bytes: BytesKind { BytesKind() }
}

extension StringKind {
  /// A string.
  public static func writeJSON(_ value: String, to writer: inout JSONWriter) {
    writer.string(value)
  }

  /// A string.
  public static func readJSON(from reader: inout JSONReader) throws(WireError) -> String? {
    try reader.string()
  }
}

extension BytesKind {
  /// Base64: written in the standard alphabet, read in either, padded or not (RFC 4648).
  public static func writeJSON(_ value: [UInt8], to writer: inout JSONWriter) {
    writer.base64(value)
  }

  /// Base64: written in the standard alphabet, read in either, padded or not (RFC 4648).
  public static func readJSON(from reader: inout JSONReader) throws(WireError) -> [UInt8]? {
    try reader.base64()
  }
}
