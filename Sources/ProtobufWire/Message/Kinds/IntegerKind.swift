/// A kind of whole numbers: what all of them share.
public protocol IntegerKind: MapKeyKind where Value: FixedWidthInteger {}

extension IntegerKind {
  /// Zero.
  @inlinable @inline(__always)
  public static var defaultValue: Value { 0 }

  /// By value.
  @inlinable
  public static func precedes(_ left: Value, _ right: Value) -> Bool { left < right }

  /// Decimal digits.
  @inlinable
  public static func jsonKey(_ value: Value) -> String { String(value) }

  /// Decimal digits that fit the type.
  @inlinable
  public static func value(jsonKey: String) -> Value? { Value(jsonKey) }
}

/// An integer that is written as a varint.
public protocol VarintKind: IntegerKind {
  /// The number that the varint holds.
  static func bits(_ value: Value) -> UInt64
  /// The value of a varint; bits that the type does not have are dropped.
  static func value(bits: UInt64) -> Value
}

extension VarintKind {
  /// A varint.
  @inlinable @inline(__always)
  public static var wireType: WireType { .varint }

  /// Appends a varint.
  @inlinable @inline(__always)
  public static func write(_ value: Value, to writer: inout BinaryWriter) {
    writer.varint(bits(value))
  }

  /// Reads a varint.
  @inlinable @inline(__always)
  public static func read(from reader: inout BinaryReader) throws(WireError) -> Value {
    value(bits: try reader.varint())
  }
}
