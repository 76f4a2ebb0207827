internal import Synchronization

#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

/// Whole numbers that many threads add to at once. Each thread adds to a copy that it shares with few
/// others, so that none waits for a line of the other's cache; reading sums the copies up.
package final class StripedCells: Sendable {
  private static let stripes = 8
  private static let cellsPerLine = 8

  private nonisolated(unsafe) let cells: UnsafeMutablePointer<Atomic<Int>>
  private let cellsPerStripe: Int

  /// - Parameter count: how many numbers; all are 0.
  package init(count: Int) {
    cellsPerStripe = (count + Self.cellsPerLine - 1) / Self.cellsPerLine * Self.cellsPerLine
    let total = Self.stripes * cellsPerStripe
    cells = UnsafeMutableRawPointer.allocate(
      byteCount: total * MemoryLayout<Atomic<Int>>.stride, alignment: 64
    ).bindMemory(to: Atomic<Int>.self, capacity: total)
    for index in 0..<total { (cells + index).initialize(to: Atomic(0)) }
  }

  deinit {
    cells.deinitialize(count: Self.stripes * cellsPerStripe)
    UnsafeMutableRawPointer(cells).deallocate()
  }

  /// Adds to one of the numbers.
  package func add(_ amount: Int, to index: Int = 0) {
    cells[Self.stripe * cellsPerStripe + index].wrappingAdd(amount, ordering: .relaxed)
  }

  /// Adds to two of the numbers.
  func add(_ amount: Int, to index: Int, and other: Int, to otherIndex: Int) {
    let first = Self.stripe * cellsPerStripe
    cells[first + index].wrappingAdd(amount, ordering: .relaxed)
    cells[first + otherIndex].wrappingAdd(other, ordering: .relaxed)
  }

  /// One of the numbers, as it is while the threads go on.
  package subscript(index: Int) -> Int {
    (0..<Self.stripes).reduce(0) { sum, stripe in
      sum &+ cells[stripe * cellsPerStripe + index].load(ordering: .relaxed)
    }
  }

  /// Takes off one of the numbers what it is.
  func reset(_ index: Int) {
    add(0 &- self[index], to: index)
  }

  /// Of this thread. Threads' addresses differ in their middle bits.
  private static var stripe: Int {
    #if canImport(Glibc)
      let thread = UInt(pthread_self())
    #else
      let thread = UInt(bitPattern: pthread_self())
    #endif
    return Int(truncatingIfNeeded: ((thread >> 12) &* 0x9E37_79B9_7F4A_7C15) >> 61)
  }
}
