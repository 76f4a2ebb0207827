/// A finished file of a report.
package struct Artifact: Hashable, Sendable {
  package var format: ReportFormat
  /// Where the artifact store keeps it: relative, `/` between parts, never leading out.
  package var path: String
  package var bytes: Int64
  /// Rows of data, the header not counted.
  package var rows: Int64
  /// SHA-256 of the file, 64 lower-case hexadecimal digits.
  package var sha256: String
  package var mediaType: String

  package init(
    format: ReportFormat, path: String, bytes: Int64, rows: Int64, sha256: String,
    mediaType: String
  ) {
    self.format = format
    self.path = path
    self.bytes = bytes
    self.rows = rows
    self.sha256 = sha256
    self.mediaType = mediaType
  }
}
