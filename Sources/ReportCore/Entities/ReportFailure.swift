/// Why a report did not finish: the `ReportError` that its reader sees.
package struct ReportFailure: Error, Sendable {
  /// The kind of failure; the list is fixed (ARCHITECTURE, "Report lifecycle").
  package struct Code: Hashable, Sendable, CustomStringConvertible {
    private enum Name: String, CaseIterable {
      case templateError = "TEMPLATE_ERROR"
      case sourceUnavailable = "SOURCE_UNAVAILABLE"
      case queryError = "QUERY_ERROR"
      case rowLimit = "ROW_LIMIT"
      case byteLimit = "BYTE_LIMIT"
      case timeout = "TIMEOUT"
      case canceledByUser = "CANCELED_BY_USER"
      case storageError = "STORAGE_ERROR"
      case workerLost = "WORKER_LOST"
      case `internal` = "INTERNAL"
    }

    private let name: Name

    private init(_ name: Name) {
      self.name = name
    }

    /// The code of a name as stored; nil for a name that is not in the list.
    package init?(rawValue: String) {
      guard let name = Name(rawValue: rawValue) else { return nil }
      self.name = name
    }

    /// The name on the wire.
    package var rawValue: String { name.rawValue }
    package var description: String { name.rawValue }

    package static let templateError = Code(.templateError)
    package static let sourceUnavailable = Code(.sourceUnavailable)
    package static let queryError = Code(.queryError)
    package static let rowLimit = Code(.rowLimit)
    package static let byteLimit = Code(.byteLimit)
    package static let timeout = Code(.timeout)
    package static let canceledByUser = Code(.canceledByUser)
    package static let storageError = Code(.storageError)
    package static let workerLost = Code(.workerLost)
    package static let `internal` = Code(.internal)

    /// Every code, for table tests.
    package static let all: [Code] = Name.allCases.map(Code.init)
  }

  package var code: Code
  /// What went wrong and what to do, without secrets.
  package var message: String
  /// What made it fail; logged, never shown.
  package var cause: (any Error)?

  package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }
}

extension ReportFailure: Equatable {
  package static func == (left: ReportFailure, right: ReportFailure) -> Bool {
    left.code == right.code && left.message == right.message
  }
}
