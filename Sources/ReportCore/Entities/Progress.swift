/// How far a running report is.
package struct Progress: Hashable, Sendable {
  /// Rows read from the source.
  package var rows: Int64
  /// Bytes written, over all formats.
  package var bytes: Int64

  package static let none = Progress(rows: 0, bytes: 0)

  package init(rows: Int64, bytes: Int64) {
    self.rows = rows
    self.bytes = bytes
  }
}
