import DataSources
import Foundation
import GRDB
import ReportCore

@testable import IdentitySearch

/// Seeded, so that a failure can be had again (SplitMix64).
struct Dice: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

extension IdentitySearch {
  /// A Friday.
  static let now = Instant(secondsSinceEpoch: 1_764_333_296)

  func make(
    _ query: String, indices: [String]? = nil, columns: String? = nil, sort: [String]? = nil,
    on source: (any DataSource)? = nil
  ) throws(OptionError) -> SearchStatement {
    var parameters: OptionObject = ["query": .string(query)]
    parameters["indices"] = indices.map { .list($0.map(OptionValue.string)) }
    parameters["columns"] = columns.map(OptionValue.string)
    parameters["sort"] = sort.map { .list($0.map(OptionValue.string)) }
    return try statement(parameters, now: Self.now, on: source)
  }

  /// Why it makes none; "" if it makes one.
  func reason(
    _ query: String, indices: [String]? = nil, columns: String? = nil, sort: [String]? = nil
  ) -> String {
    do throws(OptionError) {
      _ = try make(query, indices: indices, columns: columns, sort: sort)
      return ""
    } catch {
      return error.description
    }
  }
}

/// A database with all tables of identities.
final class IdentityFile {
  let source: SQLiteSource
  private let path: String

  init(_ sql: String = "") throws {
    path = NSTemporaryDirectory() + "identities-\(UUID().uuidString).db"
    let database = try DatabaseQueue(path: path)
    try database.write { database in
      for index in SearchedIndex.all {
        var columns = ["domain_id"] + index.fields.map(\.place)
        if let attributes = index.attributes { columns.append(attributes) }
        for case .json(let column) in index.lists.map(\.storage) { columns.append(column) }
        try database.execute(
          sql: "CREATE TABLE \(index.table) (\(columns.joined(separator: ", ")))")
      }
      try database.execute(
        sql: """
          CREATE TABLE iam_accounts (domain_id, id, account, display_name, user_name, type,
            identity_id, source_id, source_name, source_type, is_disabled, is_locked,
            is_privileged, created, modified)
          """)
      try database.execute(sql: sql)
    }
    try database.close()
    source = SQLiteSource(name: "identities", path: path)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  private final class Rows: RowSink {
    var all: [[Cell]] = []
    func begin(_ columns: [SourceColumn]) {}
    func replacedTexts(_ count: Int64) {}
    func row(_ row: SourceRow) { all.append(row.cells) }
  }

  func rows(_ statement: SearchStatement, domain: String = "d") throws -> [[Cell]] {
    var bindings = statement.bindings
    bindings["domain_id"] = .text(domain)
    let rows = Rows()
    try source.stream(
      SourceQuery(sql: statement.sql, bindings: bindings), interrupt: Interrupt(), into: rows)
    return rows.all
  }

  /// Ids of the identities that a query finds.
  func ids(_ query: String, domain: String = "d") throws -> [String] {
    let statement = try IdentitySearch().make(
      query, indices: ["identities"], columns: "id", on: source)
    return try rows(statement, domain: domain).map {
      if case .text(let id) = $0[1] { id } else { "" }
    }
  }
}
