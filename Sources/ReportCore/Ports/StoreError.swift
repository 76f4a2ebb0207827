/// Why a store could not do what it was asked.
package struct StoreError: Error, Sendable {
  package struct Code: Hashable, Sendable {
    private enum Name { case unavailable, full, corrupt, unsupported, exhausted, invalid, closed }
    private let name: Name

    /// The database cannot be reached, or is locked too long; trying again may help.
    package static let unavailable = Code(name: .unavailable)
    /// There is no room to write; trying again helps once somebody has made some.
    package static let full = Code(name: .full)
    /// What was read is not what this version writes.
    package static let corrupt = Code(name: .corrupt)
    /// The query asks for what this database cannot do.
    package static let unsupported = Code(name: .unsupported)
    /// A domain or a query takes more than it may (`StoreLimits`). The message is for the caller: it
    /// says what to do.
    package static let exhausted = Code(name: .exhausted)
    /// What is to be kept cannot be, whatever the store. The message is for the caller.
    package static let invalid = Code(name: .invalid)
    package static let closed = Code(name: .closed)
  }

  package var code: Code
  /// For the person who looks after the server: it may name paths.
  package var message: String
  /// Of `.exhausted`: the name of the limit that is in the way; empty: it has none.
  package var limit: String
  package var cause: (any Error)?

  package init(
    _ code: Code, limit: String = "", _ message: String, cause: (any Error)? = nil
  ) {
    self.code = code
    self.limit = limit
    self.message = message
    self.cause = cause
  }
}

extension StoreError: CustomStringConvertible {
  package var description: String { message }

  /// What a caller of the server is told where the fault is the server's: no paths, no causes.
  package var advice: String {
    switch code {
    case .full:
      "The server cannot write its data: its disk is full. Whoever looks after it has to make room."
    case .closed: "The server is stopping; try again later."
    default: "The report store does not answer; try again later."
    }
  }
}

extension StoreError: Equatable {
  package static func == (left: StoreError, right: StoreError) -> Bool {
    left.code == right.code && left.message == right.message
  }
}
