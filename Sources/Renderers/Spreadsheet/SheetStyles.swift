internal import ReportCore

/// How a cell of a spreadsheet looks.
struct SheetStyle: Hashable {
  enum Part: Int, Hashable {
    case body, header, total
  }

  var part = Part.body
  /// A number format as spreadsheets write it; nil: none in particular.
  var numberFormat: String?
  var alignment: ColumnAlignment?
  /// Text that stays text when somebody edits the cell, though it looks like a formula.
  var isQuoted = false
}

/// The styles of a workbook, each once, by number.
struct SheetStyles {
  private var styles: [SheetStyle] = [SheetStyle()]
  private var numbers: [SheetStyle: Int] = [SheetStyle(): 0]
  private(set) var numberFormats: [String] = []

  /// The number of a style, from 0.
  mutating func number(of style: SheetStyle) -> Int {
    if let number = numbers[style] { return number }
    if let format = style.numberFormat, !numberFormats.contains(where: { $0.isExactly(format) }) {
      numberFormats.append(format)
    }
    numbers[style] = styles.count
    styles.append(style)
    return styles.count - 1
  }

  /// `xl/styles.xml`.
  var part: [UInt8] {
    var bytes = Array(SheetParts.declaration.utf8)
    bytes += #"<styleSheet xmlns="\#(SheetParts.namespace)">"#.utf8
    if !numberFormats.isEmpty {
      bytes += #"<numFmts count="\#(numberFormats.count)">"#.utf8
      for (index, format) in numberFormats.enumerated() {
        bytes += #"<numFmt numFmtId="\#(Self.firstFormat + index)" formatCode=""#.utf8
        bytes.appendXML(format)
        bytes += #""/>"#.utf8
      }
      bytes += "</numFmts>".utf8
    }
    bytes += Self.looks.utf8
    bytes += #"<cellXfs count="\#(styles.count)">"#.utf8
    for style in styles { append(style, to: &bytes) }
    bytes += "</cellXfs>".utf8
    bytes += Self.ending.utf8
    return bytes
  }

  private func append(_ style: SheetStyle, to bytes: inout [UInt8]) {
    let format = style.numberFormat.flatMap { text in
      numberFormats.firstIndex { $0.isExactly(text) }
    }
    let formatNumber = format.map { Self.firstFormat + $0 } ?? 0
    let look = style.part.rawValue
    bytes += #"<xf numFmtId="\#(formatNumber)" fontId="\#(look == 0 ? 0 : 1)""#.utf8
    bytes += #" fillId="\#(style.part == .header ? 2 : 0)" borderId="\#(look)" xfId="0""#.utf8
    if format != nil { bytes += #" applyNumberFormat="1""#.utf8 }
    if look != 0 { bytes += #" applyFont="1" applyFill="1" applyBorder="1""#.utf8 }
    if style.isQuoted { bytes += #" quotePrefix="1""#.utf8 }
    let horizontal = style.alignment.map { #" horizontal="\#($0.rawValue)""# } ?? ""
    let vertical = style.part == .header ? #" vertical="center" wrapText="1""# : ""
    if horizontal.isEmpty, vertical.isEmpty {
      bytes += "/>".utf8
    } else {
      bytes += #" applyAlignment="1"><alignment\#(horizontal)\#(vertical)/></xf>"#.utf8
    }
  }

  /// Number formats below are Excel's own.
  private static let firstFormat = 164

  /// In the order of `SheetStyle.Part`: plain, a header, totals.
  private static let looks =
    #"<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>"#
    + #"<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>"#
    + #"<fills count="3"><fill><patternFill patternType="none"/></fill>"#
    + #"<fill><patternFill patternType="gray125"/></fill>"#
    + #"<fill><patternFill patternType="solid"><fgColor rgb="FFDDE5EE"/><bgColor indexed="64"/>"#
    + #"</patternFill></fill></fills>"#
    + #"<borders count="3"><border><left/><right/><top/><bottom/><diagonal/></border>"#
    + #"<border><left/><right/><top/><bottom style="thin"><color rgb="FF5B6B7B"/></bottom>"#
    + #"<diagonal/></border>"#
    + #"<border><left/><right/><top style="thin"><color rgb="FF5B6B7B"/></top><bottom/>"#
    + #"<diagonal/></border></borders>"#
    + #"<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>"#
    + #"</cellStyleXfs>"#
  private static let ending =
    #"<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>"#
    + #"<dxfs count="0"/></styleSheet>"#
}

extension CellFormat {
  /// The format as spreadsheets write it.
  var numberFormat: String {
    switch self {
    case .number(let number):
      let zeros = String(repeating: "0", count: number.integerDigits)
      return (number.isGrouped ? "#,##0" : zeros)
        + (number.decimals > 0 ? "." + String(repeating: "0", count: number.decimals) : "")
        + (number.isPercent ? "%" : "")
    case .moment(let parts): return parts.map(Self.text).joined()
    }
  }

  private static func text(_ part: Part) -> String {
    switch part {
    case .year: "yyyy"
    case .month, .minute: "mm"
    case .day: "dd"
    case .hour: "hh"
    case .second: "ss"
    case .millisecond: "000"
    // Between hours, minutes, seconds and their fraction; `.` between days is escaped too, which
    // changes nothing. Without the backslash `/` is the separator of the reader's country.
    case .separator(UInt8(ascii: ":")): ":"
    case .separator(let byte): "\\" + String(decoding: [byte], as: UTF8.self)
    }
  }
}
