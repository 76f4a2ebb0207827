internal import Texts

extension Struct {
  /// Puts entries in order and keeps the last of each key.
  ///
  /// - Parameter start: the entries before it are in order already.
  mutating func normalize(from start: Int) {
    guard storage.count > max(1, start) else { return }
    withUnsafeTemporaryAllocation(of: SortKey.self, capacity: storage.count) { keys in
      // Looking for it pays where there is much to compare.
      let shared =
        storage.count > 24 ? storage.withUnsafeBufferPointer { sharedPrefix($0) } : 0
      var isOrdered = true
      storage.withUnsafeBufferPointer { entries in
        let base = keys.baseAddress.unsafelyUnwrapped
        var before: UInt64 = 0
        for index in entries.indices {
          let digits = entries[index].key.utf8.digits(from: shared)
          (base + index).initialize(to: SortKey(digits: digits, index: index))
          // Equal digits need a closer look, so they count as disorder.
          if digits <= before, index > 0 { isOrdered = false }
          before = digits
        }
      }
      if !isOrdered { sort(keys) }
    }
  }

  /// The memory that putting an entry in order takes for a moment: two sort keys.
  static var orderingBytes: Int { 2 * MemoryLayout<SortKey>.stride }

  /// What decides most comparisons without a look at the key: the eight bytes behind what all keys
  /// begin with.
  private struct SortKey {
    let digits: UInt64
    let index: Int
  }

  /// How many bytes all keys begin with.
  private func sharedPrefix(_ entries: UnsafeBufferPointer<Entry>) -> Int {
    let first = entries[0].key
    var shared = first.utf8.count
    for index in 1..<entries.count {
      if shared == 0 { return 0 }
      shared = first.utf8.sharedPrefix(with: entries[index].key.utf8, atMost: shared)
    }
    return shared
  }

  private mutating func sort(_ keys: UnsafeMutableBufferPointer<SortKey>) {
    let hasTwins = storage.withUnsafeBufferPointer { entries in
      let order = { (left: SortKey, right: SortKey) -> Int in
        entries[left.index].key.utf8.order(against: entries[right.index].key.utf8)
      }
      keys.sortInBuckets(by: { $0.digits }) { left, right in
        if left.digits != right.digits { return left.digits < right.digits }
        let order = order(left, right)
        return order != 0 ? order < 0 : left.index < right.index
      }
      return (1..<keys.count).contains { index in
        keys[index - 1].digits == keys[index].digits && order(keys[index - 1], keys[index]) == 0
      }
    }
    if hasTwins {
      keepLast(keys)
    } else {
      storage.withUnsafeMutableBufferPointer { entries in
        entries.arrange { position in
          defer { keys[position] = SortKey(digits: 0, index: position) }
          return keys[position].index
        }
      }
    }
  }

  /// Of equal keys the last one stays.
  private mutating func keepLast(_ keys: UnsafeMutableBufferPointer<SortKey>) {
    var kept: [Entry] = []
    kept.reserveCapacity(keys.count)
    for key in keys {
      let entry = storage[key.index]
      if let last = kept.last, last.key.utf8.order(against: entry.key.utf8) == 0 {
        kept[kept.count - 1] = entry
      } else {
        kept.append(entry)
      }
    }
    storage = kept
  }
}

extension UnsafeMutableBufferPointer {
  /// Moves elements to their places along the cycles of a permutation, without copying them.
  ///
  /// - Parameter source: where the element of a position comes from; asked once per position, from
  ///   then on the answer must be the position itself.
  @inline(__always)
  fileprivate func arrange(from source: (Int) -> Int) {
    guard let base = baseAddress else { return }
    for start in 0..<count {
      var next = source(start)
      if next == start { continue }
      let first = (base + start).move()
      var hole = start
      while next != start {
        (base + hole).moveInitialize(from: base + next, count: 1)
        hole = next
        next = source(hole)
      }
      (base + hole).initialize(to: first)
    }
  }

  /// Sorts trivial elements: many are dealt into buckets by the first byte of their digits before.
  @inline(__always)
  fileprivate func sortInBuckets(
    by digits: (Element) -> UInt64, _ precedes: (Element, Element) -> Bool
  ) {
    guard count > 32 else { return insertionSort(from: 0, to: count, precedes) }
    withUnsafeTemporaryAllocation(of: Element.self, capacity: count) { dealt in
      withUnsafeTemporaryAllocation(of: Int.self, capacity: 257) { ends in
        ends.initialize(repeating: 0)
        for element in self { ends[Int(digits(element) >> 56) + 1] += 1 }
        for bucket in 1..<257 { ends[bucket] += ends[bucket - 1] }
        for element in self {
          let bucket = Int(digits(element) >> 56)
          (dealt.baseAddress.unsafelyUnwrapped + ends[bucket]).initialize(to: element)
          ends[bucket] += 1
        }
        for index in 0..<count { self[index] = dealt[index] }
        // A bucket's end has become the next one's start.
        var start = 0
        for bucket in 0..<256 where ends[bucket] > start {
          insertionSort(from: start, to: ends[bucket], precedes)
          start = ends[bucket]
        }
      }
    }
  }

