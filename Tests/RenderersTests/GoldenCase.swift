import Foundation
import ReportCore

@testable import Renderers

/// A file of `Golden/cases`: what the golden files of its name were made of.
struct GoldenCase: Decodable {
  struct Column: Decodable {
    var name: String
    var title: String
    var raw: Bool?
    var format: String?
  }

  struct CellText: Decodable {
    var integer: String?
    var double: String?
    var text: String?
    var blob: String?
    var decimal: String?
    var boolean: String?
    var date: String?
    var instant: String?
  }

  var delimiter: String
  var byteOrderMark: Bool
  var columns: [Column]
  var rows: [[CellText?]]

  static let directory = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Golden")

  static let names: [String] = {
    let files = try? FileManager.default.contentsOfDirectory(
      atPath: directory.appending(path: "cases").path)
    return (files ?? []).map { String($0.dropLast(".json".count)) }.sorted()
  }()

  /// `REPORTWIRE_REFRESH_GOLDEN=1 swift test` writes the files instead of comparing them; look at
  /// the difference, and run `Golden/check.py`, before committing it.
  static let isRefreshing =
    ProcessInfo.processInfo.environment["REPORTWIRE_REFRESH_GOLDEN"] == "1"

  static func load(_ name: String) throws -> GoldenCase {
    let file = directory.appending(path: "cases/\(name).json")
    return try JSONDecoder().decode(GoldenCase.self, from: Data(contentsOf: file))
  }

  var options: CSVOptions {
    get throws {
      let known = CSVOptions.Delimiter.allCases.first { String($0.character) == delimiter }
      guard let delimiter = known else { throw MalformedCase() }
      return CSVOptions(delimiter: delimiter, hasByteOrderMark: byteOrderMark)
    }
  }

  var renderColumns: [RenderColumn] {
    columns.map {
      RenderColumn(
        name: $0.name, title: $0.title, format: $0.format.flatMap(CellFormat.init),
        isRaw: $0.raw ?? false)
    }
  }

  var cells: [[Cell]] {
    get throws { try rows.map { try $0.map(Self.cell) } }
  }

  private static func cell(_ cell: CellText?) throws -> Cell {
    guard let cell else { return .null }
    if let text = cell.text { return .text(text) }
    if let integer = cell.integer.flatMap({ Int64($0) }) { return .integer(integer) }
    if let double = cell.double.flatMap({ Double($0) }) { return .double(double) }
    if let decimal = cell.decimal.flatMap({ ExactDecimal($0) }) { return .decimal(decimal) }
    if let boolean = cell.boolean.flatMap({ Bool($0) }) { return .boolean(boolean) }
    if let date = cell.date.flatMap({ CalendarDate($0) }) { return .date(date) }
    if let instant = cell.instant.flatMap({ ISO8601.instant($0) }) { return .instant(instant) }
    guard let digits = cell.blob.map({ Array($0.utf8) }) else { throw MalformedCase() }
    return .blob(
      try stride(from: 0, to: digits.count, by: 2).map { index in
        let pair = String(decoding: digits[index..<index + 2], as: UTF8.self)
        guard let byte = UInt8(pair, radix: 16) else { throw MalformedCase() }
        return byte
      })
  }

  struct MalformedCase: Error {}
}
