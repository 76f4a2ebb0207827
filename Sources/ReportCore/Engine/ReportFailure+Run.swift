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

  static let noThread = ReportFailure(.internal, "The system gives no thread.")

  /// Only says that `RunControl.stop` has the reason.
  static let interrupted = ReportFailure(.canceledByUser, "The run was interrupted.")
}
