/// Elements of a repeated field mostly stand one behind the other: a run. Reading it in one loop
/// saves the dispatch per element, and counting it ahead allocates the array once.
extension BinaryReader {
  /// The tag that the elements of a run share.
  @frozen @usableFromInline
  struct RunTag {
    @usableFromInline let start: UnsafePointer<UInt8>
    @usableFromInline let count: Int

    @inlinable @inline(__always)
    init(start: UnsafePointer<UInt8>, count: Int) {
      self.start = start
      self.count = count
    }
  }

  /// The tag just read.
  @inlinable @inline(__always)
  var runTag: RunTag { RunTag(start: tagStart, count: cursor - tagStart) }

  /// Passes over the next tag if it is the same, byte by byte.
  @inlinable @inline(__always)
  mutating func passes(_ tag: RunTag) -> Bool {
    guard end - cursor >= tag.count, cursor.pointee == tag.start.pointee else { return false }
    var index = 1
    while index < tag.count {
      if cursor[index] != tag.start[index] { return false }
      index &+= 1
    }
    cursor += tag.count
    return true
  }

  /// How many length-delimited elements stand from here on without another field between: only
  /// those that are there, whatever a length says.
  @inlinable
  func countRun(_ tag: RunTag) -> Int {
    var ahead = self
    var count = 0
    repeat {
      guard let length = try? ahead.length() else { return count }
      ahead.cursor += length
      count &+= 1
    } while ahead.passes(tag)
    return count
  }
}
