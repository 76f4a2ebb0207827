package import ReportCore
private import Synchronization

/// Checks templates against their sources: those of one source one after the other, the sources side
/// by side. A source that does not answer holds up neither the others nor whoever waits.
package final class SourceCheck: Sendable {
  /// What a check of one template found.
  enum Verdict: Sendable {
    case fine
    /// Never empty.
    case broken([TemplateProblem])
    /// The source could not be asked, and why.
    case unchecked(String)
  }

  private enum Event: Sendable {
    case verdict(source: String, index: Int, Verdict)
    case done(source: String)
    case timeIsUp
  }

  let checker: TemplateChecker
  /// How long a source may say nothing.
  private let patience: Duration
  private let clock: any Clock<Duration>
  /// Sources that are being asked. A hung one keeps its thread: it is not given another.
  private let busy = Mutex<Set<String>>([])

  package init(
    renderers: [any Renderer], searches: [any SearchCompiler] = [], patience: Duration,
    clock: any Clock<Duration> = ContinuousClock()
  ) {
    checker = TemplateChecker(renderers: renderers, searches: searches)
    self.patience = patience
    self.clock = clock
  }

  /// - Parameters:
  ///   - drafts: the templates by the name of their source.
  ///   - sources: has all of those.
  /// - Returns: a verdict for each draft, in the same order.
  func run(
    _ drafts: [String: [TemplateDraft]], on sources: [String: any DataSource]
  ) async -> [String: [Verdict]] {
    var verdicts: [String: [Verdict]] = [:]
    let (events, sink) = AsyncStream.makeStream(of: Event.self)
    for (name, group) in drafts {
      verdicts[name] = Array(repeating: .unchecked(Self.silence(name)), count: group.count)
      guard let source = sources[name] else { continue }
      ask(name, source, group, sink)
    }
    var open = Set(drafts.keys.filter { sources[$0] != nil })
    var silent = open
    var timer = startTimer(sink)
    defer { timer.cancel() }
    guard !open.isEmpty else { return verdicts }
    for await event in events {
      switch event {
      case .verdict(let name, let index, let verdict):
        verdicts[name]?[index] = verdict
        silent.remove(name)
      case .done(let name): open.remove(name)
      case .timeIsUp:
        open.subtract(silent)
        silent = open
        timer = startTimer(sink)
      }
      if open.isEmpty { break }
    }
    return verdicts
  }

  private static func silence(_ name: String) -> String {
    "The data source \(name) does not answer. Look at the disk or the network that it lies on."
  }

  private func startTimer(_ sink: AsyncStream<Event>.Continuation) -> Task<Void, Never> {
    Task { [clock, patience] in
      do { try await clock.sleep(for: patience) } catch { return }
      sink.yield(.timeIsUp)
    }
  }

  /// Asks a source about its templates on a thread of its own.
  private func ask(
    _ name: String, _ source: any DataSource, _ drafts: [TemplateDraft],
    _ sink: AsyncStream<Event>.Continuation
  ) {
    guard busy.withLock({ $0.insert(name).inserted }) else {
      sink.yield(.done(source: name))
      return
    }
    Task { [self] in
      await WorkerThread.run { [checker] in
        var outage: String?
        for (index, draft) in drafts.enumerated() {
          let verdict: Verdict
          do throws(ReportFailure) {
            if let outage { throw ReportFailure(.sourceUnavailable, outage) }
            let problems = try checker.problems(in: draft.template, against: source)
            verdict = problems.isEmpty ? .fine : .broken(problems)
          } catch {
            // The others would only wait for the same answer.
            outage = error.message
            verdict = .unchecked(error.message)
          }
          sink.yield(.verdict(source: name, index: index, verdict))
        }
      }
      _ = busy.withLock { $0.remove(name) }
      sink.yield(.done(source: name))
    }
  }
}
