extension BinaryReader {
  /// Passes over a field that the message does not know.
  ///
  /// - Returns: the whole field, its tag included.
  @usableFromInline @inline(never)
  mutating func passUnknown(
    _ number: Int, _ start: UnsafePointer<UInt8>, _ valueStart: UnsafePointer<UInt8>
  ) throws(WireError) -> UnsafeRawBufferPointer {
    isUnknown = false
    cursor = valueStart
    do throws(WireError) {
      try skip(number)
    } catch {
      throw error.inside("#\(number)")
    }
    return UnsafeRawBufferPointer(start: start, count: cursor - start)
  }

  /// Keeps a field that the message does not know.
  @usableFromInline @inline(never)
  mutating func keep(
    _ field: UnsafeRawBufferPointer, in fields: inout UnknownFields?
  ) throws(WireError) {
    // The first one may also have its message keep an object for it, as a Value does.
    let isFirst = fields?.isEmpty ?? true
    try spend((isFirst ? 2 &* MemoryCost.allocation : 0) &+ 3 &* field.count)
    fields?.append(field)
  }

  /// Passes over the value of a field.
  @usableFromInline
  mutating func skip(_ number: Int) throws(WireError) {
    switch wireType {
    case .varint: _ = try varint()
    case .fixed64: _ = try fixed64()
    case .lengthDelimited: _ = try lengthDelimited()
    case .startGroup: try skipGroup(number)
    case .fixed32: _ = try fixed32()
    default:
      throw WireError(
        .malformedGroup, at: tagStart - base, "a group ends that did not begin")
    }
  }

  /// Groups nest as messages do, so they count as depth.
  private mutating func skipGroup(_ number: Int) throws(WireError) {
    guard depthLeft > 0 else { throw tooDeep() }
    depthLeft -= 1
    while cursor < end {
      let inner = try tag()
      if wireType == .endGroup {
        guard inner == number else {
          throw WireError(
            .malformedGroup, at: tagStart - base,
            "a group ends with another number than it began with")
        }
        depthLeft += 1
        return
      }
      try skip(inner)
    }
    throw truncated()
  }
}
