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
