/// One of the scalar types of protobuf, as an empty type: how its values are laid out, written and
/// read. Messages name kinds as `.string`, `.int32`, `.enumeration(State.self)`.
///
/// Generic code over a kind is specialised where the message is compiled, so a field costs what a
/// hand-written case would.
public protocol ScalarKind: Sendable {
  /// The Swift type of the values.
  associatedtype Content: Sendable, Hashable
  /// How values are laid out.
  static var wireType: WireType { get }
  /// The default of proto3.
  static var defaultValue: Content { get }
  /// The bytes of every value, if they are all as long; else zero.
  static var fixedSize: Int { get }

  /// Whether a field without presence is left out.
  static func isDefault(_ value: Content) -> Bool
  /// Appends a value without its tag.
  static func write(_ value: Content, to writer: inout BinaryWriter)
  /// Reads a value behind its tag.
  static func read(from reader: inout BinaryReader) throws(WireError) -> Content
  /// Writes a value as proto3 JSON.
  static func writeJSON(_ value: Content, to writer: inout JSONWriter)
  /// Reads a value of proto3 JSON; nil if it is to be passed over, as an enum's unknown name is
  /// where unknown fields are.
  static func readJSON(from reader: inout JSONReader) throws(WireError) -> Content?
}

extension ScalarKind {
  /// Equality will do for all kinds but floating point.
  @inlinable @inline(__always)
  public static func isDefault(_ value: Content) -> Bool { value == defaultValue }
  /// Most kinds have no fixed size.
  @inlinable @inline(__always)
  public static var fixedSize: Int { 0 }
  /// Repeated values may be packed: all but strings and bytes (Protocol Buffers Encoding, "Packed
  /// Repeated Fields").
  @inlinable @inline(__always)
  public static var isPackable: Bool { wireType != .lengthDelimited }
}

/// A kind that can be the key of a map: integers, booleans and strings.
public protocol MapKeyKind: ScalarKind {
  /// What a map's entries are found by: the value itself, but for strings.
  associatedtype Key: Sendable, Hashable
  /// The key of a value.
  static func key(_ value: Content) -> Key
  /// The value of a key.
  static func value(_ key: Key) -> Content
  /// The order in which a map is written.
  static func precedes(_ left: Key, _ right: Key) -> Bool
  /// The key as the name of a JSON member.
  static func jsonKey(_ key: Key) -> String
  /// The key of a JSON member's name; nil if the name is none.
  static func key(json: String) -> Key?
}

extension MapKeyKind where Key == Content {
  /// The value itself.
  @inlinable @inline(__always)
  public static func key(_ value: Content) -> Content { value }
  /// The key itself.
  @inlinable @inline(__always)
  public static func value(_ key: Content) -> Content { key }
}
