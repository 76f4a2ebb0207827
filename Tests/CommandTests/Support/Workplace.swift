import Foundation
import GRDB

/// A folder with a database, templates and a configuration, gone with the last reference.
final class Workplace: Sendable {
  let path: String

  /// Makes the folder; the templates are over one table and a series of any length.
  init() throws {
    let base = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
    var template = Array("\(base)/reportwire-test-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw CocoaError(.fileWriteUnknown) }
    path = String(cString: made)
    try Self.makeDatabase(path + "/sales.db")
    for (name, text) in Self.templates { try write("templates/\(name).yaml", text) }
    try write(
      "reportwire.yaml",
      """
      data: ./data
      templates: ./templates
      sources: {sales: {sqlite: ./sales.db}}
      limits: {lease_seconds: 3, drain_seconds: 2}
      """)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  var command: Command { Command(folder: path) }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    let file = "\(path)/\(name)"
    try FileManager.default.createDirectory(
      atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(filePath: file))
    return file
  }

  func read(_ name: String) throws -> String {
    try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
  }

  func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(path)/\(name)")
  }

  /// Every file below a folder, by its path in it.
  func files(_ folder: String) -> [String] {
    let paths = FileManager.default.subpaths(atPath: "\(path)/\(folder)") ?? []
    return paths.filter { name in
      var isFolder: ObjCBool = false
      let isThere = FileManager.default.fileExists(
        atPath: "\(path)/\(folder)/\(name)", isDirectory: &isFolder)
      return isThere && !isFolder.boolValue
    }.sorted()
  }

  /// Changes the database.
  func execute(_ sql: String) throws {
    let database = try DatabaseQueue(path: path + "/sales.db")
    try database.write { try $0.execute(sql: sql) }
    try database.close()
  }

  private static func makeDatabase(_ path: String) throws {
    let database = try DatabaseQueue(path: path)
    try database.write { db in
      try db.execute(
        sql: """
          CREATE TABLE sales (domain_id TEXT, region TEXT, amount INTEGER, note TEXT);
          INSERT INTO sales VALUES
            ('default', 'north', 3, 'plain'), ('default', 'south', 5, '=1+1'),
            ('default', 'south', 7, 'a,"b"'), ('other', 'north', 11, NULL);
          """)
    }
    try database.close()
  }

  private static let templates = [
    "sales": """
    name: sales
    title: Sales by region
    source: sales
    sql: |
      SELECT region, amount, note FROM sales
      WHERE domain_id = :domain_id AND amount >= :least
        AND (:regions IS NULL OR region IN (SELECT value FROM json_each(:regions)))
        AND (:exact IS NULL OR :exact = 0 OR amount = :least)
      ORDER BY amount
    parameters:
      least: {type: integer, default: 0, minimum: 0}
      regions: {type: string_list}
      exact: {type: boolean}
    formats: [csv, json]
    """,
    "series": """
    name: series
    title: So many rows
    source: sales
    tenant: shared
    sql: |
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
      SELECT i FROM n
    parameters:
      count: {type: integer, required: true, minimum: 1}
    limits: {rows: 100000000}
    """,
    "limited": """
    name: limited
    source: sales
    tenant: shared
    sql: |
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
      SELECT i FROM n
    limits: {rows: 10}
    """,
  ]
}
