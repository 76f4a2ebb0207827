extension UnsafeBufferPointer<UInt8> {
  /// Whether other bytes are the same, looked at eight at a time: ids are compared with every call.
  package func isSame(as other: UnsafeBufferPointer<UInt8>) -> Bool {
    guard count == other.count else { return false }
    let (left, right) = (UnsafeRawBufferPointer(self), UnsafeRawBufferPointer(other))
    var at = 0
    while count - at >= 8 {
      guard
        left.loadUnaligned(fromByteOffset: at, as: UInt64.self)
          == right.loadUnaligned(fromByteOffset: at, as: UInt64.self)
      else { return false }
      at += 8
    }
    while at < count {
      guard left[at] == right[at] else { return false }
      at += 1
    }
    return true
  }
}
