/// How a field's value is laid out (Protocol Buffers Encoding, "Message Structure").
@frozen
public struct WireType: RawRepresentable, Hashable, Sendable {
  /// The low three bits of the tag.
  public let rawValue: UInt8

  /// Takes any number; 6 and 7 do not exist.
  @inlinable @inline(__always)
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// A varint.
  @inlinable public static var varint: WireType { WireType(rawValue: 0) }
  /// Eight bytes.
  @inlinable public static var fixed64: WireType { WireType(rawValue: 1) }
  /// A length and so many bytes.
  @inlinable public static var lengthDelimited: WireType { WireType(rawValue: 2) }
  /// The start of a group; proto3 has none, they are skipped.
  @inlinable public static var startGroup: WireType { WireType(rawValue: 3) }
  /// The end of a group.
  @inlinable public static var endGroup: WireType { WireType(rawValue: 4) }
  /// Four bytes.
  @inlinable public static var fixed32: WireType { WireType(rawValue: 5) }
}
