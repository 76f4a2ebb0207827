internal import Texts

/// Looks at reports: one, many, one with its history, one as it goes on.
package struct ReadReports: Sendable {
  private let ports: UseCasePorts

  package init(_ ports: UseCasePorts) {
    self.ports = ports
  }

  // MARK: One

  /// - Throws: `notFound` alike for a report that does not exist and one of another domain.
  package func one(
    _ reportID: String, for caller: ReportCaller
  ) async throws(UseCaseError) -> ReportView {
    try await ports.view(try await ports.report(reportID, of: caller))
  }

  // MARK: Many

  /// Which reports, and which slice of them.
  package struct ListCommand: Sendable {
    /// Beside that of the caller's domain, which is always there.
    package var conditions: [Predicate]
    package var sort: ListQuery.Sort
    /// Reports passed over.
    package var offset: Int
    /// Reports wanted at most; nil: all there are.
    package var limit: Int?
    /// Give no reports, only their number.
    package var isCountOnly: Bool
    /// What to read of each, see `ListQuery.fields`.
    package var fields: Set<ExactText>?

    package init(
      conditions: [Predicate], sort: ListQuery.Sort, offset: Int = 0, limit: Int? = nil,
      isCountOnly: Bool = false, fields: Set<ExactText>? = nil
    ) {
      self.conditions = conditions
      self.sort = sort
      self.offset = offset
      self.limit = limit
      self.isCountOnly = isCountOnly
      self.fields = fields
    }
  }

  /// Shows reports, each with its storage if that is among the command's fields, as they are read.
  ///
  /// - Throws: `tooMuch` if there are more than one answer may hold, telling how to ask in pages;
  ///   `invalid` for what a store cannot look for.
  package func visit(
    _ command: ListCommand, for caller: ReportCaller, _ visitor: some ListVisitor<ReportView>
  ) async throws(UseCaseError) -> ListSize {
    let domain = FieldReference(path: ["domain_id"], kind: .text)
    let query = try ports.limits.query(
      .all([.equals(domain, .string(caller.domainID))] + command.conditions), command)
    return try await ports.visit(visitor) { try await $0.visitReports(query, $1) }
  }

  // MARK: By a file

  /// So many reports are found at most.
  private static let foundMax = 10
  /// Hexadecimal digits of a SHA-256.
  private static let sha256Digits = 64

  /// The reports that have a file with a SHA-256, the newest first: ten at most.
  ///
  /// - Throws: `missing`, or `invalid` for a text that is no SHA-256.
  package func reports(
    withFileOf sha256: String, for caller: ReportCaller
  ) async throws(UseCaseError) -> [ReportView] {
    try ports.limits.checkRequired("sha256", sha256)
    guard Hex.isLowerCase(sha256, digits: Self.sha256Digits) else {
      throw .invalid("sha256", "it must be 64 lower-case hexadecimal digits")
    }
    let found = try await ports.perform {
      try await $0.reports(
        withFileOf: sha256, in: caller.domainID, countMax: Self.foundMax)
    }
    var views: [ReportView] = []
    for report in found { views.append(try await ports.view(report)) }
    return views
  }

  // MARK: With its history

  /// All that is known of a report.
  package struct Inspection: Sendable {
    package var view: ReportView
    /// The values its query is bound to, with the template's defaults; the caller's own where the
    /// template is gone or has changed so that they do not fit any more.
    package var parameters: OptionObject
    /// The oldest first.
    package var timeline: [ReportEvent]
    /// Rows that it will have, by what earlier ones had; nil: nothing is known, or it has ended.
    package var expectedRows: Int64?
    /// When it is removed; nil if that is not known: it is kept for ever, or has not ended.
    package var keptUntil: Instant?
  }

  /// - Throws: `notFound`.
  package func inspection(
    of reportID: String, for caller: ReportCaller
  ) async throws(UseCaseError) -> Inspection {
    let report = withNewestProgress(try await ports.report(reportID, of: caller))
    let timeline = try await ports.perform { try await $0.timeline(of: report.key) }
    return Inspection(
      view: try await ports.view(report), parameters: parameters(of: report), timeline: timeline,
      expectedRows: try await expectedRows(of: report),
      keptUntil: keptUntil(report))
  }

  /// The report with the progress that its run here has made since its last heartbeat.
  private func withNewestProgress(_ report: Report) -> Report {
    var report = report
    guard report.state == .inProgress else { return report }
    let newest = ports.engine.newest(report)
    if newest.lastFencingToken == report.lastFencingToken { report.progress = newest.progress }
    return report
  }

  private func expectedRows(of report: Report) async throws(UseCaseError) -> Int64? {
    guard !report.state.isTerminal else { return nil }
    let runs = try await ports.perform {
      try await $0.recentRuns(like: report, countMax: RecentRun.lookedAtMax)
    }
    return RecentRun.expectedRows(runs)
  }

  private func keptUntil(_ report: Report) -> Instant? {
    guard let end = report.endedAt, !report.isPinned else { return nil }
    return ports.retention().days(templateID: report.templateID, domainID: report.domainID)
      .map { end.advanced(by: .seconds(86_400 * $0)) }
  }

  private func parameters(of report: Report) -> OptionObject {
    guard let template = ports.catalog.template(report.templateID),
      let resolved = try? TemplateParameters.resolve(
        template, options: report.templateOptions, domainID: report.domainID,
        formats: ports.formats)
    else {
      var given = report.templateOptions
      given[TemplateParameters.formatsKey] = nil
      given[TemplateParameters.formatOptionsKey] = nil
      return given
    }
    return resolved.values
  }

  // MARK: As it goes on

  /// Snapshots of a report from now on: the present one first, the terminal one last. Ends when the
  /// task that reads it is cancelled.
  ///
  /// - Returns: them, and how many rows the report will have by what earlier ones had; nil: nothing is
  ///   known.
  /// - Throws: `notFound`.
  package func updates(
    of reportID: String, for caller: ReportCaller
  ) async throws(UseCaseError) -> (snapshots: AsyncStream<Report>, expectedRows: Int64?) {
    let report = try await ports.report(reportID, of: caller)
    return (ports.engine.updates(of: report), try await expectedRows(of: report))
  }
}

