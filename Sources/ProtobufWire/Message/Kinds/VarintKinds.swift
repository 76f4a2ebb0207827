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

/// `int32`: a varint; negative numbers take ten bytes.
public struct Int32Kind: VarintKind {
  /// The Swift type of the values.
  public typealias Content = Int32

  /// The kind; it holds nothing.
  @inlinable @inline(__always)
  public init() {}

  /// See `VarintKind`.
  @inlinable @inline(__always)
  public static func bits(_ value: Int32) -> UInt64 { UInt64(bitPattern: Int64(value)) }

  /// See `VarintKind`.
  @inlinable @inline(__always)
  public static func value(bits: UInt64) -> Int32 {
    Int32(truncatingIfNeeded: bits)
  }
}

extension ScalarKind where Self == Int32Kind {
  /// `int32`.
  @inlinable @inline(__always)
  public static var int32: Int32Kind { Int32Kind() }
}

/// `int64`: a varint; a string in JSON.
public struct Int64Kind: VarintKind {
  /// The Swift type of the values.
  public typealias Content = Int64

  /// The kind; it holds nothing.
  @inlinable @inline(__always)
  public init() {}

  /// See `VarintKind`.
  @inlinable @inline(__always)
  public static func bits(_ value: Int64) -> UInt64 { UInt64(bitPattern: value) }

  /// See `VarintKind`.
  @inlinable @inline(__always)
  public static func value(bits: UInt64) -> Int64 {
    Int64(bitPattern: bits)
  }
}

extension ScalarKind where Self == Int64Kind {
  /// `int64`.
  @inlinable @inline(__always)
  public static var int64: Int64Kind { Int64Kind() }
}

/// `uint32`: a varint.
public struct UInt32Kind: VarintKind {
  /// The Swift type of the values.
  public typealias Content = UInt32

  /// The kind; it holds nothing.
  @inlinable @inline(__always)
  public init() {}

  /// See `VarintKind`.
  @inlinable @inline(__always)
  public static func bits(_ value: UInt32) -> UInt64 { UInt64(value) }

  /// See `VarintKind`.
  @inlinable @inline(__always)
  public static func value(bits: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: bits)
  }
}

extension ScalarKind where Self == UInt32Kind {
  /// `uint32`.
  @inlinable @inline(__always)
  public static var uint32: UInt32Kind { UInt32Kind() }
}

/// `uint64`: a varint; a string in JSON.
public struct UInt64Kind: VarintKind {
  /// The Swift type of the values.
  public typealias Content = UInt64

  /// The kind; it holds nothing.
  @inlinable @inline(__always)
  public init() {}

  /// See `VarintKind`.
  @inlinable @inline(__always)
  public static func bits(_ value: UInt64) -> UInt64 { value }

  /// See `VarintKind`.
  @inlinable @inline(__always)
  public static func value(bits: UInt64) -> UInt64 {
    bits
  }
}

extension ScalarKind where Self == UInt64Kind {
  /// `uint64`.
  @inlinable @inline(__always)
  public static var uint64: UInt64Kind { UInt64Kind() }
}

/// `sint32`: a varint in zigzag order: small negative numbers are short.
public struct SInt32Kind: VarintKind {
  /// The Swift type of the values.
  public typealias Content = Int32

  /// The kind; it holds nothing.
  @inlinable @inline(__always)
  public init() {}

  /// See `VarintKind`.
  @inlinable @inline(__always)
  public static func bits(_ value: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: (value &<< 1) ^ (value &>> 31)))
  }

  /// See `VarintKind`.
  @inlinable @inline(__always)
  public static func value(bits: UInt64) -> Int32 {
    let low = UInt32(truncatingIfNeeded: bits)
    return Int32(bitPattern: low &>> 1) ^ (0 &- Int32(bitPattern: low & 1))
  }
}

extension ScalarKind where Self == SInt32Kind {
  /// `sint32`.
  @inlinable @inline(__always)
  public static var sint32: SInt32Kind { SInt32Kind() }
}

/// `sint64`: a varint in zigzag order; a string in JSON.
public struct SInt64Kind: VarintKind {
  /// The Swift type of the values.
  public typealias Content = Int64

  /// The kind; it holds nothing.
  @inlinable @inline(__always)
  public init() {}

  /// See `VarintKind`.
  @inlinable @inline(__always)
  public static func bits(_ value: Int64) -> UInt64 {
    UInt64(bitPattern: (value &<< 1) ^ (value &>> 63))
  }

  /// See `VarintKind`.
  @inlinable @inline(__always)
  public static func value(bits: UInt64) -> Int64 {
    Int64(bitPattern: bits &>> 1) ^ (0 &- Int64(bitPattern: bits & 1))
  }
}

extension ScalarKind where Self == SInt64Kind {
  /// `sint64`.
  @inlinable @inline(__always)
  public static var sint64: SInt64Kind { SInt64Kind() }
}

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
