internal import ReportCore
internal import Texts

/// A column of a sheet: appends its cells. A class, since a copy of what it has prepared would be counted
/// with each cell.
final class SheetColumn {
  /// How the value of a cell came to stand in the sheet.
  enum Kind {
    case nothing, number, moment, boolean, text
  }

  let name: String
  let title: String
  /// What a title and the column's width follow.
  let alignment: ColumnAlignment?
  let letters: [UInt8]
  let format: CellFormat?
  private let isRaw: Bool
  private let localTime: LocalTime?
  private let start: [UInt8]
  // The attributes of a cell and what follows them up to the value, by what the value is.
  private let general: [UInt8]
  private let whole: [UInt8]
  private let formatted: [UInt8]
  private let date: [UInt8]
  private let instant: [UInt8]
  private let fraction: [UInt8]
  private let boolean: [UInt8]
  private let text: [UInt8]
  private let spacedText: [UInt8]
  private let quotedText: [UInt8]

  /// Characters of a cell, in UTF-16 as Excel counts them.
  private static let charactersMax = 32_767
  /// Digits that a spreadsheet keeps.
  private static let digitsMax = 15
  /// From here on a spreadsheet without a format shows an exponent.
  private static let shownWholeMax: UInt64 = 99_999_999_999
  private static let exactWholeMax: UInt64 = 999_999_999_999_999
  /// Days from 1899-12-30, from which serial numbers count, to 1970-01-01.
  private static let epochSerial: Int64 = 25_569
  /// 1900-03-01: Excel has a 1900-02-29 before it, others have not.
  private static let serialMin: Int64 = 61
  private static let formulas = FormulaGuard(delimiter: UInt8(ascii: ","))

