import ReportCore
import Testing

@Suite("A row as its source has it")
struct SourceRowTests {
  private let cells: [Cell] = [
    .null, .integer(.min), .double(-0.5), .text("Grüße, e\u{301}"), .text(""), .blob([0, 255]),
    .blob([]), .boolean(true), .decimal(ExactDecimal(Int64(15))),
  ]

  @Test func cellsComeBackAsTheyWere() {
    let row = SourceRow(cells)
    #expect(row.count == cells.count)
    #expect(row.cells == cells)
    #expect(cells.indices.map { row.cell(at: $0) } == cells)
    // Also without the cells that it was made of.
    row.set(.null, at: 0)
    #expect(row.cells == cells)
  }

  @Test func valuesAreReadWithoutCells() {
    let row = SourceRow(cells)
    guard case .null = row.values[0], case .integer(.min) = row.values[1],
      case .double(-0.5) = row.values[2], case .text(let text) = row.values[3],
      case .text(let emptyText) = row.values[4], case .blob(let blob) = row.values[5],
      case .blob(let emptyBlob) = row.values[6], case .other = row.values[7],
      case .other = row.values[8]
    else {
      Issue.record("a value is of another kind than its cell")
      return
    }
    #expect(text.elementsEqual("Grüße, e\u{301}".utf8))
    #expect(emptyText.isEmpty)
    #expect(blob.elementsEqual([0, 255]))
    #expect(emptyBlob.isEmpty)
  }

  @Test func theNextRowHasNothingOfTheOneBefore() {
    let row = SourceRow(cells)
    let kept = row.cells
    let values = row.begin()
    for index in values.indices { values[index] = .integer(Int64(index)) }
    #expect(row.cells == (0..<9).map { .integer(Int64($0)) })
    row.set(.text("seventh"), at: 7)
    #expect(row.cell(at: 3) == .integer(3))
    #expect(row.cells == (0..<9).map { $0 == 7 ? .text("seventh") : .integer(Int64($0)) })
    #expect(kept == cells)
  }

  @Test func aRowBorrowsTheLastValuesOfAnother() {
    let row = SourceRow(columnCount: 3)
    row.borrow(SourceRow([.text("a"), .integer(1), .null, .double(1)]), from: 1)
    #expect(row.cells == [.integer(1), .null, .double(1)])
    let whole = SourceRow(cells)
    let rest = SourceRow(columnCount: cells.count - 2)
    for _ in 0..<2 {
      rest.borrow(whole, from: 2)
      #expect(rest.cells == Array(cells[2...]))
    }
    #expect(whole.cells == cells)
  }

  @Test func aValueBecomesAnother() {
    let row = SourceRow([.text("1"), .integer(1)])
    _ = row.cells
    row.set(.boolean(false), at: 0)
    row.set(.text("one"), at: 1)
    #expect(row.cells == [.boolean(false), .text("one")])
  }
}
