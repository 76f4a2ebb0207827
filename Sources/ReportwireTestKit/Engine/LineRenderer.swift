package import ReportCore

/// A format of its own for tests: the titles, then a line for each row, then `end`.
package struct LineRenderer: Renderer {
  package let format: ReportFormat
  package let takesPassword: Bool
  private let failsAtRow: Int?
  private var password: FilePassword?

  /// - Parameter failsAtRow: the row, counted from 1, that it cannot render.
  package init(
    _ format: ReportFormat = .csv, failsAtRow: Int? = nil, takesPassword: Bool = false
  ) {
    self.format = format
    self.failsAtRow = failsAtRow
    self.takesPassword = takesPassword
  }

  /// A locked file begins with the length of its password.
  package func locked(by password: FilePassword) -> any Renderer {
    var locked = self
    locked.password = password
    return locked
  }

  /// Under its own name stands the password only.
  package var optionsFormat: ReportFormat { takesPassword ? .csv : format }
  package var mediaType: String { "text/x-\(format.rawValue)" }
  package var fileExtension: String { format.rawValue }

  package func begin(
    _ columns: [RenderColumn], into output: inout RenderBuffer
  ) throws(ReportFailure) -> any RenderSession {
    if let password { output.append("locked by \(password.text.utf8.count) bytes\n") }
    output.append(columns.map(\.title).joined(separator: "|") + "\n")
    return Session(failsAtRow: failsAtRow)
  }

  private final class Session: RenderSession {
    private let failsAtRow: Int?
    private var rows = 0

    init(failsAtRow: Int?) {
      self.failsAtRow = failsAtRow
    }

    func row(_ row: SourceRow, into output: inout RenderBuffer) throws(ReportFailure) {
      rows += 1
      if rows == failsAtRow { throw ReportFailure(.internal, "Row \(rows) has a secret.") }
      let texts = row.cells.map { cell in
        switch cell {
        case .null: "null"
        case .integer(let value): "\(value)"
        case .double(let value): "\(value)"
        case .text(let value): value
        case .blob(let bytes): "\(bytes)"
        case .decimal(let value): value.text
        case .boolean(let value): "\(value)"
        case .date(let value): "day \(value.daysSinceEpoch)"
        case .instant(let value): ISO8601.text(value)
        }
      }
      output.append(texts.joined(separator: "|") + "\n")
    }

    func finish(into output: inout RenderBuffer) throws(ReportFailure) {
      output.append("end\n")
    }
  }
}
