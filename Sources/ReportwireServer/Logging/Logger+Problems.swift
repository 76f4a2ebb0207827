internal import Logging

extension Logger {
  /// A line for each problem that kept something from being done.
  func error(_ message: Logger.Message, _ problems: Problems) {
    for problem in problems.all { error(message, metadata: ["problem": "\(problem)"]) }
  }
}
