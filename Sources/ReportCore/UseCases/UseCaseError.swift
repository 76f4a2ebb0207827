/// Why a use case was not carried out. One type for every door, which says it in the words of its
/// protocol.
package struct UseCaseError: Error, Sendable {
  package struct Code: Hashable, Sendable {
    private enum Name {
      case missing, invalid, tooMuch, notFound, conflict, templateDisabled, templateBroken
      case sourceUnavailable, notFinished, stillRuns, queryFailed, unavailable, cancelled,
        unexpected
    }
    private let name: Name

    /// The argument `key` was not given.
    package static let missing = Code(name: .missing)
    /// The argument `key` holds what it cannot hold; `message` is the reason.
    package static let invalid = Code(name: .invalid)
    /// A limit of the server is in the way.
    package static let tooMuch = Code(name: .tooMuch)
    /// What `key` and `value` name does not exist, or belongs to another domain.
    package static let notFound = Code(name: .notFound)
    /// The `value` of `key` was used before, for something else.
    package static let conflict = Code(name: .conflict)
    package static let templateDisabled = Code(name: .templateDisabled)
    /// The template cannot be used until somebody mends it.
    package static let templateBroken = Code(name: .templateBroken)
    /// The template's source is away; another try helps only once it is back.
    package static let sourceUnavailable = Code(name: .sourceUnavailable)
    /// The report has no files: it has not ended, or ended in another state than FINISHED.
    package static let notFinished = Code(name: .notFinished)
    /// The report runs, and what is asked for is done to one that does not.
    package static let stillRuns = Code(name: .stillRuns)
    /// The template's query cannot be run with these options; `message` is the source's.
    package static let queryFailed = Code(name: .queryFailed)
    /// The server cannot serve now; the same call may succeed later.
    package static let unavailable = Code(name: .unavailable)
    /// Nobody waits for the outcome any more.
    package static let cancelled = Code(name: .cancelled)
    /// Something broke that the caller can do nothing about; only the cause says what.
    package static let unexpected = Code(name: .unexpected)

    package static let all: [Code] = [
      missing, invalid, tooMuch, notFound, conflict, templateDisabled, templateBroken,
      sourceUnavailable, notFinished, stillRuns, queryFailed, unavailable, cancelled,
      unexpected,
    ]
  }

  package var code: Code
  /// The argument it is about, by its published name, such as `template_options.region`; or empty.
  package var key: String
  /// The value of that argument, where the code is about one; within the limits of an id.
  package var value: String
  /// What is wrong and what to do, for a person; without secrets.
  package var message: String
  /// Logged, never shown to a caller.
  package var cause: (any Error)?

  package init(
    _ code: Code, key: String = "", value: String = "", message: String,
    cause: (any Error)? = nil
  ) {
    self.code = code
    self.key = key
    self.value = value
    self.message = message
    self.cause = cause
  }

  package static func missing(_ key: String) -> UseCaseError {
    UseCaseError(.missing, key: key, message: "it is required")
  }

  package static func invalid(_ key: String, _ reason: String) -> UseCaseError {
    UseCaseError(.invalid, key: key, message: reason)
  }

  package static func notFound(_ key: String, _ value: String) -> UseCaseError {
    UseCaseError(.notFound, key: key, value: value, message: "there is none that may be seen")
  }

  /// What a port threw.
  package init(_ error: any Error) {
    switch error {
    case let error as UseCaseError: self = error
    case let error as StoreError: self.init(error)
    case is CancellationError:
      self.init(.cancelled, message: "nobody waits for it any more", cause: error)
    default: self.init(.unexpected, message: "an unexpected error occurred", cause: error)
    }
  }

  private init(_ error: StoreError) {
    switch error.code {
    case .unsupported: self = .invalid("query", error.message)
    case .invalid: self = .invalid("report", error.message)
    case .exhausted: self.init(.tooMuch, message: error.message, cause: error)
    case .unavailable, .full, .closed:
      self.init(.unavailable, message: error.advice, cause: error)
    default: self.init(.unexpected, message: "an unexpected error occurred", cause: error)
    }
  }

  /// What is wrong with a caller's options.
  package init(_ error: OptionError) {
    self.init(
      error.code == .missing ? .missing : .invalid, key: "template_options.\(error.key)",
      message: error.reason)
  }
}

extension UseCaseError: Equatable {
  /// Compares what a caller sees.
  package static func == (left: UseCaseError, right: UseCaseError) -> Bool {
    left.code == right.code && left.key.isExactly(right.key) && left.value.isExactly(right.value)
      && left.message.isExactly(right.message)
  }
}

extension UseCaseError: CustomStringConvertible {
  package var description: String {
    key.isEmpty ? message : "\(key): \(message)"
  }
}
