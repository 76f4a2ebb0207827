/// The kind of an enum: a varint; its name in JSON.
public struct EnumKind<Enum: ProtoEnum>: ScalarKind {
  /// The kind; it holds nothing.
  @inlinable @inline(__always)
  public init() {}

  /// A varint.
  @inlinable @inline(__always)
  public static var wireType: WireType { .varint }
  /// The value zero.
  @inlinable @inline(__always)
  public static var defaultValue: Enum { Enum(rawValue: 0) }

  /// The value zero.
  @inlinable @inline(__always)
  public static func isDefault(_ value: Enum) -> Bool { value.rawValue == 0 }

  /// Appends a varint; negative numbers take ten bytes.
  @inlinable @inline(__always)
  public static func write(_ value: Enum, to writer: inout BinaryWriter) {
    writer.varint(UInt64(bitPattern: Int64(value.rawValue)))
  }

  /// Reads a varint; numbers without a name are kept.
  @inlinable @inline(__always)
  public static func read(from reader: inout BinaryReader) throws(WireError) -> Enum {
    Enum(rawValue: Int32(truncatingIfNeeded: try reader.varint()))
  }
}

extension ScalarKind {
  /// An enum.
  @inlinable @inline(__always)
  public static func enumeration<Enum: ProtoEnum>(
    _ type: Enum.Type
  ) -> EnumKind<Enum> where Self == EnumKind<Enum> { EnumKind() }
}

extension EnumKind {
  /// The name; a number if it has none; null if that is what the enum stands for.
  public static func writeJSON(_ value: Enum, to writer: inout JSONWriter) {
    if Enum.descriptor.isNull {
      writer.null()
    } else if let name = value.name {
      writer.string(name)
    } else {
      writer.integer(value.rawValue)
    }
  }

  /// A name or a number; null if that is what the enum stands for.
  public static func readJSON(from reader: inout JSONReader) throws(WireError) -> Enum? {
    try reader.enumeration(Enum.self)
  }
}
