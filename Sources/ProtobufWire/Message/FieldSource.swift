/// Gives a field's value to `Message.decodeField`: a binary or JSON reader, standing at the value.
///
/// A binary field whose wire type does not fit its kind changes nothing and is left to the unknown
/// fields, as every protobuf implementation does. A null in JSON changes nothing either.
public protocol FieldSource: ~Copyable {
  /// A field without presence: the last one wins.
  mutating func scalar<K: ScalarKind>(_ kind: K, into value: inout K.Content) throws(WireError)
  /// A member of a oneof, or an `optional` field: the value, or nil if nothing is to change.
  mutating func present<K: ScalarKind>(_ kind: K) throws(WireError) -> K.Content?
  /// A repeated field, packed or not: appends.
  mutating func repeated<K: ScalarKind>(
    _ kind: K, into values: inout [K.Content]) throws(WireError)
  /// A message: merges into what is there.
  mutating func message<M: Message>(into value: inout M?) throws(WireError)
  /// A repeated field of messages: appends.
  mutating func messages<M: Message>(into values: inout [M]) throws(WireError)
  /// An entry of a map of scalars: the last of a key wins.
  mutating func map<K: MapKeyKind, V: ScalarKind>(
    _ key: K, _ value: V, into entries: inout [K.Key: V.Content]) throws(WireError)
  /// An entry of a map of messages: the last of a key wins.
  mutating func map<K: MapKeyKind, M: Message>(
    _ key: K, into entries: inout [K.Key: M]) throws(WireError)
  /// Entries of a google.protobuf.Struct: the last of a key wins.
  mutating func entries(into value: inout Struct) throws(WireError)
  /// The message has no field of this number.
  mutating func unknown()
  /// The message is about to take memory for its fields, in bytes; a reader of foreign bytes counts
  /// them and throws `tooLarge` above its limit.
  mutating func spend(_ bytes: Int) throws(WireError)
}

extension FieldSource where Self: ~Copyable {
  /// A source that holds what it gives has taken the memory already.
  @inlinable @inline(__always)
  public mutating func spend(_ bytes: Int) throws(WireError) {}

  /// An `optional` field: the last one wins.
  @inlinable @inline(__always)
  public mutating func present<K: ScalarKind>(
    _ kind: K, into value: inout K.Content?
  ) throws(WireError) {
    if let new = try present(kind) { value = new }
  }
}
