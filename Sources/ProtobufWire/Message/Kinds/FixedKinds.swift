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

/// `float`: four bytes (IEEE 754).
public struct FloatKind: ScalarKind {
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
  public static func write(_ value: Float, to writer: inout BinaryWriter) {
    writer.fixed32(value.bitPattern)
  }

  /// Reads the value, low byte first.
  @inlinable @inline(__always)
  public static func read(from reader: inout BinaryReader) throws(WireError) -> Float {
    Float(bitPattern: try reader.fixed32())
  }

  /// Zero.
  @inlinable @inline(__always)
  public static var defaultValue: Float { 0 }

  /// Only positive zero is the default: negative zero is written.
  @inlinable @inline(__always)
  public static func isDefault(_ value: Float) -> Bool { value.bitPattern == 0 }
}

extension ScalarKind where Self == FloatKind {
  /// `float`.
  @inlinable @inline(__always)
  public static var float: FloatKind { FloatKind() }
}

/// `double`: eight bytes (IEEE 754).
public struct DoubleKind: ScalarKind {
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
  public static func write(_ value: Double, to writer: inout BinaryWriter) {
    writer.fixed64(value.bitPattern)
  }

  /// Reads the value, low byte first.
  @inlinable @inline(__always)
  public static func read(from reader: inout BinaryReader) throws(WireError) -> Double {
    Double(bitPattern: try reader.fixed64())
  }

  /// Zero.
  @inlinable @inline(__always)
  public static var defaultValue: Double { 0 }

  /// Only positive zero is the default: negative zero is written.
  @inlinable @inline(__always)
  public static func isDefault(_ value: Double) -> Bool { value.bitPattern == 0 }
}

extension ScalarKind where Self == DoubleKind {
  /// `double`.
  @inlinable @inline(__always)
  public static var double: DoubleKind { DoubleKind() }
}

extension FloatKind {
  /// A number, or `"NaN"`, `"Infinity"`, `"-Infinity"`.
  public static func writeJSON(_ value: Float, to writer: inout JSONWriter) {
    writer.real(value)
  }

  /// A number, or `"NaN"`, `"Infinity"`, `"-Infinity"`.
  public static func readJSON(from reader: inout JSONReader) throws(WireError) -> Float? {
    try reader.real(Float.self)
  }
}

extension DoubleKind {
  /// A number, or `"NaN"`, `"Infinity"`, `"-Infinity"`.
  public static func writeJSON(_ value: Double, to writer: inout JSONWriter) {
    writer.real(value)
  }

  /// A number, or `"NaN"`, `"Infinity"`, `"-Infinity"`.
  public static func readJSON(from reader: inout JSONReader) throws(WireError) -> Double? {
    try reader.real(Double.self)
  }
}