  init(
    _ column: RenderColumn, index: Int, _ localTime: LocalTime?, styles: inout SheetStyles
  ) {
    self.localTime = localTime
    name = column.name
    title = column.title
    alignment = column.alignment
    format = column.format
    isRaw = column.isRaw
    letters = Self.letters(index)
    start = Array(#"<c r=""#.utf8) + letters
    func open(
      _ numberFormat: String?, quoted: Bool = false, alignment: ColumnAlignment? = nil,
      _ rest: String
    ) -> [UInt8] {
      let style = styles.number(
        of: SheetStyle(
          numberFormat: numberFormat, alignment: column.alignment ?? alignment, isQuoted: quoted))
      return Array(((style == 0 ? "\"" : "\" s=\"\(style)\"") + rest).utf8)
    }
    general = open(nil, "><v>")
    whole = open("0", "><v>")
    formatted = open(column.format?.numberFormat, "><v>")
    date = open("yyyy\\-mm\\-dd", "><v>")
    instant = open("yyyy\\-mm\\-dd\\ hh:mm:ss", "><v>")
    fraction = open("yyyy\\-mm\\-dd\\ hh:mm:ss.000", "><v>")
    // Excel shows booleans in words of its own whatever the format; LibreOffice may show 1 and 0.
    boolean = open(#""TRUE";"TRUE";"FALSE""#, alignment: .center, #" t="b"><v>"#)
    text = open(nil, #" t="inlineStr"><is><t>"#)
    spacedText = open(nil, #" t="inlineStr"><is><t xml:space="preserve">"#)
    quotedText = open(nil, quoted: true, #" t="inlineStr"><is><t xml:space="preserve">"#)
  }

  /// `A` for the first, `AA` for the 27th.
  static func letters(_ index: Int) -> [UInt8] {
    var letters: [UInt8] = []
    var rest = index + 1
    while rest > 0 {
      letters.insert(UInt8(ascii: "A") + UInt8((rest - 1) % 26), at: 0)
      rest = (rest - 1) / 26
    }
    return letters
  }

  /// Appends a cell.
  ///
  /// - Parameters:
  ///   - row: the digits of its row in the sheet.
  ///   - reportRow: its row in the report, from 1, for messages.
  /// - Throws: TEMPLATE_ERROR for a text that no cell holds.
  @discardableResult
  func append(
    _ cell: Cell, row: [UInt8], reportRow: Int64, to bytes: inout [UInt8]
  ) throws(ReportFailure) -> Kind {
    if let format, let kind = appendFormatted(cell, format, row, to: &bytes) { return kind }
    switch cell {
    case .null: return .nothing
    case .integer(let value):
      if value.magnitude > Self.exactWholeMax {
        var digits: [UInt8] = []
        digits.appendDecimal(value)
        appendPlain(digits, row, to: &bytes)
        return .text
      }
      appendNumber(value.magnitude > Self.shownWholeMax ? whole : general, row, to: &bytes) {
        $0.appendDecimal(value)
      }
      return .number
    case .double(let value): return appendDouble(value, row, to: &bytes)
    case .decimal(let value):
      if Self.isExact(value) {
        appendNumber(general, row, to: &bytes) { $0.append(contentsOf: value.text.utf8) }
        return .number
      }
      try appendText(value.text, row, reportRow, isVouchedFor: true, to: &bytes)
      return .text
    case .boolean(let value):
      appendNumber(boolean, row, to: &bytes) { $0.append(UInt8(ascii: value ? "1" : "0")) }
      return .boolean
    case .date(let value): return appendMoment(value.midnight, cell, date, row, to: &bytes)
    case .instant(let value):
      let style = value.nanosecond == 0 ? instant : fraction
      return appendMoment(localTime?.shown(value) ?? value, cell, style, row, to: &bytes)
    case .text(let value):
      try appendText(value, row, reportRow, isVouchedFor: isRaw, to: &bytes)
      return .text
    case .blob(let value):
      var base64: [UInt8] = value.isEmpty ? [UInt8(ascii: " ")] : []
      let characters = (value.count + 2) / 3 * 4
      guard characters <= Self.charactersMax else { throw tooLong(characters, reportRow) }
      base64.appendBase64(value)
      appendPlain(base64, row, to: &bytes)
      return .text
    }
  }

  /// Whether the title would be a formula if somebody edited its cell.
  var isTitleFormula: Bool {
    var title = title
    return title.withUTF8 { Self.formulas.isFormula($0) }
  }

  /// Appends a title.
  ///
  /// - Throws: TEMPLATE_ERROR for one that no cell holds.
  func appendTitle(style: Int, row: [UInt8], to bytes: inout [UInt8]) throws(ReportFailure) {
    bytes += start
    bytes += row
    bytes += #"" s="\#(style)" t="inlineStr"><is><t xml:space="preserve">"#.utf8
    guard title.utf16.count <= Self.charactersMax else { throw tooLong(title.utf16.count, 0) }
    var title = title
    title.withUTF8 { bytes.appendSheetText($0) }
    bytes += "</t></is></c>".utf8
  }

  /// Appends a total, which is exact or the double nearest to it.
  func appendTotal(
    _ total: DecimalSum.Value, style: Int, row: [UInt8], to bytes: inout [UInt8]
  ) {
    let attributes = Array(#"" s="\#(style)""#.utf8)
    switch total {
    case .exact(let decimal) where !Self.isExact(decimal):
      bytes += start + row + attributes
      bytes += #" t="inlineStr"><is><t>\#(decimal.text)</t></is></c>"#.utf8
    case .exact(let decimal):
      appendNumber(attributes + Array("><v>".utf8), row, to: &bytes) {
        $0.append(contentsOf: decimal.text.utf8)
      }
    case .nearest(let double):
      appendNumber(attributes + Array("><v>".utf8), row, to: &bytes) { $0.appendShortest(double) }
    }
  }

  private func appendFormatted(
    _ cell: Cell, _ format: CellFormat, _ row: [UInt8], to bytes: inout [UInt8]
  ) -> Kind? {
    if LargeCells.isLarge(cell) { return nil }
    switch format {
    case .number:
      switch cell {
      case .integer(let value) where value.magnitude <= Self.exactWholeMax:
        appendNumber(formatted, row, to: &bytes) { $0.appendDecimal(value) }
        return .number
      case .double(let value) where value.isNormal || value == 0:
        appendNumber(formatted, row, to: &bytes) { $0.appendShortest(value) }
        return .number
      case .integer, .double, .text, .decimal:
        if let decimal = Self.decimal(cell), Self.isExact(decimal) {
          appendNumber(formatted, row, to: &bytes) { $0.append(contentsOf: decimal.text.utf8) }
          return .number
        }
      case .null, .blob, .boolean, .date, .instant: return nil
      }
    case .moment:
      guard let instant = Instant(cell, localTime) else { return nil }
      if Self.serialDays(instant, .max).day >= Self.serialMin {
        return appendMoment(instant, cell, formatted, row, to: &bytes)
      }
    }
    var written: [UInt8] = []
    guard format.append(cell, localTime, to: &written) else { return nil }
    appendPlain(written, row, to: &bytes)
    return .text
  }

  /// The number that a cell is; nil: none, or one that nobody writes out.
  private static func decimal(_ cell: Cell) -> ExactDecimal? {
    switch cell {
    case .decimal(let decimal): decimal
    case .text(let text): ExactDecimal(text)
    case .null, .integer, .double, .blob, .boolean, .date, .instant: nil
    }
  }

  /// Whether a spreadsheet keeps every digit of a number.
  private static func isExact(_ decimal: ExactDecimal) -> Bool {
    guard decimal.text.utf8.count <= 1000, decimal.significantDigits <= digitsMax,
      let double = Double(decimal.text)
    else { return false }
    return double.isNormal || decimal.significantDigits == 0
  }

  private func appendDouble(_ value: Double, _ row: [UInt8], to bytes: inout [UInt8]) -> Kind {
    if value.isNormal || value == 0 {
      appendNumber(general, row, to: &bytes) { $0.appendShortest(value) }
      return .number
    }
    var word: [UInt8] = []
    word.appendDouble(value)
    appendPlain(word, row, to: &bytes)
    return .text
  }

  private func appendMoment(
    _ instant: Instant, _ cell: Cell, _ style: [UInt8], _ row: [UInt8], to bytes: inout [UInt8]
  ) -> Kind {
    let (day, ofDay) = Self.serialDays(instant, shownStep)
    guard day >= Self.serialMin else {
      var written: [UInt8] = []
      if case .date(let date) = cell {
        written.appendDate(date)
      } else if case .instant(let instant) = cell {
        written.appendInstant(instant, localTime)
      }
      appendPlain(written, row, to: &bytes)
      return .text
    }
    appendNumber(style, row, to: &bytes) { bytes in
      if ofDay == 0 { bytes.appendDecimal(day) } else { bytes.appendShortest(Double(day) + ofDay) }
    }
    return .moment
  }

  /// Nanoseconds of the least that is shown of a moment. What is finer is cut off, as it is in other
  /// formats: spreadsheets would round it, up to the next day.
  private var shownStep: Int32 {
    guard case .moment(let parts)? = format else { return 1_000_000 }
    return parts.contains(.millisecond) ? 1_000_000 : 1_000_000_000
  }

  /// The day's serial number, and what part of the day has gone.
  private static func serialDays(_ instant: Instant, _ step: Int32) -> (day: Int64, ofDay: Double) {
    let (days, second) = instant.secondsSinceEpoch.floored(by: 86_400)
    let nanoseconds = Double(instant.nanosecond / step * step)
    return (days + epochSerial, (Double(second) + nanoseconds / 1e9) / 86_400)
  }

  private func appendNumber(
    _ style: [UInt8], _ row: [UInt8], to bytes: inout [UInt8], _ append: (inout [UInt8]) -> Void
  ) {
    bytes.append(contentsOf: start)
    bytes.append(contentsOf: row)
    bytes.append(contentsOf: style)
    append(&bytes)
    bytes.append(contentsOf: "</v></c>".utf8)
  }

  /// Appends text that needs no escape.
  private func appendPlain(_ content: [UInt8], _ row: [UInt8], to bytes: inout [UInt8]) {
    bytes.append(contentsOf: start)
    bytes.append(contentsOf: row)
    bytes.append(contentsOf: content.first == UInt8(ascii: " ") ? spacedText : text)
    bytes.append(contentsOf: content)
    bytes.append(contentsOf: "</t></is></c>".utf8)
  }

  private func appendText(
    _ value: String, _ row: [UInt8], _ reportRow: Int64, isVouchedFor: Bool,
    to bytes: inout [UInt8]
  ) throws(ReportFailure) {
    if value.utf8.count > Self.charactersMax {
      // A character of UTF-16 takes three bytes at most.
      let count = value.utf16.count
      guard count <= Self.charactersMax else { throw tooLong(count, reportRow) }
    }
    var value = value
    value.withUTF8 { utf8 in
      bytes.append(contentsOf: start)
      bytes.append(contentsOf: row)
      if !isVouchedFor, Self.formulas.isFormula(utf8) {
        bytes.append(contentsOf: quotedText)
      } else {
        let isSpaced = utf8.first ?? 0xFF <= 0x20 || utf8.last ?? 0xFF <= 0x20
        bytes.append(contentsOf: isSpaced || utf8.contains(0x0A) ? spacedText : text)
      }
      bytes.appendSheetText(utf8)
      bytes.append(contentsOf: "</t></is></c>".utf8)
    }
  }

  private func tooLong(_ count: Int, _ reportRow: Int64) -> ReportFailure {
    let place = reportRow == 0 ? "The title of column" : "Row \(reportRow), column"
    return ReportFailure(
      .templateError,
      "\(place) \(name.quoted): \(count) characters, and a cell of XLSX holds "
        + "\(Self.charactersMax). Shorten it in the SQL, or ask for another format.")
  }
}
