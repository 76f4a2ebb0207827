package import Texts

/// Asks for a report. Everything that can be checked now is checked now, so that what is accepted
/// can run; but a create that is repeated finds its report whatever became of template and storage
/// meanwhile.
package struct CreateReport: Sendable {
  /// What is asked for.
  package struct Command: Sendable {
    /// The template's id or name.
    package var templateID: String
    /// What people call the report.
    package var name: String
    package var options: OptionObject
    /// Empty: the built-in storage.
    package var storageID: String
    /// Empty unless a schedule asks.
    package var scheduleID: String
    /// How a repetition of this create is known.
    package var repetition: Repetition
    /// Where the call stands in a trace.
    package var trace: TraceParent?

    package init(
      templateID: String, name: String, options: OptionObject = [:], storageID: String = "",
      scheduleID: String = "", repetition: Repetition = .none, trace: TraceParent? = nil
    ) {
      self.trace = trace
      self.templateID = templateID
      self.name = name
      self.options = options
      self.storageID = storageID
      self.scheduleID = scheduleID
      self.repetition = repetition
    }
  }

  /// By what a create is known if it is repeated.
  package enum Repetition: Sendable {
    /// It is not: each is a create of its own.
    case none
    /// The caller's name for this create.
    case key(String)
    /// The caller's names for its call, see `IdempotencyKey.Kind.call`. An empty one, and one that is
    /// longer than an id may be, is passed over.
    case call([(name: String, value: String)])
    /// By what is asked for: the domain, the template, its parameters with their defaults, and the
    /// formats, in whichever order. The create joins the run of the same that goes on.
    case run
  }

  private let ports: UseCasePorts

  package init(_ ports: UseCasePorts) {
    self.ports = ports
  }

  /// - Returns: the new report, or the earlier one that this create repeats, as it is now.
  /// - Throws: `missing` or `invalid` for an argument, `notFound` for template or storage,
  ///   `conflict` for a key that other arguments came with, `tooMuch` where a limit is in the way, and
  ///   why a template cannot be used.
  package func run(
    _ command: Command, for caller: ReportCaller
  ) async throws(UseCaseError) -> ReportView {
    try check(command, caller)
    var command = command
    let passwords = try passwords(outOf: &command)
    let now = ports.clock.now
    var key = idempotencyKey(command, passwords, caller)
    if let key {
      let earlier = try await ports.perform {
        try await $0.outcome(of: key, in: caller.domainID, at: now)
      }
      if let earlier { return try await answer(earlier, command, passwords) }
    }
    let plan = try await plan(command, passwords, caller, now)
    if case .run = command.repetition {
      key = IdempotencyKey(.run, digest: digest(of: plan, passwords, caller))
    }
    let report = Report(
      reportID: ports.ids.next("report-"), domainID: caller.domainID,
      templateID: plan.template.templateID, name: command.name, templateOptions: command.options,
      formats: plan.formats, storageID: plan.storage.storageID, scheduleID: command.scheduleID,
      createdBy: caller.subject, createdAt: now, trace: command.trace)
    // Whoever came in between with the same key is seen here.
    let outcome = try await keep(report, passwords, key, caller)
    guard case .created(let created) = outcome else {
      return try await answer(outcome, command, passwords)
    }
    caller.audit?.written()
    ports.engine.wake()
    return ReportView(report: created, storage: plan.storage)
  }

  /// Keeps a report, and its passwords first: it may be claimed before the store has answered.
  private func keep(
    _ report: Report, _ passwords: FilePasswords, _ key: IdempotencyKey?, _ caller: ReportCaller
  ) async throws(UseCaseError) -> CreateOutcome {
    _ = try hold(passwords, of: report)
    do throws(UseCaseError) {
      let outcome = try await ports.perform {
        try await $0.create(
          report, idempotency: key, audit: caller.audit?.success(of: report.reportID))
      }
      if case .created = outcome { return outcome }
      ports.vault.forget(report.reportID)
      return outcome
    } catch {
      ports.vault.forget(report.reportID)
      throw error
    }
  }

  private func answer(
    _ outcome: CreateOutcome, _ command: Command, _ passwords: FilePasswords
  ) async throws(UseCaseError) -> ReportView {
    switch outcome {
    case .created(let report), .existing(let report):
      // What its server has lost, the repetition brings again.
      if !report.state.isTerminal, try !hold(passwords, of: report) { throw conflict(command) }
      return try await ports.view(report)
    case .conflict:
      throw conflict(command)
    case .domainDisabled:
      throw .notFound("template_id", command.templateID)
    }
  }

  private func conflict(_ command: Command) -> UseCaseError {
    var name = ""
    if case .key(let key) = command.repetition { name = key }
    return UseCaseError(
      .conflict, key: "idempotency-key", value: name,
      message: "the key was used for a create with other arguments")
  }

  // MARK: Passwords

  private func passwords(outOf command: inout Command) throws(UseCaseError) -> FilePasswords {
    let passwords = try ports.passwords(outOf: &command.options)
    guard passwords.isEmpty || command.scheduleID.isEmpty else {
      throw .invalid(
        "template_options.\(TemplateParameters.formatOptionsKey)",
        "reports of a schedule have no passwords: nobody is there to give one, and none is kept")
    }
    return passwords
  }

  /// - Returns: false if the report has others already.
  private func hold(
    _ passwords: FilePasswords, of report: Report
  ) throws(UseCaseError) -> Bool {
    do throws(UseCaseError) {
      return try ports.vault.keep(passwords, of: report)
    } catch {
      ports.limitReached(PasswordVault.limit)
      throw error
    }
  }

  // MARK: Checks

  private func check(_ command: Command, _ caller: ReportCaller) throws(UseCaseError) {
    let limits = ports.limits
    try limits.checkRequired(domainID: caller.domainID)
    try limits.checkRequired("template_id", command.templateID)
    try limits.checkRequired("name", command.name)
    let isControl = { (scalar: Unicode.Scalar) in scalar.properties.generalCategory == .control }
    guard !command.name.unicodeScalars.contains(where: isControl) else {
      throw .invalid("name", "it holds a control character")
    }
    try limits.check("storage_id", command.storageID)
    try limits.check("schedule_id", command.scheduleID)
    if case .key(let key) = command.repetition { try limits.checkRequired("idempotency-key", key) }
    try limits.check(options: command.options)
  }

  /// What a create comes to.
  private struct Plan {
    var template: Template
    /// With the template's defaults.
    var values: OptionObject
    /// Those that the run makes.
    var formats: [ReportFormat]
    var storage: Storage
  }

  private func plan(
    _ command: Command, _ passwords: FilePasswords, _ caller: ReportCaller, _ now: Instant
  ) async throws(UseCaseError) -> Plan {
    let access = TemplateAccess(ports)
    let offered = try access.template(command.templateID, offeredTo: caller.domainID)
    do throws(UseCaseError) {
      let template = try await access.usable(offered)
      let storageID =
        command.storageID.isEmpty ? Storage.local.storageID : command.storageID
      let parameters = try access.parameters(
        of: template, command.options, passwords, caller, now: now)
      guard let storage = try await ports.storage(storageID, in: caller.domainID) else {
        throw .notFound("storage_id", storageID)
      }
      return Plan(
        template: template, values: parameters.values, formats: parameters.formats,
        storage: storage)
    } catch {
      // A domain that makes no reports is not told what there is, or what it takes. Where nothing is
      // wrong, the store says so with the create itself.
      try await access.check(caller.domainID, asksFor: command.templateID)
      throw error
    }
  }

  // MARK: Repetitions

  private func idempotencyKey(
    _ command: Command, _ passwords: FilePasswords, _ caller: ReportCaller
  ) -> IdempotencyKey? {
    switch command.repetition {
    // What a run is known by is only known once it is planned.
    case .none, .run: return nil
    case .key(let key):
      // The name alone says that it is the same, for ever; passwords are compared as long as they are
      // held.
      let digest = digest(of: command, FilePasswords(), caller)
      return IdempotencyKey(.create(key), digest: digest)
    case .call(let names):
      let names = names.filter {
        !$0.value.isEmpty && $0.value.utf8.count <= ports.limits.idBytesMax
          && !$0.value.utf8.contains(0)
      }.map { "\($0.name)=\($0.value)" }
      guard !names.isEmpty else { return nil }
      return IdempotencyKey(.call(names), digest: digest(of: command, passwords, caller))
    }
  }

  /// Made of what this server understands of a create, as it understands it. Stores keep it, so its
  /// members are those of the published request for ever.
  private func digest(
    of command: Command, _ passwords: FilePasswords, _ caller: ReportCaller
  ) -> String {
    digest(
      [
        "domain_id": .string(caller.domainID), "template_id": .string(command.templateID),
        "name": .string(command.name), "template_options": .object(command.options),
        "storage_id": .string(command.storageID),
      ], passwords)
  }

  private func digest(
    of plan: Plan, _ passwords: FilePasswords, _ caller: ReportCaller
  ) -> String {
    digest(
      [
        "domain_id": .string(caller.domainID), "template_id": .string(plan.template.templateID),
        "parameters": .object(plan.values),
        "formats": .list(plan.formats.map(\.rawValue).sorted().map { .string($0) }),
        "storage_id": .string(plan.storage.storageID),
      ], passwords)
  }

  /// - Parameter passwords: are told apart by marks of this process, so that another one's digests are
  ///   never the same: what it was to lock cannot be joined here.
  private func digest(_ arguments: OptionObject, _ passwords: FilePasswords) -> String {
    var arguments = arguments
    if !passwords.isEmpty {
      arguments["passwords"] = .object(ports.vault.marks(of: passwords, ports.digest))
    }
    guard let text = CanonicalJSON.text(.object(arguments)) else {
      preconditionFailure("options are digested that hold a number which is not finite")
    }
    return ports.digest(Array(text.utf8))
  }
}
