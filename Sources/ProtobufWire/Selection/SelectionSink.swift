/// Copies the selected fields of a message into a new one.
struct SelectionSink<Target: Message>: FieldSink {
  private(set) var target = Target()
  private let selected: [UTF8Key: FieldSelection.Node]

  init(_ selected: [UTF8Key: FieldSelection.Node]) {
    self.selected = selected
  }

  private func node(_ number: Int) -> FieldSelection.Node? {
    Target.descriptor.field(number: number).flatMap { selected[UTF8Key($0.name)] }
  }

  private mutating func copy<Content>(_ number: Int, _ content: Content) throws(WireError) {
    guard node(number) != nil else { return }
    var source = CopySource(content)
    try target.decodeField(number, from: &source)
  }

  mutating func scalar<K: ScalarKind>(
    _ number: Int, _ kind: K, _ value: K.Content
  ) throws(WireError) {
    try copy(number, value)
  }

  mutating func present<K: ScalarKind>(
    _ number: Int, _ kind: K, _ value: K.Content
  ) throws(WireError) {
    try copy(number, value)
  }

  mutating func repeated<K: ScalarKind>(
    _ number: Int, _ kind: K, _ values: [K.Content]
  ) throws(WireError) {
    try copy(number, values)
  }

  mutating func unpacked<K: ScalarKind>(
    _ number: Int, _ kind: K, _ values: [K.Content]
  ) throws(WireError) {
    try copy(number, values)
  }

  mutating func message<M: Message>(_ number: Int, _ value: M) throws(WireError) {
    if let node = node(number) { try copy(number, node.projection(of: value)) }
  }

  mutating func messages<M: Message>(_ number: Int, _ values: [M]) throws(WireError) {
    if let node = node(number) { try copy(number, values.map { node.projection(of: $0) }) }
  }

  mutating func map<K: MapKeyKind, V: ScalarKind>(
    _ number: Int, _ key: K, _ value: V, _ entries: [K.Key: V.Content]
  ) throws(WireError) {
    try copy(number, entries)
  }

  mutating func map<K: MapKeyKind, M: Message>(
    _ number: Int, _ key: K, _ entries: [K.Key: M]
  ) throws(WireError) {
    try copy(number, entries)
  }

  /// Inside a Struct the selected names are keys.
  mutating func entries(_ number: Int, _ entries: [Struct.Entry]) throws(WireError) {
    let kept = entries.compactMap { entry in
      selected[UTF8Key(entry.key)]?.projection(of: entry.value).map {
        Struct.Entry(key: entry.key, value: $0)
      }
    }
    var source = CopySource(kept)
    try target.decodeField(number, from: &source)
  }
}
