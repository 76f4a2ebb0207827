/// A kind of whole numbers: what all of them share.
public protocol IntegerKind: MapKeyKind where Content: FixedWidthInteger, Key == Content {}

extension IntegerKind {
  /// Zero.
  @inlinable @inline(__always)
  public static var defaultValue: Content { 0 }

  /// By value.
  @inlinable
  public static func precedes(_ left: Content, _ right: Content) -> Bool { left < right }

  /// Decimal digits.
  public static func jsonKey(_ key: Content) -> String { String(key) }

  /// Decimal digits that fit the type.
  public static func key(json: String) -> Content? {
    json.utf8.first == UInt8(ascii: "+") ? nil : Content(json)
  }
}

/// An integer that is written as a varint.
public protocol VarintKind: IntegerKind {
  /// The number that the varint holds.
  static func bits(_ value: Content) -> UInt64
  /// The value of a varint; bits that the type does not have are dropped.
  static func value(bits: UInt64) -> Content
}

extension VarintKind {
  /// A varint.
  @inlinable @inline(__always)
  public static var wireType: WireType { .varint }

  /// Appends a varint.
  @inlinable @inline(__always)
  public static func write(_ value: Content, to writer: inout BinaryWriter) {
    writer.varint(bits(value))
  }

  /// Reads a varint.
  @inlinable @inline(__always)
  public static func read(from reader: inout BinaryReader) throws(WireError) -> Content {
    value(bits: try reader.varint())
  }
}

extension IntegerKind {
  /// A number; 64 bits are written as a string, as most readers of JSON have doubles only.
  public static func writeJSON(_ value: Content, to writer: inout JSONWriter) {
    if Content.bitWidth > 32 { writer.quotedInteger(value) } else { writer.integer(value) }
  }

  /// A number; 64 bits are written as a string, as most readers of JSON have doubles only.
  public static func readJSON(from reader: inout JSONReader) throws(WireError) -> Content? {
    try reader.integer(Content.self)
  }
}
