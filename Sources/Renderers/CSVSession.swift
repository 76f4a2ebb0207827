import ReportCore

/// A CSV file being written.
final class CSVSession: RenderSession {
  private let delimiter: UInt8
  /// By column: whether its text goes without the guard against formulas.
  private let isRaw: [Bool]

  init(delimiter: UInt8, isRaw: [Bool]) {
    self.delimiter = delimiter
    self.isRaw = isRaw
  }

  func header(_ titles: [String], into output: inout RenderBuffer) {
    for (index, title) in titles.enumerated() {
      if index > 0 { output.bytes.append(delimiter) }
      appendText(title, isRaw: false, to: &output.bytes)
    }
    appendLineEnd(to: &output.bytes)
  }

  func row(_ cells: [Cell], into output: inout RenderBuffer) throws(ReportFailure) {
    guard cells.count == isRaw.count else {
      throw .cellCount(cells.count, columns: isRaw.count)
    }
    appendRow(cells, to: &output.bytes)
  }

  func finish(into output: inout RenderBuffer) {}

  private func appendRow(_ cells: [Cell], to bytes: inout [UInt8]) {
    for index in cells.indices {
      if index > 0 { bytes.append(delimiter) }
      switch cells[index] {
      case .null:
        if cells.count == 1 { appendQuoted("", isGuarded: false, to: &bytes) }
      case .integer(let value): bytes.appendDecimal(value)
      case .double(let value): appendDouble(value, to: &bytes)
      case .text(let text): appendText(text, isRaw: isRaw[index], to: &bytes)
      case .blob(let blob): bytes.appendBase64(blob)
      }
    }
    appendLineEnd(to: &bytes)
  }

  private func appendLineEnd(to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\r"))
    bytes.append(UInt8(ascii: "\n"))
  }

  private func appendDouble(_ value: Double, to bytes: inout [UInt8]) {
    if value.isFinite {
      bytes.appendShortest(value)
    } else if value.isNaN {
      bytes.append(contentsOf: "NaN".utf8)
    } else {
      bytes.append(contentsOf: (value < 0 ? "-Infinity" : "Infinity").utf8)
    }
  }

  private func appendText(_ text: String, isRaw: Bool, to bytes: inout [UInt8]) {
    var text = text
    text.withUTF8 { utf8 in
      guard let first = utf8.first, let last = utf8.last else {
        return appendQuoted(utf8, isGuarded: false, to: &bytes)
      }
      let isGuarded = !isRaw && Self.startsFormula(first)
      let space = UInt8(ascii: " ")
      if first == space || last == space || needsQuotes(utf8) {
        appendQuoted(utf8, isGuarded: isGuarded, to: &bytes)
      } else {
        if isGuarded { bytes.append(Self.apostrophe) }
        bytes.append(contentsOf: utf8)
      }
    }
  }

  private func appendQuoted(
    _ text: some Sequence<UInt8>, isGuarded: Bool, to bytes: inout [UInt8]
  ) {
    bytes.append(Self.quote)
    if isGuarded { bytes.append(Self.apostrophe) }
    for byte in text {
      if byte == Self.quote { bytes.append(Self.quote) }
      bytes.append(byte)
    }
    bytes.append(Self.quote)
  }

  private func appendQuoted(_ text: String, isGuarded: Bool, to bytes: inout [UInt8]) {
    appendQuoted(text.utf8, isGuarded: isGuarded, to: &bytes)
  }

  /// Without an early exit, which lets the compiler look at many bytes at once.
  private func needsQuotes(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var found = false
    for byte in text {
      let isSpecial =
        (byte == delimiter) || (byte == Self.quote)
        || (byte == UInt8(ascii: "\r")) || (byte == UInt8(ascii: "\n"))
      found = found || isSpecial
    }
    return found
  }

  private static let quote = UInt8(ascii: "\"")
  private static let apostrophe = UInt8(ascii: "'")

  private static func startsFormula(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"),
      UInt8(ascii: "\t"), UInt8(ascii: "\r"):
      true
    default: false
    }
  }
}
