internal import Texts

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

/// The failures that a run itself finds, in the words their readers see.
extension ReportFailure {
  static func rowLimit(_ limits: TemplateLimits) -> ReportFailure {
    ReportFailure(
      .rowLimit,
      "The report has more than \(limits.rowsMax) rows. Narrow it by its parameters, or raise "
        + "limits.rows of the template.")
  }

  static func byteLimit(_ limits: TemplateLimits) -> ReportFailure {
    ReportFailure(
      .byteLimit,
      "The report's files have more than \(limits.bytesMax) bytes. Narrow it by its parameters, "
        + "ask for fewer formats, or raise limits.bytes of the template.")
  }

  static func timeout(_ limits: TemplateLimits) -> ReportFailure {
    ReportFailure(
      .timeout,
      "The report took longer than \(limits.secondsMax) seconds. Narrow it by its parameters, or "
        + "raise limits.seconds of the template.")
  }

  static func noTemplate(_ templateID: String) -> ReportFailure {
    ReportFailure(
      .templateError, "There is no template \(templateID) any more; it was there at the create.")
  }

  /// It was accepted before the template or its source came to be as they are.
  static func unusable(_ fault: TemplateFault) -> ReportFailure {
    switch fault {
    case .unchecked(let reason): ReportFailure(.sourceUnavailable, reason)
    case .broken(let reason): ReportFailure(.templateError, reason)
    }
  }

  static func noRenderer(_ format: ReportFormat) -> ReportFailure {
    ReportFailure(.templateError, "There is no renderer for the format \(format.rawValue.quoted).")
  }

  /// Templates are checked when they are loaded; this one never was.
  static func formatOption(_ problem: TemplateProblem) -> ReportFailure {
    ReportFailure(
      .templateError, "\(problem.path.joined(separator: ".")): \(problem.message).")
  }

  static func noSource(_ name: String) -> ReportFailure {
    ReportFailure(
      .sourceUnavailable, "The configuration has no data source named \(name.quoted).")
  }

  static func options(_ error: OptionError) -> ReportFailure {
    ReportFailure(
      .templateError,
      "The template has changed since the create and takes its options no more: "
        + "template_options.\(error.key): \(error.reason).", cause: error)
  }

  /// The server that took it has stopped, and kept no password on disk.
  static let passwordGone = ReportFailure(
    .workerLost,
    "The password for the file was only in the memory of a server that has stopped since. Create the "
      + "report again, with its password.")

  static let noThread = ReportFailure(.internal, "The system gives no thread.")

  /// Only says that `RunControl.stop` has the reason.
  static let interrupted = ReportFailure(.canceledByUser, "The run was interrupted.")
}
