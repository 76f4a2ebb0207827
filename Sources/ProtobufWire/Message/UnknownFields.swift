/// Fields that a message does not know, as they came: tags and values, in order.
@frozen
public struct UnknownFields: Sendable, Hashable {
  @usableFromInline var storage: [UInt8]

  /// The bytes, ready to be written again.
  @inlinable
  public var bytes: [UInt8] { storage }

  /// None.
  @inlinable @inline(__always)
  public init() {
    storage = []
  }

  /// Whether there is none.
  @inlinable @inline(__always)
  public var isEmpty: Bool { storage.isEmpty }

  @usableFromInline @inline(never)
  mutating func append(_ more: UnsafeRawBufferPointer) {
    storage.append(contentsOf: more)
  }
}
