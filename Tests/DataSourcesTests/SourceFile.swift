import DataSources
import Foundation
import GRDB
import ReportCore

/// A database file to read from, in a folder of its own that goes with it.
final class SourceFile: Sendable {
  let folder: String
  let path: String

  init(_ sql: String = "") throws {
    folder =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("reportwire-\(UUID().uuidString)").path
    path = folder + "/source.db"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try execute("PRAGMA user_version = 1;" + sql)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: folder)
  }

  var source: SQLiteSource { SQLiteSource(name: "costs", path: path) }

  func execute(_ sql: String, _ arguments: StatementArguments = []) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { try $0.execute(sql: sql, arguments: arguments) }
    try queue.close()
  }

  /// Makes the file anew, for what only an empty database can be told.
  func remake(_ sql: String) throws {
    try FileManager.default.removeItem(atPath: path)
    try execute(sql)
  }

  /// All rows of a query.
  func rows(_ sql: String, _ bindings: [String: Cell] = [:]) throws(ReportFailure) -> [[Cell]] {
    let sink = CollectingSink()
    try source.stream(
      SourceQuery(sql: sql, bindings: bindings), interrupt: Interrupt(), into: sink)
    return sink.rows
  }
}

/// Keeps what it is given.
final class CollectingSink: RowSink {
  private(set) var state: SourceState?
  private(set) var columns: [SourceColumn]?
  private(set) var rows: [[Cell]] = []
  private(set) var replacedTexts: Int64 = 0

  func source(is state: SourceState) {
    precondition(self.state == nil && columns == nil, "told too late")
    self.state = state
  }

  func begin(_ columns: [SourceColumn]) {
    precondition(self.columns == nil, "begun twice")
    self.columns = columns
  }

  func replacedTexts(_ count: Int64) {
    replacedTexts += count
  }

  func row(_ row: SourceRow) {
    let read = row.values.indices.map { index -> Cell in
      switch row.values[index] {
      case .null: .null
      case .integer(let value): .integer(value)
      case .double(let value): .double(value)
      case .text(let bytes): .text(String(decoding: bytes, as: UTF8.self))
      case .blob(let bytes): .blob(Array(bytes))
      case .other: row.cell(at: index)
      }
    }
    precondition(read == row.cells, "the values of a row are others than its cells")
    rows.append(read)
  }
}

/// Calls back for each row.
final class CallingSink: RowSink {
  private let onRow: ([Cell]) throws(ReportFailure) -> Void

  init(_ onRow: @escaping ([Cell]) throws(ReportFailure) -> Void) {
    self.onRow = onRow
  }

  func begin(_ columns: [SourceColumn]) {}
  func replacedTexts(_ count: Int64) {}

  func row(_ row: SourceRow) throws(ReportFailure) {
    try onRow(row.cells)
  }
}
