/// Why a pattern cannot be used, and where in it.
package struct LinearRegexError: Error, Hashable, Sendable, CustomStringConvertible {
  package struct Code: Hashable, Sendable {
    private enum Name { case syntax, unsupported, tooLarge }
    private let name: Name

    /// Not a regular expression.
    package static let syntax = Code(name: .syntax)
    /// A feature of other engines that takes more than linear time, or that this one lacks.
    package static let unsupported = Code(name: .unsupported)
    /// Beyond one of `LinearRegex.Limits`.
    package static let tooLarge = Code(name: .tooLarge)
  }

  package var code: Code
  package var message: String
  /// Unicode scalars of the pattern before the place.
  package var offset: Int

  package init(_ code: Code, _ message: String, offset: Int) {
    self.code = code
    self.message = message
    self.offset = offset
  }

  package var description: String { "\(message) (at character \(offset + 1))" }
}