  /// Sorts few elements by insertion, many as the standard library does.
  @inline(__always)
  private func insertionSort(
    from start: Int, to end: Int, _ precedes: (Element, Element) -> Bool
  ) {
    if end - start > 48 {
      var part = UnsafeMutableBufferPointer(rebasing: self[start..<end])
      return part.sort(by: precedes)
    }
    guard let base = baseAddress, end - start > 1 else { return }
    for position in (start + 1)..<end {
      let element = base[position]
      var index = position
      while index > start, precedes(element, base[index - 1]) {
        base[index] = base[index - 1]
        index -= 1
      }
      base[index] = element
    }
  }
}

/// Comparisons of keys by their UTF-8 bytes.
extension String.UTF8View {
  /// Negative, zero or positive, as the bytes compare.
  func order(against other: String.UTF8View) -> Int {
    let order = withContiguousStorageIfAvailable { left in
      other.withContiguousStorageIfAvailable { right in
        let shared = left.sharedPrefix(with: right)
        return shared < left.count && shared < right.count
          ? Int(left[shared]) - Int(right[shared]) : left.count - right.count
      }
    }
    if let order, let order { return order }
    return elementsEqual(other) ? 0 : lexicographicallyPrecedes(other) ? -1 : 1
  }

  /// How many bytes this and another begin with alike, of a number of bytes.
  fileprivate func sharedPrefix(with other: String.UTF8View, atMost limit: Int) -> Int {
    let shared = withContiguousStorageIfAvailable { left in
      other.withContiguousStorageIfAvailable { right in
        Swift.min(limit, left.sharedPrefix(with: right))
      }
    }
    if let shared, let shared { return shared }
    return zip(self, other).prefix(limit).prefix { $0 == $1 }.count
  }

  /// Eight bytes from an offset on as a number that orders as they do; zeros where there are none.
  fileprivate func digits(from offset: Int) -> UInt64 {
    let digits = withContiguousStorageIfAvailable { bytes -> UInt64 in
      guard let start = bytes.baseAddress, bytes.count > offset else { return 0 }
      let raw = UnsafeRawPointer(start + offset)
      let rest = bytes.count - offset
      if rest >= 8 { return raw.loadUnaligned(as: UInt64.self).bigEndian }
      if rest >= 4 {
        // Two words of four bytes; where they overlap they are the same.
        let head = UInt64(raw.loadUnaligned(as: UInt32.self).bigEndian)
        let tail = UInt64(
          raw.loadUnaligned(fromByteOffset: rest &- 4, as: UInt32.self).bigEndian)
        return head &<< 32 | tail &<< UInt64(8 &* (8 &- rest))
      }
      var digits = UInt64(start[offset]) &<< 56
      if rest > 1 { digits |= UInt64(start[offset &+ 1]) &<< 48 }
      if rest > 2 { digits |= UInt64(start[offset &+ 2]) &<< 40 }
      return digits
    }
    return digits ?? slowDigits(from: offset)
  }

  private func slowDigits(from offset: Int) -> UInt64 {
    dropFirst(offset).prefix(8).enumerated().reduce(0) { sum, byte in
      sum | UInt64(byte.element) << UInt64(56 - 8 * byte.offset)
    }
  }
}

/// Puts the entries of every Struct in a message in order: a source that gives nothing, but comes by
/// each field. A reader asks for it after a Struct arrived in pieces, which are appended as they come.
struct EntryOrder: FieldSource {
  /// Bytes of memory that the message may still take: coming by a large message that is empty makes
  /// its fields.
  private var memoryLeft: Int

  init(memoryLeft: Int) {
    self.memoryLeft = memoryLeft
  }

  fileprivate mutating func restore(in message: inout some Message) throws(WireError) {
    for field in type(of: message).descriptor.fields where field.messageType != nil {
      try message.decodeField(field.number, from: &self)
    }
  }

  mutating func spend(_ bytes: Int) throws(WireError) {
    memoryLeft -= bytes
    if memoryLeft < 0 { throw WireError(.tooLarge, at: 0, WireError.tooMuchMemory) }
  }

  mutating func message<M: Message>(into value: inout M?) throws(WireError) {
    guard var message = value.take() else { return }
    defer { value = message }
    try restore(in: &message)
  }

  mutating func messages<M: Message>(into values: inout [M]) throws(WireError) {
    for index in values.indices { try restore(in: &values[index]) }
  }

  mutating func map<K: MapKeyKind, M: Message>(
    _ key: K, into entries: inout [K.Key: M]
  ) throws(WireError) {
    var index = entries.values.startIndex
    while index != entries.values.endIndex {
      try restore(in: &entries.values[index])
      entries.values.formIndex(after: &index)
    }
  }

  mutating func entries(into value: inout Struct) throws(WireError) {
    value.normalize(from: 0)
    for index in value.storage.indices { try restore(in: &value.storage[index].value) }
  }

  // Nothing else holds a Struct.
  mutating func scalar<K: ScalarKind>(_ kind: K, into value: inout K.Content) {}
  mutating func present<K: ScalarKind>(_ kind: K) -> K.Content? { nil }
  mutating func repeated<K: ScalarKind>(_ kind: K, into values: inout [K.Content]) {}
  mutating func map<K: MapKeyKind, V: ScalarKind>(
    _ key: K, _ value: V, into entries: inout [K.Key: V.Content]
  ) {}
  mutating func unknown() {}
}

extension Message {
  /// See `EntryOrder`.
  @usableFromInline @inline(never)
  mutating func restoreEntryOrder(after reader: BinaryReader) throws(WireError) {
    var order = EntryOrder(memoryLeft: reader.memoryLeft)
    try order.restore(in: &self)
  }
}
