internal import ReportCore
internal import Texts

/// Values that are not appended at once, so that what a row takes of memory does not grow with what
/// is made of its values: base64 is a third longer, an escaped control is six letters.
enum LargeCells {
  /// From here on a text, decimal or blob is large.
  static let bytes = 4096
  /// Columns between two looks at whether the output is full.
  static let columnsAtOnce = 64
  /// What is appended between two looks within a large value; whole groups of base64.
  static let pieceBytes = 24_576

  /// Whether a value is to be written in pieces.
  static func isLarge(_ cell: Cell) -> Bool {
    switch cell {
    case .text(let text): text.utf8.count >= bytes
    case .blob(let blob): blob.count >= bytes
    case .decimal(let decimal): decimal.text.utf8.count >= bytes
    case .null, .integer, .double, .boolean, .date, .instant: false
    }
  }

  /// The same of a value that is a text or blob.
  static func isLarge(_ value: SourceRow.Value) -> Bool {
    switch value {
    case .text(let bytes), .blob(let bytes): bytes.count >= Self.bytes
    case .null, .integer, .double, .other: false
    }
  }
}

extension RenderBuffer {
  /// Hands over a large value piece by piece, draining in between.
  mutating func appendPieces(
    of bytes: UnsafeBufferPointer<UInt8>,
    _ append: (UnsafeBufferPointer<UInt8>, inout [UInt8]) -> Void
  ) throws(ReportFailure) {
    var start = 0
    while start < bytes.count {
      let end = min(start + LargeCells.pieceBytes, bytes.count)
      append(UnsafeBufferPointer(rebasing: bytes[start..<end]), &self.bytes)
      try drainIfFull()
      start = end
    }
  }

  /// Appends a blob in base64, having looked whether there is room.
  mutating func appendLargeBase64(
    _ blob: UnsafeBufferPointer<UInt8>
  ) throws(ReportFailure) {
    try checkRoom(for: (blob.count + 2) / 3 * 4)
    try appendPieces(of: blob) { $1.appendBase64($0) }
  }

  /// Appends a decimal with all its digits.
  mutating func appendLargeDecimal(_ decimal: ExactDecimal) throws(ReportFailure) {
    try checkRoom(for: decimal.text.utf8.count)
    try decimal.text.withBytes { (text) throws(ReportFailure) in
      try appendPieces(of: text) { $1.append(contentsOf: $0) }
    }
  }
}

extension String {
  /// The text in UTF-8, for a body that may throw.
  func withBytes(
    _ body: (UnsafeBufferPointer<UInt8>) throws(ReportFailure) -> Void
  ) throws(ReportFailure) {
    var text = self
    let outcome = text.withUTF8 { utf8 -> ReportFailure? in
      do throws(ReportFailure) {
        try body(utf8)
        return nil
      } catch {
        return error
      }
    }
    if let outcome { throw outcome }
  }
}

extension [UInt8] {
  /// The bytes, for a body that may throw.
  func withBytes(
    _ body: (UnsafeBufferPointer<UInt8>) throws(ReportFailure) -> Void
  ) throws(ReportFailure) {
    let outcome = withUnsafeBufferPointer { bytes -> ReportFailure? in
      do throws(ReportFailure) {
        try body(bytes)
        return nil
      } catch {
        return error
      }
    }
    if let outcome { throw outcome }
  }
}
