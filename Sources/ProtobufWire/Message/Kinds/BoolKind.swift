/// `bool`: a varint, 0 or 1; any other number is read as true.
public struct BoolKind: MapKeyKind {
  /// The kind; it holds nothing.
  @inlinable @inline(__always)
  public init() {}

  /// A varint.
  @inlinable @inline(__always)
  public static var wireType: WireType { .varint }
  /// False.
  @inlinable @inline(__always)
  public static var defaultValue: Bool { false }

  /// Appends one byte.
  @inlinable @inline(__always)
  public static func write(_ value: Bool, to writer: inout BinaryWriter) {
    writer.append(value ? 1 : 0)
  }

  /// Reads a varint.
  @inlinable @inline(__always)
  public static func read(from reader: inout BinaryReader) throws(WireError) -> Bool {
    try reader.varint() != 0
  }

  /// False before true.
  @inlinable
  public static func precedes(_ left: Bool, _ right: Bool) -> Bool { !left && right }

  /// `true` or `false`.
  public static func jsonKey(_ key: Bool) -> String { key ? "true" : "false" }

  /// `true` or `false`.
  public static func key(json: String) -> Bool? {
    [true, false].first { json.isByteEqual(to: jsonKey($0)) }
  }
}

extension ScalarKind where Self == BoolKind {
  /// `bool`.
  @inlinable @inline(__always)
  public static var bool: BoolKind { BoolKind() }
}

extension BoolKind {
  /// `true` or `false`.
  public static func writeJSON(_ value: Bool, to writer: inout JSONWriter) {
    writer.bool(value)
  }

  /// `true` or `false`.
  public static func readJSON(from reader: inout JSONReader) throws(WireError) -> Bool? {
    try reader.bool()
  }
}
