/// What a query may cost of memory.
package struct SourceBudget: Hashable, Sendable {
  /// Bytes of one value: of a text in UTF-8, or of a blob.
  package var cellBytesMax: Int
  /// Bytes of all values of a row together.
  package var rowBytesMax: Int
  /// Bytes that the source itself may hold: the row once more, and what it needs to make it.
  package var memoryBytesMax: Int

  /// - Parameters:
  ///   - cellBytesMax: bytes of one value.
  ///   - runBytesMax: bytes of a run but for its largest value: half of it for the row as it is
  ///     handed over, half for the source.
  package init(cellBytesMax: Int = 16_777_216, runBytesMax: Int = 67_108_864) {
    let half = runBytesMax / 2
    self.cellBytesMax = cellBytesMax
    rowBytesMax = half
    memoryBytesMax = half + cellBytesMax
  }
}