extension UseCaseLimits {
  /// The query of a list. One entity more than an answer may hold is asked for, so that too many
  /// are noticed.
  func query(
    _ predicate: Predicate, _ command: ReadReports.ListCommand
  ) throws(UseCaseError) -> ListQuery {
    try Self.check(predicate)
    return ListQuery(
      predicate: predicate, sort: command.sort, offset: max(0, command.offset),
      limit: min(command.limit ?? listRowsMax + 1, listRowsMax + 1),
      isCountOnly: command.isCountOnly, fields: command.fields)
  }

  /// Refuses NUL in what is looked for.
  private static func check(_ predicate: Predicate) throws(UseCaseError) {
    switch predicate {
    case .all(let parts), .any(let parts): for part in parts { try check(part) }
    case .not(let part): try check(part)
    case .equals(let field, let value), .compares(let field, _, let value):
      try checkText(field.name, field.name)
      try check(value, of: field)
    case .contains(let field, let text), .matches(let field, pattern: let text):
      try checkText(field.name, text)
    case .hasElement(let field, let members): try check(.object(members), of: field)
    case .comparesInstant(let field, _, _), .exists(let field):
      try checkText(field.name, field.name)
    }
  }

  private static func check(_ value: OptionValue, of field: FieldReference) throws(UseCaseError) {
    switch value {
    case .null, .bool, .number: break
    case .string(let text): try checkText(field.name, text)
    case .list(let items): for item in items { try check(item, of: field) }
    case .object(let members):
      for (key, member) in members.inAnyOrder {
        try checkText(field.name, key.text)
        try check(member, of: field)
      }
    }
  }
}
