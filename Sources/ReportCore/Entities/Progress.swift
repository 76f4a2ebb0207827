/// How far a running report is.
package struct Progress: Hashable, Sendable {
  /// Rows read from the source.
  package var rows: Int64
  /// Bytes written, over all formats.
  package var bytes: Int64
  /// Texts of the source that were not UTF-8 and were changed, as `InvalidText.replace` allows.
  package var textsReplaced: Int64

  package static let none = Progress(rows: 0, bytes: 0)

  package init(rows: Int64, bytes: Int64, textsReplaced: Int64 = 0) {
    self.rows = rows
    self.bytes = bytes
    self.textsReplaced = textsReplaced
  }
}
