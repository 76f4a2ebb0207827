extension UnsafeBufferPointer<UInt8> {
  /// How many bytes this and another begin with alike: eight at a time.
  @inlinable @inline(__always)
  package func sharedPrefix(with other: UnsafeBufferPointer<UInt8>) -> Int {
    let limit = Swift.min(count, other.count)
    guard let left = baseAddress, let right = other.baseAddress else { return 0 }
    var index = 0
    while index &+ 8 <= limit {
      let difference =
        UnsafeRawPointer(left).loadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian
        ^ UnsafeRawPointer(right).loadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian
      if difference != 0 { return index &+ difference.trailingZeroBitCount >> 3 }
      index &+= 8
    }
    while index < limit, left[index] == right[index] { index &+= 1 }
    return index
  }

  /// Whether other bytes are the same.
  @inlinable @inline(__always)
  package func isSame(as other: UnsafeBufferPointer<UInt8>) -> Bool {
    count == other.count && sharedPrefix(with: other) == count
  }

  /// Whether these are the bytes of a text.
  @inlinable @inline(__always)
  package func isSame(as text: StaticString) -> Bool {
    count == text.utf8CodeUnitCount && begins(with: text)
  }

  /// Whether these begin with the bytes of a text.
  @inlinable @inline(__always)
  package func begins(with text: StaticString) -> Bool {
    let text = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    return sharedPrefix(with: text) == text.count
  }
}

extension String.UTF8View {
  /// Whether another string has the same bytes. Swift's own `==` normalises.
  package func isSame(as other: String.UTF8View) -> Bool {
    guard count == other.count else { return false }
    // Where the bytes lie in one piece, as in every string that is not bridged, this is much cheaper.
    let isSame = withContiguousStorageIfAvailable { left in
      other.withContiguousStorageIfAvailable { left.isSame(as: $0) }
    }
    return (isSame ?? nil) ?? elementsEqual(other)
  }
}
