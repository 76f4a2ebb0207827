/// Why a store could not do what it was asked.
package struct StoreError: Error, Sendable {
  package struct Code: Hashable, Sendable {
    private enum Name { case unavailable, corrupt, unsupported, closed }
    private let name: Name

    /// The database cannot be reached, is full or locked too long; trying again may help.
    package static let unavailable = Code(name: .unavailable)
    /// What was read is not what this version writes.
    package static let corrupt = Code(name: .corrupt)
    /// The query asks for what this database cannot do.
    package static let unsupported = Code(name: .unsupported)
    package static let closed = Code(name: .closed)
  }

  package var code: Code
  package var message: String
  package var cause: (any Error)?

  package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }
}

extension StoreError: Equatable {
  package static func == (left: StoreError, right: StoreError) -> Bool {
    left.code == right.code && left.message == right.message
  }
}
