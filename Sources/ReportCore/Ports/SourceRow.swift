internal import Texts

/// A row of a result while it is handed over, as many values as columns. Texts and blobs may be the
/// source's own memory, so it is good until the call that was given it returns, and who wants to keep
/// something of it copies it (`cell`, `cells`). Used from one thread.
package final class SourceRow {
  /// A value as it can be read without a copy and without counting references: most of most rows is
  /// looked at once, on its way into a file.
  package enum Value {
    case null
    case integer(Int64)
    case double(Double)
    /// In UTF-8.
    case text(UnsafeBufferPointer<UInt8>)
    case blob(UnsafeBufferPointer<UInt8>)
    /// A decimal, a boolean, a date or an instant: `cell(at:)` has it.
    case other
  }

  private let storage: UnsafeMutableBufferPointer<Value>
  /// By column, once there is one.
  private var others: [Cell] = []
  /// Texts and blobs that are not the source's.
  private var copies: [UnsafeMutableBufferPointer<UInt8>] = []
  /// The row as cells, once somebody asked.
  private var made: [Cell]?

  /// A row for a source to fill; all of it is NULL.
  package init(columnCount: Int) {
    storage = .allocate(capacity: columnCount)
    storage.initialize(repeating: .null)
  }

  /// A row of these cells.
  package convenience init(_ cells: [Cell]) {
    self.init(columnCount: cells.count)
    for (index, cell) in cells.enumerated() { set(cell, at: index) }
    made = cells
  }

  deinit {
    clear()
    storage.deallocate()
  }

  package var count: Int { storage.count }

  /// The values, for who reads each once.
  package var values: UnsafeBufferPointer<Value> { UnsafeBufferPointer(storage) }

  /// A value of the row, which may be kept.
  package func cell(at index: Int) -> Cell {
    switch storage[index] {
    case .null: .null
    case .integer(let value): .integer(value)
    case .double(let value): .double(value)
    case .text(let bytes):
      .text(String(validUTF8: bytes) ?? String(decoding: bytes, as: UTF8.self))
    case .blob(let bytes): .blob([UInt8](bytes))
    case .other: others[index]
    }
  }

  /// All values, which may be kept: copied once, however many ask.
  package var cells: [Cell] {
    if let made { return made }
    let cells = storage.indices.map { cell(at: $0) }
    made = cells
    return cells
  }

  /// Forgets the row before.
  ///
  /// - Returns: where the source puts the values of the next one. Memory that it does not keep until
  ///   the row has been taken, and kinds that are `.other`, it gives by `set`.
  package func begin() -> UnsafeMutableBufferPointer<Value> {
    clear()
    return storage
  }

  /// Makes a value another.
  package func set(_ cell: Cell, at index: Int) {
    made = nil
    switch cell {
    case .null: storage[index] = .null
    case .integer(let value): storage[index] = .integer(value)
    case .double(let value): storage[index] = .double(value)
    case .text(var text): storage[index] = .text(text.withUTF8(copy))
    case .blob(let blob): storage[index] = .blob(blob.withUnsafeBufferPointer(copy))
    case .decimal, .boolean, .date, .instant:
      if others.isEmpty { others = Array(repeating: .null, count: storage.count) }
      others[index] = cell
      storage[index] = .other
    }
  }

  /// Takes the last values of another row, as many as this one has, which are good as long as that is.
  package func borrow(_ row: SourceRow, from first: Int) {
    clear()
    for index in storage.indices { storage[index] = row.storage[first + index] }
    others = row.others.isEmpty ? [] : Array(row.others[first...])
  }

  /// Gives back what the row has of memory. Its values are not to be read any more.
  package func clear() {
    if made != nil { made = nil }
    if copies.isEmpty { return }
    for copy in copies { copy.deallocate() }
    copies.removeAll()
  }

  private func copy(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    guard !bytes.isEmpty else { return UnsafeBufferPointer(start: nil, count: 0) }
    let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
    _ = copy.initialize(from: bytes)
    copies.append(copy)
    return UnsafeBufferPointer(copy)
  }
}
