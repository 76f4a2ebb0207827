/// `fixed32`: four bytes.
public struct Fixed32Kind: IntegerKind {
  /// The kind; it holds nothing.
  @inlinable @inline(__always)
  public init() {}

  /// 4 bytes.
  @inlinable @inline(__always)
  public static var wireType: WireType { .fixed32 }
  /// 4 bytes.
  @inlinable @inline(__always)
  public static var fixedSize: Int { 4 }

  /// Appends the value, low byte first.
  @inlinable @inline(__always)
  public static func write(_ value: UInt32, to writer: inout BinaryWriter) {
    writer.fixed32(value)
  }

  /// Reads the value, low byte first.
  @inlinable @inline(__always)
  public static func read(from reader: inout BinaryReader) throws(WireError) -> UInt32 {
    try reader.fixed32()
  }
}

extension ScalarKind where Self == Fixed32Kind {
  /// `fixed32`.
  @inlinable @inline(__always)
  public static var fixed32: Fixed32Kind { Fixed32Kind() }
}

/// `fixed64`: eight bytes; a string in JSON.
public struct Fixed64Kind: IntegerKind {
  /// The kind; it holds nothing.
  @inlinable @inline(__always)
  public init() {}

  /// 8 bytes.
  @inlinable @inline(__always)
  public static var wireType: WireType { .fixed64 }
  /// 8 bytes.
  @inlinable @inline(__always)
  public static var fixedSize: Int { 8 }

  /// Appends the value, low byte first.
  @inlinable @inline(__always)
  public static func write(_ value: UInt64, to writer: inout BinaryWriter) {
    writer.fixed64(value)
  }

  /// Reads the value, low byte first.
  @inlinable @inline(__always)
  public static func read(from reader: inout BinaryReader) throws(WireError) -> UInt64 {
    try reader.fixed64()
  }
}

extension ScalarKind where Self == Fixed64Kind {
  /// `fixed64`.
  @inlinable @inline(__always)
  public static var fixed64: Fixed64Kind { Fixed64Kind() }
}

/// `sfixed32`: four bytes.
public struct SFixed32Kind: IntegerKind {
  /// The kind; it holds nothing.
  @inlinable @inline(__always)
  public init() {}

  /// 4 bytes.
  @inlinable @inline(__always)
  public static var wireType: WireType { .fixed32 }
  /// 4 bytes.
  @inlinable @inline(__always)
  public static var fixedSize: Int { 4 }

  /// Appends the value, low byte first.
  @inlinable @inline(__always)
  public static func write(_ value: Int32, to writer: inout BinaryWriter) {
    writer.fixed32(UInt32(bitPattern: value))
  }

  /// Reads the value, low byte first.
  @inlinable @inline(__always)
  public static func read(from reader: inout BinaryReader) throws(WireError) -> Int32 {
    Int32(bitPattern: try reader.fixed32())
  }
}

extension ScalarKind where Self == SFixed32Kind {
  /// `sfixed32`.
  @inlinable @inline(__always)
  public static var sfixed32: SFixed32Kind { SFixed32Kind() }
}

/// `sfixed64`: eight bytes; a string in JSON.
public struct SFixed64Kind: IntegerKind {
  /// The kind; it holds nothing.
  @inlinable @inline(__always)
  public init() {}

  /// 8 bytes.
  @inlinable @inline(__always)
  public static var wireType: WireType { .fixed64 }
  /// 8 bytes.
  @inlinable @inline(__always)
  public static var fixedSize: Int { 8 }

  /// Appends the value, low byte first.
  @inlinable @inline(__always)
  public static func write(_ value: Int64, to writer: inout BinaryWriter) {
    writer.fixed64(UInt64(bitPattern: value))
  }

  /// Reads the value, low byte first.
  @inlinable @inline(__always)
  public static func read(from reader: inout BinaryReader) throws(WireError) -> Int64 {
    Int64(bitPattern: try reader.fixed64())
  }
}

extension ScalarKind where Self == SFixed64Kind {
  /// `sfixed64`.
  @inlinable @inline(__always)
  public static var sfixed64: SFixed64Kind { SFixed64Kind() }
}
