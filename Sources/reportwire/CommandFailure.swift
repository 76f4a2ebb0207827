internal import ReportwireServer

/// Why a command ends without success: one line for standard error, and an exit code.
struct CommandFailure: Error, Hashable {
  /// What the process answers.
  enum Exit: Int32, Hashable, CaseIterable {
    /// The call, or what was to be done with its answer, failed.
    case callFailed = 1
    /// The command line is wrong.
    case usage = 2
    /// The report ended in another state than FINISHED.
    case reportNotFinished = 3
  }

  var exit: Exit
  /// What happened, where, and what to do.
  var message: String

  init(_ exit: Exit, _ message: String) {
    self.exit = exit
    self.message = message
  }
}

/// A configuration that cannot be used: wrong usage, unlike what goes wrong when the server starts.
struct UsageProblems: Error {
  var problems: Problems
}
