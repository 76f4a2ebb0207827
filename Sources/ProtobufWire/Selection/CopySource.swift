/// Hands one value of another message on, as it is. A field's `traverse` and `decodeField` speak of
/// the same type, so the casts succeed.
struct CopySource<Content>: FieldSource {
  private let content: Content

  init(_ content: Content) {
    self.content = content
  }

  private func content<Wanted>(as type: Wanted.Type) -> Wanted {
    guard let content = content as? Wanted else {
      preconditionFailure("traverse and decodeField differ: \(Content.self), \(Wanted.self)")
    }
    return content
  }

  mutating func scalar<K: ScalarKind>(_ kind: K, into value: inout K.Content) throws(WireError) {
    value = content(as: K.Content.self)
  }

  mutating func present<K: ScalarKind>(_ kind: K) throws(WireError) -> K.Content? {
    content(as: K.Content.self)
  }

  mutating func repeated<K: ScalarKind>(
    _ kind: K, into values: inout [K.Content]
  ) throws(WireError) {
    values = content(as: [K.Content].self)
  }

  mutating func message<M: Message>(into value: inout M?) throws(WireError) {
    value = content(as: M.self)
  }

  mutating func messages<M: Message>(into values: inout [M]) throws(WireError) {
    values = content(as: [M].self)
  }

  mutating func map<K: MapKeyKind, V: ScalarKind>(
    _ key: K, _ value: V, into entries: inout [K.Key: V.Content]
  ) throws(WireError) {
    entries = content(as: [K.Key: V.Content].self)
  }

  mutating func map<K: MapKeyKind, M: Message>(
    _ key: K, into entries: inout [K.Key: M]
  ) throws(WireError) {
    entries = content(as: [K.Key: M].self)
  }

  mutating func entries(into value: inout Struct) throws(WireError) {
    value.storage = content(as: [Struct.Entry].self)
  }

  mutating func unknown() {
    preconditionFailure("traverse hands out a field that decodeField lacks")
  }
}
