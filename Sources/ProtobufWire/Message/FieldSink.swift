/// Takes the fields of a message from `Message.traverse`: a binary or JSON writer, a selection.
///
/// The proto3 rule "defaults are not written" is the sink's: `scalar` leaves a default out,
/// `present` (a field with presence, or a member of a oneof) never does.
public protocol FieldSink: ~Copyable {
  /// A field without presence.
  mutating func scalar<K: ScalarKind>(
    _ number: Int, _ kind: K, _ value: K.Content) throws(WireError)
  /// A field that is set: an `optional` one, or the member of a oneof.
  mutating func present<K: ScalarKind>(
    _ number: Int, _ kind: K, _ value: K.Content) throws(WireError)
  /// A repeated field; packed where its kind can be.
  mutating func repeated<K: ScalarKind>(
    _ number: Int, _ kind: K, _ values: [K.Content]) throws(WireError)
  /// A repeated field declared `[packed = false]`.
  mutating func unpacked<K: ScalarKind>(
    _ number: Int, _ kind: K, _ values: [K.Content]) throws(WireError)
  /// A message that is set.
  mutating func message<M: Message>(_ number: Int, _ value: M) throws(WireError)
  /// A repeated field of messages.
  mutating func messages<M: Message>(_ number: Int, _ values: [M]) throws(WireError)
  /// A map of scalars.
  mutating func map<K: MapKeyKind, V: ScalarKind>(
    _ number: Int, _ key: K, _ value: V, _ entries: [K.Key: V.Content]
  ) throws(WireError)
  /// A map of messages.
  mutating func map<K: MapKeyKind, M: Message>(
    _ number: Int, _ key: K, _ entries: [K.Key: M]) throws(WireError)
  /// The entries of a google.protobuf.Struct, which keep their order in memory.
  mutating func entries(_ number: Int, _ entries: [Struct.Entry]) throws(WireError)
}

extension FieldSink where Self: ~Copyable {
  /// A message field: nothing if it is not set.
  @inlinable @inline(__always)
  public mutating func message<M: Message>(_ number: Int, _ value: M?) throws(WireError) {
    if let value { try message(number, value) }
  }

  /// An `optional` field: nothing if it is not set.
  @inlinable @inline(__always)
  public mutating func present<K: ScalarKind>(
    _ number: Int, _ kind: K, _ value: K.Content?
  ) throws(WireError) {
    if let value { try present(number, kind, value) }
  }
}
