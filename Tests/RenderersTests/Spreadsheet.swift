import Foundation
import ReportCore
import ReportwireTestKit
import Testing

/// A spreadsheet as openpyxl reads it.
struct Spreadsheet: Decodable {
  struct Sheet: Decodable {
    var name: String
    var frozen: String
    var filter: String
    /// In characters, rounded.
    var widths: [Int]
    var titleHeight: Double
    var bold: [Bool]
    var align: [String]
    /// Of the last row.
    var formats: [String]
    var rows: [[Value]]

    /// Its values as texts, `null` where there is no cell, with the kind that openpyxl gives them.
    var shown: [String] { rows.map { row in row.map(\.text).joined(separator: " ") } }
  }

  struct Value: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
      var pair = try decoder.unkeyedContainer()
      let kind = try pair.decode(String.self)
      if try pair.decodeNil() {
        text = "null"
      } else if let bool = try? pair.decode(Bool.self) {
        text = "\(kind):\(bool)"
      } else if let integer = try? pair.decode(Int64.self) {
        text = "\(kind):\(integer)"
      } else if let number = try? pair.decode(Double.self) {
        text = "\(kind):\(number)"
      } else {
        text = "\(kind):\(try pair.decode(String.self))"
      }
    }
  }

  var entries: [String]
  var dates: [[Int]]
  var title: String
  var created: String
  var sheets: [Sheet]

  private static let script = GoldenCase.directory.appending(path: "spreadsheet.py").path
  /// The environment of `scripts/lib.sh`, `need_venv`.
  private static let python = GoldenCase.directory.appending(path: "../../../.venv/bin/python").path

  static func read(_ bytes: [UInt8]) async throws -> Spreadsheet {
    let folder = try TemporaryFiles()
    let file = folder.path.appending(path: "file.xlsx")
    try Data(bytes).write(to: file)
    let result = try await Program(python, ["-B", script, "dump", file.path]).run()
    try #require(result.exit == 0, "\(String(decoding: result.error, as: UTF8.self))")
    return try JSONDecoder().decode(Spreadsheet.self, from: Data(result.output))
  }

  /// Compares the files of a folder with the golden cases.
  ///
  /// - Returns: what is wrong; empty: nothing.
  static func check(_ folder: URL) async throws -> String {
    let result = try await Program(python, ["-B", script, "check", folder.path]).run()
    return result.exit == 0 ? "" : String(decoding: result.output + result.error, as: UTF8.self)
  }
}

/// A folder that goes with its owner.
final class TemporaryFiles {
  let path: URL

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "renderers-\(UUID())")
    try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: path) }
}
