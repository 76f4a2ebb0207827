/// A file format that reports are rendered in, by its lower-case name.
package struct ReportFormat: RawRepresentable, Hashable, Comparable, Sendable {
  package let rawValue: String

  package init(rawValue: String) {
    self.rawValue = rawValue
  }

  package static func == (left: ReportFormat, right: ReportFormat) -> Bool {
    left.rawValue.isExactly(right.rawValue)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(ExactText(rawValue))
  }

  package static let csv = ReportFormat(rawValue: "csv")
  package static let json = ReportFormat(rawValue: "json")

  package static func < (left: ReportFormat, right: ReportFormat) -> Bool {
    ExactText(left.rawValue) < ExactText(right.rawValue)
  }
}
