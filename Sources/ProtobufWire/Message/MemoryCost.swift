/// What a decoder counts for the memory that it takes, in bytes: never less than the allocator gives,
/// so that the limit holds for the process.
@usableFromInline
enum MemoryCost {
  /// The bytes that a message may take if its reader was told no number.
  @usableFromInline
  static func limit(inputBytes: Int) -> Int { max(64 << 20, inputBytes << 4) }

  /// An allocation beside its content: the object's or array's header, what the allocator rounds up, and a
  /// little for the time that it takes.
  @inlinable static var allocation: Int { 64 }

  /// Elements of an array that was made for so many, or that grows: then up to twice as many have
  /// room, and what is copied into it is there too for a moment.
  @inlinable @inline(__always)
  static func elements<Element>(_ count: Int, of type: Element.Type, growing: Bool) -> Int {
    let bytes = count &* MemoryLayout<Element>.stride
    return growing ? 3 &* bytes : bytes &+ allocation
  }

  /// An entry of a dictionary, whose table may be a third full and be copied into one twice as large; as
  /// much as an allocation is for the time that finding its place takes.
  @inlinable @inline(__always)
  static func entry<Key, Content>(_ key: Key.Type, _ content: Content.Type) -> Int {
    4 &* (MemoryLayout<Key>.stride &+ MemoryLayout<Content>.stride) &+ allocation
  }

  /// Bytes or text; up to 15 bytes of text stand in the string itself.
  @inlinable @inline(__always)
  static func text(_ count: Int) -> Int { count > 15 ? count &+ allocation : 0 }
}
