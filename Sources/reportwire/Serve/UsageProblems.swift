internal import ReportwireServer

/// A configuration that cannot be used: wrong usage, unlike what goes wrong when the server starts.
struct UsageProblems: Error {
  var problems: Problems
}
