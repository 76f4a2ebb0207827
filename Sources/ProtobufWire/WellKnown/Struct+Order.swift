extension Struct {
  /// The order of keys: by UTF-8 bytes.
  @inline(__always)
  static func precedes(_ left: String, _ right: String) -> Bool {
    compare(left, right) < 0
  }

  /// Negative, zero or positive, as the keys' UTF-8 bytes compare.
  static func compare(_ left: String, _ right: String) -> Int {
    let result = left.utf8.withContiguousStorageIfAvailable { left in
      right.utf8.withContiguousStorageIfAvailable { right in compareBytes(left, right) }
    }
    if let result, let result { return result }
    return left.utf8.elementsEqual(right.utf8)
      ? 0 : left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : 1
  }

  @inline(__always)
  private static func compareBytes(
    _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
  ) -> Int {
    let shared = min(left.count, right.count)
    var index = 0
    while index &+ 8 <= shared {
      let a = UnsafeRawPointer(left.baseAddress.unsafelyUnwrapped)
        .loadUnaligned(fromByteOffset: index, as: UInt64.self)
      let b = UnsafeRawPointer(right.baseAddress.unsafelyUnwrapped)
        .loadUnaligned(fromByteOffset: index, as: UInt64.self)
      if a != b { return a.bigEndian < b.bigEndian ? -1 : 1 }
      index &+= 8
    }
    while index < shared {
      if left[index] != right[index] { return Int(left[index]) &- Int(right[index]) }
      index &+= 1
    }
    return left.count &- right.count
  }

  /// Puts entries in order and keeps the last of each key.
  ///
  /// - Parameter start: the entries before it are in order already.
  mutating func normalize(from start: Int) {
    var index = max(1, start)
    while index < storage.count {
      guard Struct.precedes(storage[index - 1].key, storage[index].key) else { return sort() }
      index += 1
    }
  }

  /// Sorts indices rather than entries, which are large to move.
  private mutating func sort() {
    let entries = storage
    let order = Array(0..<entries.count).sorted { left, right in
      let order = Struct.compare(entries[left].key, entries[right].key)
      return order != 0 ? order < 0 : left < right
    }
    var sorted: [Entry] = []
    sorted.reserveCapacity(entries.count)
    for (position, index) in order.enumerated() {
      let isLast =
        position + 1 == order.count
        || Struct.compare(entries[index].key, entries[order[position + 1]].key) != 0
      if isLast { sorted.append(entries[index]) }
    }
    storage = sorted
  }
}
