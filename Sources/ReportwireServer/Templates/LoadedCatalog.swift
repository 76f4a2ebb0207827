package import Logging
package import ReportCore
private import Synchronization

/// The templates and sources in force, replaced as a whole. What could not be checked, because its
/// source was away, is checked again: after a pause that doubles, and when somebody wants to use it.
package final class LoadedCatalog: TemplateCatalog, Sendable {
  /// One consistent set.
  package struct Contents: Sendable {
    private(set) var templates: [Template]
    /// Ids and names share one look-up, by their bytes.
    private var byKey: [ExactText: Template] = [:]
    let sources: [String: any DataSource]
    /// Templates with a fault as their files have them, by source.
    private(set) var faulty: [String: [TemplateDraft]] = [:]

    init(drafts: [TemplateDraft], sources: [String: any DataSource]) {
      self.sources = sources
      templates = drafts.map(\.template).sorted { $0.templateID.exact < $1.templateID.exact }
      for draft in drafts {
        index(draft.template)
        if draft.template.fault != nil { faulty[draft.template.source, default: []].append(draft) }
      }
    }

    private mutating func index(_ template: Template) {
      byKey[template.name.exact] = template
      byKey[template.templateID.exact] = template
    }

    func template(_ idOrName: String) -> Template? { byKey[idOrName.exact] }

    /// Takes over what a check of a source found about its faulty templates.
    ///
    /// - Returns: those whose state is another than before.
    fileprivate mutating func settle(
      _ source: String, _ verdicts: [SourceCheck.Verdict]
    ) -> [TemplateDraft] {
      var changed: [TemplateDraft] = []
      var left: [TemplateDraft] = []
      for (draft, verdict) in zip(faulty[source] ?? [], verdicts) {
        var now = draft
        now.template.fault = TemplateFault(verdict)
        if now.template.fault != nil { left.append(now) }
        guard now.template.fault != draft.template.fault else { continue }
        changed.append(now)
        index(now.template)
        if let place = templates.firstIndex(where: {
          $0.templateID.exact == now.template.templateID.exact
        }) {
          templates[place] = now.template
        }
      }
      faulty[source] = left.isEmpty ? nil : left
      return changed
    }
  }

  private struct State {
    var contents: Contents
    /// Counts replacements, so that a check does not settle what it has not seen.
    var generation = 0
    /// One check of a source at a time; who wants another waits for it.
    var checks: [String: Task<Void, Never>] = [:]
  }

  static let firstPause: Duration = .seconds(1)
  static let longestPause: Duration = .seconds(60)

  private let state: Mutex<State>
  private let check: SourceCheck
  private let logger: Logger
  private let clock: any Clock<Duration>
  private let faultsAppeared:
    (
      stream: AsyncStream<Void>, continuation: AsyncStream<Void>.Continuation
    )

  /// - Parameter clock: measures the pauses between two checks; monotonic.
  package init(
    _ contents: Contents, check: SourceCheck, logger: Logger,
    clock: any Clock<Duration> = ContinuousClock()
  ) {
    state = Mutex(State(contents: contents))
    self.check = check
    self.logger = logger
    self.clock = clock
    faultsAppeared = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
    report(contents)
  }

  /// Puts another set into force. Runs that have started keep what they took.
  package func replace(with contents: Contents) {
    state.withLock { state in
      state.contents = contents
      state.generation += 1
    }
    report(contents)
  }

  package var templates: [Template] { state.withLock(\.contents.templates) }

  package func template(_ idOrName: String) -> Template? {
    state.withLock { $0.contents.template(idOrName) }
  }

  package func source(_ name: String) -> (any DataSource)? {
    state.withLock { $0.contents.sources[name] }
  }

  package func search(_ name: String) -> (any SearchCompiler)? { check.checker.search(name) }

  /// Names of the sources that could not be read when they were last asked.
  package var unavailableSources: [String] {
    state.withLock { state in
      state.contents.faulty.filter { entry in
        entry.value.contains { draft in
          if case .unchecked = draft.template.fault { true } else { false }
        }
      }.keys.sorted()
    }
  }
}

// MARK: - Checking again

extension LoadedCatalog {
  package func rechecked(_ template: Template) async -> Template {
    guard template.fault != nil else { return template }
    let isOwn = await recheck(template.source)
    let checked = self.template(template.templateID) ?? template
    guard !isOwn, checked.fault != nil else { return checked }
    // The check that was under way may have looked before the source came back.
    await recheck(template.source)
    return self.template(template.templateID) ?? template
  }

  /// Checks what has a fault again and again. Ends when its task is cancelled.
  package func keepChecking() async {
    for await _ in faultsAppeared.stream {
      var pause = Self.firstPause
      while case let sources = state.withLock({ Array($0.contents.faulty.keys) }), !sources.isEmpty
      {
        do { try await clock.sleep(for: pause) } catch { return }
        await withTaskGroup(of: Void.self) { group in
          for source in sources { group.addTask { await self.recheck(source) } }
        }
        pause = min(pause * 2, Self.longestPause)
      }
    }
  }

  /// - Returns: whether the check began with this call; else one was under way.
  @discardableResult
  private func recheck(_ source: String) async -> Bool {
    let (check, isOwn) = state.withLock { state in
      if let running = state.checks[source] { return (running, false) }
      let task = Task { await self.checkNow(source) }
      state.checks[source] = task
      return (task, true)
    }
    await check.value
    return isOwn
  }

  private func checkNow(_ source: String) async {
    let (drafts, sources, generation) = state.withLock { state in
      (state.contents.faulty[source] ?? [], state.contents.sources, state.generation)
    }
    let verdicts = await check.run([source: drafts], on: sources)[source] ?? []
    let changed = state.withLock { state in
      state.checks[source] = nil
      return state.generation == generation ? state.contents.settle(source, verdicts) : []
    }
    for draft in changed { report(draft) }
  }

  /// Says which templates a new set has that cannot be used.
  private func report(_ contents: Contents) {
    guard !contents.faulty.isEmpty else { return }
    for drafts in contents.faulty.values { drafts.forEach(report) }
    faultsAppeared.continuation.yield()
  }

  private func report(_ draft: TemplateDraft) {
    let template = draft.template
    var metadata: Logger.Metadata = [
      "template": .string(template.name), "source": .string(template.source),
      "file": .string(draft.file),
    ]
    switch template.fault {
    case nil: logger.notice("template available again", metadata: metadata)
    case .unchecked(let reason):
      metadata["reason"] = .string(reason)
      logger.warning("template unavailable: its source cannot be read", metadata: metadata)
    case .broken(let reason):
      metadata["reason"] = .string(reason)
      // A source called `identities` may well be something else.
      logger.log(
        level: draft.isBuiltIn ? .warning : .error, "template unavailable: it is broken",
        metadata: metadata)
    }
  }
}

extension TemplateFault {
  init?(_ verdict: SourceCheck.Verdict) {
    switch verdict {
    case .fine: return nil
    case .unchecked(let reason): self = .unchecked(reason)
    case .broken(let problems):
      self = .broken(
        problems.map { "\($0.path.joined(separator: ".")): \($0.message)" }
          .joined(separator: "; "))
    }
  }
}
