/// What is wrong with a caller's `template_options`.
package struct OptionError: Error, Hashable, Sendable, CustomStringConvertible {
  package struct Code: Hashable, Sendable {
    private enum Name { case missing, invalid }
    private let name: Name

    /// A required parameter was not given.
    package static let missing = Code(name: .missing)
    /// A key that the template does not have, or a value that its parameter does not take.
    package static let invalid = Code(name: .invalid)
  }

  package var code: Code
  /// The key inside `template_options`.
  package var key: String
  /// For a person, such as "it must be a date such as 2026-11-23, not a number".
  package var reason: String

  package init(_ code: Code, key: String, reason: String) {
    self.code = code
    self.key = key
    self.reason = reason
  }

  package var description: String { "\(key): \(reason)" }
}
