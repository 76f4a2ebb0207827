/// Collects what is wrong with one file while it is read to its end.
final class ProblemLog {
  let file: String
  private(set) var problems: [Problem] = []

  init(file: String) {
    self.file = file
  }

  func add(line: Int?, _ reason: String) {
    problems.append(Problem(file, line: line, reason))
  }
}
