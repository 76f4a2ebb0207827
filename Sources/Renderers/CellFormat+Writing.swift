internal import ReportCore

extension CellFormat {
  /// Appends a value as the format writes it. Numbers are numbers, and texts that are wholly a
  /// decimal number, such as `-5.00`; moments are dates and instants, texts in ISO 8601, and integers
  /// as seconds since 1970. Days stay the days that they are; what is a moment is shown in UTC, or
  /// as the clocks of a zone show it.
  ///
  /// - Returns: false, with nothing appended, for a value that the format does not apply to.
  func append(_ cell: Cell, _ localTime: LocalTime? = nil, to bytes: inout [UInt8]) -> Bool {
    // What is so long is no number or moment that anybody formats.
    guard !LargeCells.isLarge(cell) else { return false }
    switch self {
    case .number(let format):
      guard let decimal = DecimalText(cell) else { return false }
      decimal.append(format, to: &bytes)
    case .moment(let parts):
      guard let instant = Instant(cell, localTime) else { return false }
      let calendar = CalendarParts(instant)
      for part in parts { calendar.append(part, to: &bytes) }
    }
    return true
  }
}

extension CellFormat.Number {
  /// What of the format is the number itself: without what is only for the eye.
  var plain: CellFormat.Number {
    CellFormat.Number(decimals: decimals + (isPercent ? 2 : 0))
  }
}

extension DecimalText {
  fileprivate init?(_ cell: Cell) {
    switch cell {
    case .integer(let value): self.init(value)
    case .double(let value): self.init(value)
    case .text(var text):
      guard let decimal = text.withUTF8({ DecimalText($0) }) else { return nil }
      self = decimal
    case .decimal(let decimal):
      var text = decimal.text
      guard let decimal = text.withUTF8({ DecimalText($0) }) else { return nil }
      self = decimal
    case .null, .blob, .boolean, .date, .instant: return nil
    }
  }
}

extension Instant {
  /// The moment that a cell is, where a column's format says that it is one, as clocks show it; nil:
  /// none.
  init?(_ cell: Cell, _ localTime: LocalTime?) {
    switch cell {
    case .text(let text):
      guard let instant = ISO8601.instant(text) else { return nil }
      // A text of a day alone, `2026-11-23`, is no moment.
      self = text.utf8.count > 10 ? localTime?.shown(instant) ?? instant : instant
    case .integer(let seconds):
      guard
        (Instant.earliest.secondsSinceEpoch...Instant.latest.secondsSinceEpoch).contains(seconds)
      else { return nil }
      let instant = Instant(secondsSinceEpoch: seconds)
      self = localTime?.shown(instant) ?? instant
    case .date(let date): self = date.midnight
    case .instant(let instant): self = localTime?.shown(instant) ?? instant
    case .null, .double, .blob, .decimal, .boolean: return nil
    }
  }
}

extension CalendarParts {
  fileprivate func append(_ part: CellFormat.Part, to bytes: inout [UInt8]) {
    switch part {
    case .year: bytes.append(contentsOf: year.utf8)
    case .month: bytes.append(contentsOf: month.utf8)
    case .day: bytes.append(contentsOf: day.utf8)
    case .hour: bytes.append(contentsOf: hour.utf8)
    case .minute: bytes.append(contentsOf: minute.utf8)
    case .second: bytes.append(contentsOf: second.utf8)
    case .millisecond: bytes.append(contentsOf: fraction.utf8.prefix(3))
    case .separator(let byte): bytes.append(byte)
    }
  }
}
